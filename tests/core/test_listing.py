from kinembed.core.listing import listed_near


def test_of_many_names_the_nearest_are_listed_and_the_others_counted():
    names = [f"86_{number:02}" for number in range(1, 101)]
    found = listed_near("86_55x", names)
    assert found.startswith("86_55, ")
    assert found.endswith(" and 92 more")


def test_few_names_alike_keep_their_order():
    assert listed_near("q", ["b", "c"]) == "b, c"

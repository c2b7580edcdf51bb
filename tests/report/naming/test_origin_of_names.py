import numpy as np

from kinembed.report.naming.origin import where_names_come_from

CLUSTERS = np.array([0, 0, 1])


def test_letters_stand_for_clusters_until_a_person_names_them():
    text = where_names_come_from(CLUSTERS, annotated=False)
    assert text.startswith("Nobody has named these clusters yet: letters")
    assert "annotat" not in text


def test_an_annotation_is_for_scoring_only():
    assert "for scoring only" in where_names_come_from(CLUSTERS, annotated=True)


def test_names_of_a_person_come_from_their_file():
    assert where_names_come_from(["walk", "walk", "turn"], annotated=True).startswith(
        "The names come from names.yml"
    )

import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.recognition.skeleton import (
    ClipMaps,
    MapParameters,
    class_maps,
    clip_maps,
    gradcam_table,
    train_action_classifier,
    typical_maps,
)
from kinembed.recognition.skeleton.maps import TESTS

pytestmark = pytest.mark.slow

PARAMETERS = MapParameters(hidden_joints=1, random_draws=3, noise_draws=2, bins=4)


@pytest.fixture(scope="module")
def found(clips, labels, parameters):
    quick = parameters.model_copy(update={"steps": 3})
    networks = [train_action_classifier(clips, labels, quick, seed) for seed in (0, 1)]
    return [clip_maps(one, clips, labels, PARAMETERS) for one in networks]


def test_a_clip_has_a_map_of_its_recorded_frames_at_each_block(found, clips):
    shapes = {layer: [one.shape for one in maps[:3]] for layer, maps in found[0].maps.items()}
    assert shapes["blocks.0"] == [(12, 3), (20, 3), (31, 3)]  # the first is held for 16
    assert shapes["blocks.9"] == [(3, 3), (5, 3), (8, 3)]
    tests = found[0].tests
    assert tests.groupby("clip", sort=False).size().to_dict() == dict.fromkeys(clips.names, 10)
    drops = tests[list(TESTS[:6])].to_numpy()
    assert (np.abs(drops) <= 1).all()


def test_the_table_has_means_by_seed_layer_and_behaviour(found):
    table = gradcam_table(found, "synthetic")
    assert list(table)[:5] == ["dataset", "seed", "layer", "behaviour", "clips"]
    assert len(table) == 2 * 10 * 2
    assert set(table["clips"]) == {3}
    one = found[1].tests
    fast = one[(one["layer"] == "blocks.4") & (one["behaviour"] == "fast")]
    row = table[
        (table["seed"] == 1) & (table["layer"] == "blocks.4") & (table["behaviour"] == "fast")
    ]
    assert row["joints_most"].item() == pytest.approx(fast["joints_most"].mean())


def made_up(seed, *maps):
    """Two clips of one behaviour at one layer."""
    tests = pd.DataFrame({"clip": ["a", "b"], "behaviour": "kick", "layer": "l"})
    return ClipMaps(seed, {"l": maps}, tests.assign(**dict.fromkeys(TESTS, 0.0)))


def test_seeds_are_compared_clip_by_clip():
    rising = np.arange(6.0).reshape(3, 2)
    pair = [made_up(0, rising, rising), made_up(1, rising, -rising)]
    assert gradcam_table(pair, "x")["seeds_rank"].tolist() == pytest.approx([0, 0])  # 1 and -1
    assert gradcam_table(pair[:1], "x")["seeds_rank"].isna().all()


def test_rows_of_several_layers_keep_their_ranks():
    rising = np.arange(6.0).reshape(3, 2)
    rows = [(clip, layer) for clip in "ab" for layer in ("l", "m")]
    tests = pd.DataFrame(rows, columns=["clip", "layer"]).assign(behaviour="kick")
    tests = tests.assign(**dict.fromkeys(TESTS, 0.0))
    one = ClipMaps(0, {"l": (rising, rising), "m": (rising, rising)}, tests)
    other = ClipMaps(1, {"l": (rising, rising), "m": (-rising, -rising)}, tests)
    table = gradcam_table([one, other], "x").query("seed == 0").set_index("layer")
    assert table["seeds_rank"].to_dict() == pytest.approx({"l": 1, "m": -1})


def test_class_maps_are_means_on_a_common_time():
    """Clips of 2 and 4 frames; the greatest value of each is 1."""
    short = np.array([[0.0, 1.0], [2.0, 0.0]])
    table = class_maps([made_up(0, short, np.repeat(3 * short, 2, axis=0))], ["hip", "arm"], 4)
    grid = table.pivot(index="bin", columns="joint", values="importance")
    assert grid["hip"].tolist() == [0, 0, 1, 1]
    assert grid["arm"].tolist() == [0.5, 0.5, 0, 0]
    assert set(table["behaviour"]) == {"kick"}


def test_the_clip_shown_has_the_map_most_like_the_mean(found, clips):
    table = typical_maps(found[0], clips, ["input", "blocks.0", "blocks.9"], 4)
    assert table["layer"].unique().tolist() == ["blocks.0", "blocks.9"]
    lengths = dict(zip(clips.names, clips.lengths, strict=True))
    for (_, behaviour), grid in table.groupby(["layer", "behaviour"]):
        (name,) = grid["clip"].unique()
        assert name.startswith(behaviour)
        assert len(grid) == 3 * lengths[name]
        assert grid["importance"].max() in (0, 1)


def test_of_three_clips_the_middle_one_is_shown(clips):
    still = np.ones((4, 3))
    maps = tuple(np.where(np.arange(3) < count, still, 0.0) for count in (1, 2, 3))
    tests = pd.DataFrame({"clip": clips.names[:3], "behaviour": "kick", "layer": "l"})
    table = typical_maps(ClipMaps(0, {"l": maps}, tests), clips.only(clips.names[:3]), ["input"], 4)
    assert table["clip"].unique().tolist() == [clips.names[1]]


def test_a_behaviour_that_the_network_was_not_told_of_is_named(clips, labels, parameters):
    network = train_action_classifier(clips, labels, parameters.model_copy(update={"steps": 1}), 0)
    with pytest.raises(DataError, match="does not know run; it was trained on fast, slow"):
        clip_maps(network, clips, [*labels[:-1], "run"], PARAMETERS)

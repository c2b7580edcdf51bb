import json
from dataclasses import replace

import numpy as np
import pytest
from helpers.made_up import block_of, results_of, unpack, unseen_in

from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Segmentation
from kinembed.report.plots.theme import HATCHES
from kinembed.segmentation.embedding import Projection


def test_poses_come_back_from_the_block(results):
    block = json.loads(json.dumps(block_of(results)))
    assert (block["frames"], block["frame_rate"], block["step"]) == (300, 50.0, 2)
    positions = forward_kinematics(results.motion)[::2]
    found = unpack(block["positions"]).reshape(positions.shape)
    assert np.abs(found - positions).max() <= 0.51 * block["positions"]["scale"]
    assert block["bones"] == [[0, 1], [1, 2]]


@pytest.mark.parametrize(("frame_rate", "step"), [(24, 1), (30, 1), (30.1, 2), (60, 2), (120, 4)])
def test_at_most_thirty_poses_a_second_are_kept(results, frame_rate, step):
    motion = replace(results.motion, frame_rate=float(frame_rate))
    assert block_of(replace(results, motion=motion))["step"] == step


def test_segments_keep_the_frames_of_the_sequence(results):
    block = block_of(results)
    rows = {row["name"]: row["segments"] for row in block["rows"]}
    assert rows["Clusters (you set 2)"] == [[0, 160, 0], [160, 300, 1]]
    assert rows["annotation"] == [[0, 150, 0], [150, 300, 1]]
    assert rows["Clusters (number found: 3)"] == [[0, 160, 0], [160, 280, 1], [280, 300, 2]]
    names = [label["name"] for label in block["labels"]]
    assert names == ["calm", "wild", "cluster 2 (no match)"]
    assert block["ranges"] == [[145, 150, 155]]


def test_rows_say_which_cluster_a_label_is(results):
    block = json.loads(json.dumps(block_of(results)))
    calm = "cluster 0 (overlaps most with annotated calm)"
    given, estimated, annotation = (row["titles"] for row in block["rows"])
    assert given[0] == {"short": "cluster 0", "full": calm}
    assert given[2] is None
    assert estimated[2]["full"] == "cluster 2 (matches no annotated behaviour)"
    assert annotation[0] == {"short": "calm", "full": "calm"}
    assert block["labels"][0]["title"] == calm


def test_the_error_is_the_mean_of_what_is_left_out(results):
    error = np.arange(300.0)
    error[:3] = np.nan
    found = unpack(block_of(results, error)["error"])[:, 0]
    assert np.isnan(found[0])
    np.testing.assert_allclose(found[1:4], [3.0, 4.5, 6.5], atol=0.01)


def test_no_more_points_than_poses_are_kept(results):
    index = np.arange(10, 300)
    projection = Projection(np.tile(index[:, None] / 300.0, 2), index, np.array([0.9, 0.1]))
    block = block_of(replace(results, projection=projection))
    assert block["embedding"]["frames"] == list(range(10, 300, 2))
    points = unpack(block["embedding"]["points"])
    np.testing.assert_allclose(points[:, 0], np.arange(10, 300, 2) / 300, atol=1e-4)


def test_without_an_annotation_clusters_are_numbered(results):
    block = block_of(replace(results, annotation=None))
    assert [row["name"] for row in block["rows"]] == [
        "Clusters (you set 2)",
        "Clusters (number found: 3)",
    ]
    assert block["labels"][0]["name"] == "cluster 0"
    assert block["ranges"] == []


def test_no_two_of_many_labels_look_the_same(toy_motion):
    count = 40
    edges = np.linspace(0, len(toy_motion), count + 1).astype(int)[1:-1]
    names = tuple(f"behaviour {number}" for number in range(count))
    annotation = Segmentation(names, np.tile(edges[:, None], 3), len(toy_motion), "many")
    results = replace(results_of(toy_motion, "many"), annotation=annotation)
    labels = block_of(results)["labels"][:count]
    assert [labels[place]["sign"] for place in (0, 25, 26, 39)] == ["A", "Z", "AA", "AN"]
    assert len({(label["colour"], label["hatch"]) for label in labels}) == count
    assert {label["hatch"] for label in labels} <= set(range(len(HATCHES)))


def test_frames_that_were_not_seen_are_a_label_of_their_own_but_no_behaviour(results):
    block = json.loads(json.dumps(block_of(unseen_in(results))))
    first = block["rows"][0]
    [unseen] = [number for number, label in enumerate(block["labels"]) if not label["seen"]]
    label = block["labels"][unseen]
    assert (label["title"], label["sign"], label["hatch"]) == ("not seen", "-", len(HATCHES))
    assert first["segments"] == [[0, 120, 0], [120, 160, unseen], [160, 300, 1]]
    assert first["titles"][unseen] == {"short": "not seen", "full": "not seen"}
    assert [card["label"] for card in block["cards"]] == [0, 1]
    assert [card["share"] for card in block["cards"]] == pytest.approx([120 / 260, 140 / 260])
    assert [card["next"] for card in block["cards"]] == [[], []]
    assert block["unseen"] == pytest.approx(40 / 300)
    assert block["masked"] == [[joint, 120, 160] for joint in range(3)]
    assert not set(range(120, 160)) & set(block["embedding"]["frames"])


def test_a_behaviour_that_was_annotated_as_not_seen_is_one(toy_motion):
    block = block_of(results_of(toy_motion, "a", ("not seen", "wild")))
    assert len(block["cards"]) == 2


def test_where_all_was_seen_nothing_is_masked(results):
    block = block_of(results)
    assert (block["masked"], block["unseen"]) == ([], 0)
    assert all(label["seen"] for label in block["labels"])

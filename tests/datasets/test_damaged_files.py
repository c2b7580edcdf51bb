"""Stored files in which one value is another: they are read, or named in one error."""

import io
import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load, save

from kinembed.analysis.activation_maximisation import Maximised, Target
from kinembed.core.errors import FormatError
from kinembed.datasets import (
    ClipsDataset,
    ClusterModelDataset,
    EmbeddingsDataset,
    MaximisedDataset,
    MotionDataset,
    PicturesDataset,
    SegmentationsDataset,
    VideoDataDataset,
    motion,
)
from kinembed.io.formats.video_file import Video
from kinembed.io.sources.digits import Digits
from kinembed.io.sources.frame_features import FrameFeatures
from kinembed.io.sources.videos import VideoFiles
from kinembed.motion.motion import Segmentation
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.recognition.skeleton import Clips
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings
from kinembed.segmentation.principal_components import Axes, Basis
from kinembed.training.safetensors_file import write_arrays
from kinembed.video.stick_figures import PictureClip, PictureClips

pytestmark = pytest.mark.slow

FILE = "damaged.file"
WRONG = (None, 3, "x", [], {}, [None])
"""What may stand in place of any plain value."""
WRONG_ARRAYS = (np.zeros(0), np.zeros(()), np.zeros((1, 1)))
NOISE = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)


def embeddings():
    basis = Basis(Axes.fit(NOISE.astype(np.float64), None), (1.0,))
    seen = np.ones(60, dtype=bool)
    return Embeddings(NOISE.astype(np.float64), np.arange(40) + 10, 60, 30.0, (20,), basis, seen)


def cluster_model(method):
    clustering = ClusteringParameters(method=method, number=2, components=2)
    parameters = EmbeddingParameters(), clustering, ClusterModelParameters()
    return ClusterModel.fit(replace(embeddings(), cuts=(), seen=None), 2, *parameters)


def pictures():
    clip = PictureClip(np.zeros((3, 4, 4), np.float32), np.zeros((3, 2, 4, 4), np.float32))
    return PictureClips(("a", "b"), (clip, clip), 10.0)


def clips():
    graph = SkeletonGraph(("hips", "arm"), np.array([0, 1]), (-1, 0))
    return Clips(("a", "b"), (np.zeros((4, 2, 3), np.float32),) * 2, graph, 20.0)


def maximised():
    return {"block": Maximised((Target(0, 1.0),), {"x": NOISE[:1]}, np.ones(1), np.array([-1]))}


GREY = np.zeros((2, 4, 4), np.uint8)
RECORDS = {
    "clips": (ClipsDataset, clips),
    "pictures": (PicturesDataset, pictures),
    "digits": (VideoDataDataset, lambda: Digits(GREY, GREY, "made up")),
    "videos": (
        VideoDataDataset,
        lambda: VideoFiles({"a": Video(np.zeros((2, 4, 4, 3), np.uint8), 5.0)}),
    ),
    "features": (VideoDataDataset, lambda: FrameFeatures({"a": NOISE}, "noise", ("x", "y", "z"))),
    "maximised": (MaximisedDataset, maximised),
    "embeddings": (EmbeddingsDataset, embeddings),
    "kernel_segmentation": (ClusterModelDataset, lambda: cluster_model("kernel_segmentation")),
    "kmeans": (ClusterModelDataset, lambda: cluster_model("kmeans")),
}


def damages(value):
    """The value with each part of it removed, or with another in its place."""
    yield from (one for one in WRONG if one != value)
    if isinstance(value, dict):
        for key, part in value.items():
            yield {name: other for name, other in value.items() if name != key}
            yield from (value | {key: damaged} for damaged in damages(part))
    if isinstance(value, list) and value:
        yield value[1:]
        yield from ([damaged, *value[1:]] for damaged in damages(value[0]))


def damaged_safetensors(content):
    length = int.from_bytes(content[:8], "little")
    stored = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    arrays = load(content)
    others = [{n: v for n, v in arrays.items() if n != name} for name in arrays]
    others += [arrays | {name: wrong} for name in arrays for wrong in WRONG_ARRAYS]
    yield from (save(some, stored or None) for some in others)
    for form, header in stored.items():
        for other in damages(json.loads(header)):
            yield write_arrays(arrays, form, other)


def check_named(dataset, contents):
    """How many of the damaged files were refused."""
    refused = 0
    for content in contents:
        try:
            dataset.decode(content, FILE)
        except FormatError as error:
            assert str(error).startswith(f"{FILE}: ")  # noqa: PT017
            refused += 1
    return refused


@pytest.mark.parametrize("name", RECORDS)
def test_damaged_arrays_and_headers_are_named(name):
    kind, make = RECORDS[name]
    dataset = kind(filepath=FILE)
    content = dataset.encode(make())
    dataset.decode(content, FILE)
    assert check_named(dataset, damaged_safetensors(content)) > len(load(content))


def test_damaged_motions_are_named(toy_motion):
    dataset = MotionDataset(filepath=FILE)
    table = pq.read_table(io.BytesIO(dataset.encode(toy_motion)))
    header = json.loads(table.schema.metadata[motion.KEY])

    def written(one, values):
        stream = io.BytesIO()
        pq.write_table(one.replace_schema_metadata({motion.KEY: json.dumps(values)}), stream)
        return stream.getvalue()

    contents = [written(table, other) for other in damages(header)]
    contents.append(written(table.drop_columns(table.column_names[:1]), header))
    assert check_named(dataset, contents) > len(header)


def test_damaged_annotations_are_named():
    dataset = SegmentationsDataset(filepath=FILE)
    one = Segmentation(("walk", "run"), np.array([[2, 3, 4]]), 9, "one")
    stored = json.loads(dataset.encode({"one": one}))
    assert check_named(dataset, (json.dumps(one).encode() for one in damages(stored))) > 10
    with pytest.raises(FormatError, match="damaged.file: .*one: 2 segments need 1 boundaries"):
        dataset.decode(json.dumps({"one": stored["one"] | {"boundaries": []}}).encode(), FILE)

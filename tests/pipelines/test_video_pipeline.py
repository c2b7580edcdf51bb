"""Pipeline ``video`` on a catalog in memory, with digits of scikit-learn as small as they get."""

from functools import partial

import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.checkpoints import CheckpointFolder
from kinembed.datasets import DigitsDataset
from kinembed.errors import FormatError
from kinembed.parallel import ParallelConfig
from kinembed.pipeline_registry import BESIDE, STAGES
from kinembed.pipelines import video
from kinembed.reporting import ReportParameters
from kinembed.tracking import Child
from kinembed.video import VideoParameters

PARAMETERS = VideoParameters(
    rows={
        "autoencoder": {"task": "autoencoder"},
        "composite": {"task": "composite", "conditional": True},
    },
    seeds=(0, 3),
    shrink=7,
    training={
        "network": {"units": 4},
        "videos": {"side": 8, "digits": 1, "slowest": 0.5, "fastest": 1.5},
        "windows": {"source": 4, "target": 3},
        "steps": 3,
        "batch_size": 2,
        "device": "cpu",
        "checkpoint_every": 2,
        "history_every": 1,
    },
    held_out={"videos": 4, "digits": (1, 2), "roll_out": 6},
)
NAMES = ["autoencoder.seed_0", "autoencoder.seed_3", "composite.seed_0", "composite.seed_3"]


def same(value):
    return value


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    made = {
        "params:video": PARAMETERS,
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
        "video_checkpoints": CheckpointFolder(tmp_path_factory.mktemp("checkpoints")),
    }
    pipeline = video.create_pipeline()
    for node in pipeline.nodes:
        catalog = DataCatalog({name: MemoryDataset(value) for name, value in made.items()})
        outputs = SequentialRunner().run(pipeline.only_nodes(node.name), catalog)
        made |= {name: dataset.load() for name, dataset in outputs.items()}
        if node.name == "train_videos":  # networks are kept, as a stored collection would be
            stored = dict(made["video_networks"].stream())
            made["checkpoints were"] = len(list(made["video_checkpoints"].path.iterdir()))
            made["video_networks"] = {name: partial(same, one) for name, one in stored.items()}
    return made


def test_every_row_is_trained_and_scored_with_every_seed(results):
    assert list(results["video_networks"]) == NAMES
    assert results["video_histories"].groupby("network")["step"].max().to_dict() == dict.fromkeys(
        NAMES, 3
    )
    scores = results["video_scores"]
    counted = scores.groupby(["model", "seed"], dropna=False, sort=False).size()
    assert counted.tolist() == [4, 4, 4, 2, 2, 8, 8]
    assert set(scores["data"]) == {"scikit-learn's digits, enlarged"}
    assert scores[["cross_entropy", "squared_error"]].gt(0).all(axis=None)


def test_mlflow_is_told_of_every_network(results):
    records = {name: Child.model_validate(one) for name, one in results["video_runs"].items()}
    assert list(records) == NAMES
    assert records["composite.seed_3"].params["seed"] == 3
    assert len(records["composite.seed_3"].metrics) == 16


def test_networks_that_predict_are_rolled_out_and_drawn(results):
    roll_outs = results["video_roll_outs"]
    assert roll_outs.groupby(["model", "seed"]).size().to_dict() == {
        ("composite", 0): 12,
        ("composite", 3): 12,
    }
    assert set(results["video_strips"]) == {
        "strips_1_digits.png",
        "strips_2_digits.png",
        "moving_1_digits.gif",
        "moving_2_digits.gif",
        "roll_outs.png",
    }
    assert set(results["video_figures"]) == {
        "roll_out_peaks.png",
        "units_composite.seed_0.png",
        "filters_composite.seed_0.png",
    }
    for name, content in (results["video_strips"] | results["video_figures"]).items():
        assert content.startswith({"png": b"\x89PNG", "gif": b"GIF89a"}[name[-3:]])


def test_checkpoints_are_forgotten_once_networks_are_stored(results):
    assert results["checkpoints were"] == 4
    assert not list(results["video_checkpoints"].path.iterdir())


def test_the_pipeline_meets_no_other():
    own = video.create_pipeline().datasets()
    shared = {"params:parallel", "params:reporting"}
    for other in (*STAGES, *BESIDE):
        if other is not video:
            assert own & other.create_pipeline().datasets() <= shared, other.__name__


def test_digits_are_stored_and_damage_is_named(results, tmp_path):
    dataset = DigitsDataset(filepath=str(tmp_path / "digits.safetensors"))
    dataset.save(results["video_digits"])
    again = dataset.load()
    assert (again.train == results["video_digits"].train).all()
    assert again.test.shape == (299, 4, 4)
    assert again.source == "scikit-learn's digits, enlarged, 1,498 training images"
    with pytest.raises(FormatError, match=r"d\.safetensors: not stored digits"):
        dataset.decode(b"no digits", "d.safetensors")

"""Pipeline ``few_shot`` on a catalog in memory, with synthetic clips."""

import numpy as np
import pandas as pd
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.parallel import ParallelConfig
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.pipelines import few_shot
from kinembed.recognition.few_shot import FewShotParameters
from kinembed.recognition.skeleton import Clips
from kinembed.report.parameters import ReportParameters

NAMES = ("test_calm", "test_wild", "train_calm", "train_wild")


def test_every_seed_is_a_pair_and_the_curves_are_drawn():
    generator = np.random.default_rng(0)
    graph = SkeletonGraph(("hips", "arm"), np.arange(2), (-1, 0))
    positions = tuple(generator.normal(size=(9, 2, 3)).astype(np.float32) for _ in NAMES)
    targets = pd.DataFrame({"clip": NAMES, "behaviour": ["calm", "wild"] * 2})
    entries = {
        "clips": Clips(NAMES, positions, graph, 20.0),
        "test_targets": targets[:2],
        "train_targets": targets[2:],
        "params:few_shot": FewShotParameters(
            dataset="synthetic",
            labelled=(1,),
            draws=1,
            seeds=(0, 1),
            pretraining={
                "network": {"units": 4, "values": "real"},
                "windows": {"source": 6, "target": 3},
                "steps": 1,
                "batch_size": 2,
                "device": "cpu",
            },
            classifier={"steps": 1, "device": "cpu"},
        ),
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
    }
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in entries.items()})
    made = SequentialRunner().run(few_shot.create_pipeline(), catalog)
    assert made["few_shot_gains"].load()["pairs"].tolist() == [2]
    assert made["few_shot_figure"].load().texts[0].get_text() == "synthetic"

"""Pipeline ``transfer`` on a catalog in memory, with synthetic clips."""

import numpy as np
import pandas as pd
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.parallel import ParallelConfig
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.pipelines import transfer
from kinembed.recognition.skeleton import Clips, RecognitionParameters, TransferParameters
from kinembed.report.parameters import ReportParameters

BEHAVIOURS = ("calm", "kick", "run", "wild")
NAMES = tuple(f"{part}_{name}" for part in ("test", "train") for name in BEHAVIOURS)


def test_every_seed_has_a_curve_and_a_place_in_the_figure():
    generator = np.random.default_rng(0)
    graph = SkeletonGraph(("hips", "arm"), np.arange(2), (-1, 0))
    positions = tuple(generator.normal(size=(9, 2, 3)).astype(np.float32) for _ in NAMES)
    targets = pd.DataFrame({"clip": NAMES, "behaviour": BEHAVIOURS * 2})
    entries = {
        "clips": Clips(NAMES, positions, graph, 20.0),
        "test_targets": targets[:4],
        "train_targets": targets[4:],
        "params:recognition": RecognitionParameters(
            test_clips=["test_*"],
            network={"widths": (2, 2, 2)},
            frame_rate=20.0,
            crop_frames=9,
            batch_size=4,
            device="cpu",
        ),
        "params:transfer": TransferParameters(
            dataset="synthetic",
            first_behaviours=2,
            frozen=(0, 9),
            first_steps=1,
            steps=1,
            seeds=(0, 1),
        ),
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
    }
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in entries.items()})
    made = SequentialRunner().run(transfer.create_pipeline(), catalog)
    figure = made["transfer_figure"].load()
    assert len(figure.axes[0].collections[1].get_offsets()) == 2 * 2
    assert figure.texts[0].get_text() == "synthetic"

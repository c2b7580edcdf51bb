"""Labels do not depend on the unit of length, the order of joints, or how a file names them."""

import numpy as np
import pytest

from kinembed.io.formats.reader import read_motions
from kinembed.io.joint_table import agree_on_joints, in_table, joints_seen
from kinembed.io.synthetic.person import make_sample
from kinembed.motion.features import FeatureParameters
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import PositionParameters
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

pytestmark = pytest.mark.slow

STEP = 4
TRAINING = TrainingParameters(
    network={"units": 24}, windows={"source": 15, "target": 15}, steps=30, batch_size=8
)
RENAMED = {"pelvis": "root"}
"""What a file calls a joint, and its name."""
SCALES = (0.1, 0.37, 1.0, 10.0)


def table(positions, joints, frame_rate):
    """A CSV of positions, a row per frame."""
    header = ",".join(f"{joint}_{axis}" for joint in joints for axis in "xyz")
    times = np.arange(len(positions)) / frame_rate
    rows = np.column_stack([times, positions.reshape(len(positions), -1)]).tolist()
    return "\n".join([f"time,{header}", *(",".join(map(repr, row)) for row in rows)])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The synthetic sample in other units, orders and names."""
    folder, sample = tmp_path_factory.mktemp("files"), make_sample(seed=0, duration_s=40.0)
    positions = forward_kinematics(sample.motion)[::STEP]
    joints, rate = np.array(sample.motion.skeleton.joints), sample.motion.frame_rate / STEP
    for number, scale in enumerate(SCALES):
        order = np.random.default_rng(number).permutation(len(joints))
        names = [f"Ann:{name}" if number % 2 else name for name in joints[order]]
        if number == 3:
            names[int(np.flatnonzero(joints[order] == "root")[0])] = "Ann:pelvis"
        text = table(scale * positions[:, order], names, rate)
        (folder / f"scaled_{number}.csv").write_text(text)
    return sorted(folder.iterdir())


def labels(motion):
    """Clusters of frames, their number given."""
    model = train_model(motion, FeatureParameters(), TRAINING)
    embedding, clustering = EmbeddingParameters(), ClusteringParameters()
    found = embed(model, motion, embedding)
    fitted = ClusterModel.fit(
        found, 4, embedding, clustering, ClusterModelParameters(), unwrap=False
    )
    return fitted.predictions["given"].to_numpy()


def test_units_orders_and_names_give_the_same_labels(files):
    parameters = PositionParameters(rename=RENAMED)
    motions = [
        motion
        for path in files
        for motion in read_motions(str(path), trial=path.stem, positions=parameters)
    ]
    joints = agree_on_joints(map(joints_seen, motions), parameters)
    first, *others = [
        labels(in_table(motion, joints[joints["recording"] == motion.trial], parameters))
        for motion in motions
    ]
    assert len(others) == len(SCALES) - 1
    assert len(set(first.tolist())) == 4
    for other in others:
        np.testing.assert_array_equal(other, first)

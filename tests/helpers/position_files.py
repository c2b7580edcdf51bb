"""Small synthetic recordings of positions, and the files that other programs make of them."""

import numpy as np

from kinembed.io.synthetic.person import make_sample
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import position_motion

JOINTS = ("root", "lhand", "rhand", "lfoot", "rfoot")


def body(frames=40, frame_rate=50.0):
    """Five joints of the synthetic sample, as a motion of positions."""
    motion = make_sample(seed=0, duration_s=10.0).motion
    of_joints = [motion.skeleton.index(joint) for joint in JOINTS]
    positions = forward_kinematics(motion)[:frames, of_joints]
    return position_motion(positions, JOINTS, frame_rate=frame_rate, trial="body")


def pixels(frames=40):
    """The same as a camera sees it that looks along -z: (frames, joints, 2), y down."""
    positions = forward_kinematics(body(frames))
    return np.round(400 + 10 * positions[..., :2] * [1, -1], 3)


def c3d_file(
    path, positions, labels, rate=100.0, residuals=None, subjects=None, trial=None, **parameters
):
    """Points (frames, labels, 3) as ezc3d writes them."""
    import ezc3d

    made = ezc3d.c3d()
    group = made["parameters"]["POINT"]
    group["RATE"]["value"] = [rate]
    group["LABELS"]["value"] = list(labels)
    group["UNITS"]["value"] = ["mm"]
    for name, texts in parameters.items():
        made.add_parameter("POINT", name, list(texts))
    for name, texts in (subjects or {}).items():
        made.add_parameter("SUBJECTS", name, list(texts))
    if trial is not None:
        made.add_parameter("TRIAL", "ACTUAL_START_FIELD", list(trial))
    points = np.ones((4, len(labels), len(positions)))
    points[:3] = positions.transpose(2, 1, 0)
    made["data"]["points"] = points
    if residuals is not None:
        made["data"]["meta_points"]["residuals"] = residuals.T[None]
    made.write(str(path))
    return path


def tracks(positions, confidence, individuals=("mouse",), joints=JOINTS):
    """Tracks of movement: positions (frames, joints, 2, individuals)."""
    from movement.io import load_poses

    return load_poses.from_numpy(
        positions.transpose(0, 2, 1, 3), confidence, list(individuals), list(joints), fps=30
    )

"""Files of every tool in the table of docs/recordings.md, and what reading them must give.

Positions are given as they are read: y up, and of pictures as a camera at the side sees them.
"""

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
from helpers.position_files import JOINTS, c3d_file, pixels, tracks
from helpers.tiny_files import AMC, ASF, BVH
from helpers.tool_files import (
    ANIPOSE,
    DLC_ONE,
    DLC_TWO,
    FREEMOCAP_2_BODY,
    FREEMOCAP_2_BY_FRAME,
    FREEMOCAP_BY_FRAME,
    FREEMOCAP_BY_TRAJECTORY,
    FREEMOCAP_WIDE,
    LANDMARKS,
    LIGHTNING,
    MOTIVE,
    NEXUS,
    NWB_VALUES,
    OPENPOSE_POINTS,
    SIMBA,
    SLEAP_CSV,
    SLEAP_TRACKS,
    TRC,
    dlc_table,
    mat_73_file,
    mat_file,
    mediapipe_landmarks,
    nwb_file,
    nwb_mouse,
    openpose_frame,
    openpose_person,
    sleap_analysis,
    write_openpose,
    write_slp,
)

from kinembed.io.formats import mediapipe, openpose
from kinembed.io.formats.expmap_text import write_expmap_text
from kinembed.motion.channels import expmap_channels
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton, h36m_skeleton
from kinembed.motion.motion import Motion, Representation

Place = tuple[str, int, str]
"""Individual, frame, joint."""


@dataclass(frozen=True)
class Example:
    """A file of a tool, and what reading it must give."""

    tool: str
    name: str
    write: Callable[[Path], object]
    joints: tuple[str, ...]
    frames: int
    rate: float | None
    points: dict[Place, tuple[float, ...]]
    unseen: set[Place] = field(default_factory=set)
    individuals: tuple[str, ...] = ("",)
    angles: dict[tuple[int, str], float] = field(default_factory=dict)
    pose: bool = False

    def __str__(self) -> str:
        return f"{self.tool}-{self.name}"


def text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content)


def binary(make: Callable[..., bytes], *given, **named) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(make(*given, **named))


def flat(x: float, y: float) -> tuple[float, ...]:
    return (x, -y, 0.0)


def z_up(x: float, y: float, z: float) -> tuple[float, ...]:
    return (x, z, -y)


def amc_with_asf(path: Path) -> None:
    path.write_text(AMC)
    path.with_suffix(".asf").write_text(ASF)


def dlc_h5(*owners: str) -> Callable[[Path], object]:
    return lambda path: dlc_table(owners).to_hdf(path, key="df_with_missing", mode="w")


def dlc_h5_point(row: int, column: int, owners: tuple[str, ...]) -> tuple[float, ...]:
    values = dlc_table(owners).to_numpy()
    return flat(values[row, column], values[row, column + 1])


def c3d(path: Path) -> None:
    points = np.arange(48.0).reshape(3, 4, 4)[:, :, :3] + 1
    hidden = np.zeros((3, 4))
    hidden[1, 0] = -1
    labels = ("Ann:LASI", "Bob:LASI", "*7", "Angles")
    c3d_file(path, points, labels, residuals=hidden, ANGLES=["Angles"])


def openpose_frames(path: Path) -> None:
    write_openpose(path.parent, {row: openpose_frame(openpose_person(row)) for row in range(6)})


def openpose_point(row: int, joint: int) -> tuple[float, ...]:
    return flat(*OPENPOSE_POINTS[row, joint, :2])


def two_persons(path: Path) -> None:
    rows = [[openpose_person(row, 7), openpose_person(5 - row, 3)] for row in range(6)]
    path.write_text(json.dumps([openpose_frame(*row) for row in rows]))


def unsure(confidence: np.ndarray, joints: tuple[str, ...], individual: str = "") -> set[Place]:
    return {(individual, int(row), joints[joint]) for row, joint in np.argwhere(confidence < 0.6)}


def mediapipe_file(path: Path) -> None:
    frames = [{"pose_world_landmarks": mediapipe_landmarks(row)} for row in range(5)]
    path.write_text(json.dumps({"fps": 25, "frames": frames}))


def movement_file(path: Path) -> None:
    positions = np.stack([pixels(5), pixels(5) + 50], axis=-1)
    sure = np.full((5, 5, 2), 0.9)
    sure[3, 1, 1] = 0.1
    made = tracks(positions, sure, ("ann", "bob"))
    made.assign_attrs(source_software="ours").to_netcdf(path)


def slp(path: Path) -> None:
    positions, sure = np.stack([pixels(5), pixels(5) + 50], axis=-1), np.full((5, 5, 2), 0.9)
    sure[3, 1, 1] = 0.1
    write_slp(path, positions, sure, ("ann", "bob"))


TWO_BODIES = {
    ("ann", 4, "lhand"): flat(*pixels(5)[4, 1]),
    ("bob", 0, "rfoot"): flat(*pixels(5)[0, 4] + 50),
}


def expmap(skeleton) -> Motion:
    channels = tuple(expmap_channels(skeleton))
    values = np.arange(3.0 * len(channels)).reshape(3, -1) / 100 + 1
    return Motion(values, channels, skeleton, 120.0, "a", Representation.EXPMAP)


EXPMAPS = expmap(cmu_asf_skeleton()).values
PRED = np.random.default_rng(0).uniform(-50, 50, (6, 3, 4))
SURE = np.linspace(0.5, 1, 24).reshape(6, 4)
MARKERS = tuple(f"marker_{number}" for number in (1, 2, 3, 4))
WIDE = (
    "time,nose_x,nose_y,nose_z,tail_x,tail_y,tail_z\n"
    "0,1,2,3,4,5,6\n0.02,1,2,3,,,\n0.04,7,8,9,0,1,2\n"
)
LONG = (
    "frame,individual,joint,x,y,likelihood\n0,ann,nose,1,2,1\n0,ann,tail,3,4,1\n0,bob,nose,5,6,1\n"
    "0,bob,tail,7,8,1\n1,ann,nose,9,1,1\n1,ann,tail,2,3,1\n1,bob,nose,4,5,1\n1,bob,tail,6,7,0.1\n"
    "3,ann,nose,9,1,1\n3,ann,tail,2,3,1\n"
)


def parquet(content: str) -> Callable[[Path], object]:
    return lambda path: pd.read_csv(StringIO(content)).to_parquet(path)


def timed_parquet(path: Path) -> None:
    table = pd.read_csv(StringIO(LONG))
    table.assign(time=table.frame / 50).to_parquet(path)


REST = BVH.replace("1 2 3 30 20 10", "1 2 3 0 0 0")
LYING = re.sub(r"OFFSET (\S+) (\S+) (\S+)", r"OFFSET \1 -\3 \2", BVH).replace(" --", " ")
STRETCHING = (
    BVH.replace("1 Yrotation", "4 Yrotation Xposition Yposition Zposition")
    .replace("1 2 3 4\n", "1 2 3 4 9 8 7\n")
    .replace("1e1\n", "1e1 9 8.3 7\n")
)
BVH_TOOLS = "BVH (Blender, Mixamo, CMU, MotionBuilder)"
BVH_JOINTS = ("Hips", "Leg", "Leg_end", "Back")
DLC, DLC_MANY, LIGHTNING_POSE = "DeepLabCut", "DeepLabCut, several animals", "Lightning Pose, EKS"
FREEMOCAP, BY_FRAME, BY_JOINT = "FreeMoCap", "table, a row per frame", "table, a row per joint"
OF_NOSE_AND_TAIL = {
    "joints": ("nose", "tail"),
    "points": {("", 0, "nose"): flat(1, 2), ("", 0, "tail"): flat(3, 4)},
}
OF_ANIMALS = {"individuals": ("ann", "bob"), "pose": True}
OF_FREEMOCAP = {
    "joints": ("nose", "left_hip"),
    "frames": 3,
    "points": {("", 0, "nose"): z_up(1, 2, 1600), ("", 2, "left_hip"): z_up(13, 14, 910)},
    "unseen": {("", 1, "left_hip")},
}
OF_LONG = {
    "individuals": ("ann", "bob"),
    "joints": ("nose", "tail"),
    "frames": 4,
    "points": {("ann", 0, "tail"): flat(3, 4), ("bob", 1, "nose"): flat(4, 5)},
    "unseen": {("ann", 2, "nose"), ("ann", 2, "tail"), ("bob", 1, "tail")},
}
OF_WIDE = {
    "joints": ("nose", "tail"),
    "frames": 3,
    "rate": 50.0,
    "points": {("", 2, "nose"): (7, 8, 9), ("", 0, "tail"): (4, 5, 6)},
    "unseen": {("", 1, "tail")},
}
OF_DANNCE = {
    "joints": MARKERS,
    "frames": 6,
    "rate": None,
    "points": {("", 5, "marker_3"): z_up(*PRED[5, :, 2])},
    "unseen": unsure(SURE, MARKERS),
}
OF_OPENPOSE = {"joints": openpose.JOINTS[25], "frames": 6, "rate": None}
OF_BVH = {"joints": BVH_JOINTS, "frames": 2, "rate": 120.0}
OF_MAT = {
    "joints": cmu_asf_skeleton().joints,
    "frames": 3,
    "rate": None,
    "points": {("", 2, "root"): tuple(EXPMAPS[2, :3])},
    "angles": {(1, "root.ex"): EXPMAPS[1, 3]},
}


def of_text(skeleton) -> dict[str, object]:
    values = expmap(skeleton).values
    root = skeleton.joints[0]
    return {
        "write": text(write_expmap_text(expmap(skeleton))),
        "joints": skeleton.joints,
        "frames": 3,
        "rate": None,
        "points": {("", 2, root): tuple(values[2, :3])},
        "angles": {(1, f"{root}.ex"): values[1, 3]},
    }


EXAMPLES = (
    Example(
        DLC,
        "walk.csv",
        text(DLC_ONE),
        **OF_NOSE_AND_TAIL,
        frames=3,
        rate=None,
        unseen={("", 1, "nose"), ("", 1, "tail")},
    ),
    Example(
        DLC,
        "walk.h5",
        dlc_h5(),
        joints=("nose", "tail"),
        frames=6,
        rate=None,
        points={("", 5, "tail"): dlc_h5_point(5, 3, ())},
        pose=True,
    ),
    Example(
        DLC_MANY,
        "cage.csv",
        text(DLC_TWO),
        individuals=("a", "b"),
        joints=("nose",),
        frames=1,
        rate=None,
        points={("a", 0, "nose"): flat(1, 2), ("b", 0, "nose"): flat(3, 4)},
    ),
    Example(
        DLC_MANY,
        "cage.h5",
        dlc_h5("ann", "bob"),
        joints=("nose", "tail"),
        frames=6,
        rate=None,
        points={("bob", 2, "nose"): dlc_h5_point(2, 6, ("ann", "bob"))},
        **OF_ANIMALS,
    ),
    Example(
        LIGHTNING_POSE,
        "eks.csv",
        text(LIGHTNING),
        joints=("nose",),
        frames=3,
        rate=None,
        points={("", 2, "nose"): flat(5, 6)},
        unseen={("", 1, "nose")},
    ),
    Example(
        "SLEAP, labels",
        "cage.slp",
        slp,
        joints=JOINTS,
        frames=5,
        rate=None,
        points=TWO_BODIES,
        unseen={("bob", 3, "lhand")},
        **OF_ANIMALS,
    ),
    Example(
        "SLEAP, analysis",
        "cage.analysis.h5",
        binary(sleap_analysis),
        joints=("nose", "spine", "tail"),
        frames=4,
        rate=None,
        points={("bob", 3, "spine"): flat(*SLEAP_TRACKS[1, :, 1, 3])},
        **OF_ANIMALS,
    ),
    Example(
        "SLEAP, analysis CSV",
        "cage.csv",
        text(SLEAP_CSV),
        individuals=("ann", "bob"),
        joints=("nose", "tail"),
        frames=2,
        rate=None,
        points={("ann", 1, "nose"): flat(5, 6), ("bob", 0, "tail"): flat(13, 14)},
        unseen={("ann", 1, "tail"), ("bob", 1, "nose")},
    ),
    Example(
        "Anipose",
        "pose-3d.csv",
        text(ANIPOSE),
        joints=("nose",),
        frames=3,
        rate=None,
        points={("", 2, "nose"): (7, 8, 9)},
        unseen={("", 1, "nose")},
    ),
    Example(
        "SimBA",
        "box.csv",
        text(SIMBA),
        **OF_NOSE_AND_TAIL,
        frames=2,
        rate=None,
        unseen={("", 1, "tail")},
    ),
    Example(
        FREEMOCAP, "mediapipe_body_3d_xyz.csv", text(FREEMOCAP_WIDE), rate=None, **OF_FREEMOCAP
    ),
    Example(
        FREEMOCAP, "rtmpose_body_3d_xyz.csv", text(FREEMOCAP_2_BODY), rate=None, **OF_FREEMOCAP
    ),
    Example(
        FREEMOCAP,
        "walk_by_trajectory.csv",
        text(FREEMOCAP_BY_TRAJECTORY),
        rate=25.0,
        **OF_FREEMOCAP,
    ),
    Example(FREEMOCAP, "walk_by_frame.csv", text(FREEMOCAP_BY_FRAME), rate=None, **OF_FREEMOCAP),
    Example(
        FREEMOCAP,
        "freemocap_data_by_frame.csv",
        text(FREEMOCAP_2_BY_FRAME),
        rate=None,
        **OF_FREEMOCAP,
    ),
    Example(
        FREEMOCAP,
        "freemocap_data_by_frame.parquet",
        parquet(FREEMOCAP_2_BY_FRAME),
        rate=None,
        **OF_FREEMOCAP,
    ),
    Example(
        "OptiTrack Motive",
        "take.csv",
        text(MOTIVE),
        joints=("Skel:LASI",),
        frames=2,
        rate=120.0,
        points={("", 1, "Skel:LASI"): (4, 5, 6)},
    ),
    Example(
        "Vicon Nexus",
        "trial.csv",
        text(NEXUS),
        individuals=("Ann", "Bob"),
        joints=("LASI",),
        frames=2,
        rate=100.0,
        points={("Ann", 1, "LASI"): z_up(1, 2, 3), ("Bob", 0, "LASI"): z_up(4, 5, 6)},
        unseen={("Bob", 1, "LASI")},
    ),
    Example(
        "C3D (Vicon, Qualisys, OptiTrack)",
        "trial.c3d",
        c3d,
        individuals=("Ann", "Bob"),
        joints=("LASI",),
        frames=3,
        rate=100.0,
        points={("Ann", 2, "LASI"): z_up(33, 34, 35), ("Bob", 0, "LASI"): z_up(5, 6, 7)},
        unseen={("Ann", 1, "LASI")},
        pose=True,
    ),
    Example(
        "TRC (OpenSim, Pose2Sim, Sports2D)",
        "walk.trc",
        text(TRC),
        joints=("LASI", "RASI"),
        frames=3,
        rate=100.0,
        points={("", 2, "LASI"): (7, 8, 9), ("", 0, "RASI"): (4, 5, 6)},
        unseen={("", 1, "RASI")},
    ),
    Example(
        "OpenPose",
        "walk_000000000000_keypoints.json",
        openpose_frames,
        points={("", 5, "LHeel"): openpose_point(5, 21)},
        **OF_OPENPOSE,
    ),
    Example(
        "OpenPose",
        "walk.json",
        two_persons,
        individuals=("person_3", "person_7"),
        points={
            ("person_3", 5, "Nose"): openpose_point(0, 0),
            ("person_7", 5, "Nose"): openpose_point(5, 0),
        },
        **OF_OPENPOSE,
    ),
    Example(
        "MediaPipe pose",
        "walk.json",
        mediapipe_file,
        joints=mediapipe.JOINTS,
        frames=5,
        rate=25.0,
        points={
            ("", int(row), mediapipe.JOINTS[joint]): tuple(LANDMARKS[row, joint, :3] * [1, -1, -1])
            for row, joint in np.argwhere(LANDMARKS[..., 3] >= 0.6)[::20]
        },
        unseen=unsure(LANDMARKS[..., 3], mediapipe.JOINTS),
    ),
    Example("DANNCE, s-DANNCE", "rat.mat", binary(mat_file, pred=PRED, p_max=SURE), **OF_DANNCE),
    Example(
        "DANNCE, s-DANNCE",
        "rat_73.mat",
        binary(mat_73_file, pred=PRED, p_max=SURE),
        pose=True,
        **OF_DANNCE,
    ),
    Example(
        "NWB with ndx-pose",
        "mouse.nwb",
        binary(nwb_file, nwb_mouse),
        joints=("nose", "tail"),
        frames=8,
        rate=25.0,
        points={("", 6, "tail"): flat(*NWB_VALUES[1, 6])},
        unseen={("", row, joint) for row in range(5) for joint in ("nose", "tail")},
        pose=True,
    ),
    Example(
        "movement",
        "cage.nc",
        movement_file,
        joints=JOINTS,
        frames=5,
        rate=30.0,
        points=TWO_BODIES,
        unseen={("bob", 3, "lhand")},
        **OF_ANIMALS,
    ),
    Example(
        BVH_TOOLS,
        "motionbuilder.bvh",
        text(STRETCHING),
        points={("", 0, "Hips"): (1, 2, 3)},
        angles={(1, "Leg.rx"): 0.25, (1, "Back.ry"): 10},
        **OF_BVH,
    ),
    Example(
        BVH_TOOLS,
        "blender.bvh",
        text(LYING),
        points={("", 0, "Hips"): z_up(1, 2, 3)},
        angles={(0, "Hips.ry"): 30, (0, "Hips.rz"): -20, (1, "Leg.rx"): 0.25},
        **OF_BVH,
    ),
    Example(
        BVH_TOOLS,
        "mixamo.bvh",
        text(BVH.replace("Hips", "mixamorig:Hips")),
        points={("", 1, "mixamorig:Hips"): (5, 6, 7)},
        angles={(0, "Leg.rz"): 1},
        **{**OF_BVH, "joints": ("mixamorig:Hips", *BVH_JOINTS[1:])},
    ),
    Example(
        BVH_TOOLS,
        "cmu.bvh.gz",
        binary(gzip.compress, REST.encode()),
        points={("", 0, "Hips"): (5, 6, 7)},
        **{**OF_BVH, "frames": 1},
    ),
    Example(
        "AMC with ASF",
        "walk.amc",
        amc_with_asf,
        joints=("root", "hip", "thigh", "shin", "shin_end"),
        frames=2,
        rate=None,
        points={("", 0, "root"): (1, 2, 3)},
        angles={(1, "thigh.rz"): -3, (1, "shin.rx"): 60},
    ),
    Example("exponential maps, text", "cmu.txt", **of_text(cmu_bvh_skeleton())),
    Example("exponential maps, text", "human36m.txt", **of_text(h36m_skeleton())),
    Example(
        "exponential maps, MATLAB",
        "86_01.mat",
        binary(mat_file, expmapchannels=EXPMAPS),
        **OF_MAT,
    ),
    Example(
        "exponential maps, MATLAB",
        "86_03.mat",
        binary(mat_73_file, expmapchannels=EXPMAPS),
        pose=True,
        **OF_MAT,
    ),
    Example(BY_FRAME, "walk.csv", text(WIDE), **OF_WIDE),
    Example(BY_FRAME, "walk.parquet", parquet(WIDE), **OF_WIDE),
    Example(BY_JOINT, "walk.csv", text(LONG), rate=None, **OF_LONG),
    Example(BY_JOINT, "walk.parquet", timed_parquet, rate=50.0, **OF_LONG),
)

"""The node of pipeline ``frame_features``: joint positions of recordings, for pipeline
``video``.
"""

from collections.abc import Callable, Mapping
from functools import partial

from kinembed.core.parallel import ParallelConfig, map_partitions
from kinembed.io.sources.frame_features import FrameFeatures
from kinembed.motion.motion import Motion
from kinembed.recognition.skeleton import Clips, joint_clip
from kinembed.video.prediction import VideoParameters


def collect_frame_features(
    expmaps: Mapping[str, Callable[[], Motion]],
    parameters: VideoParameters,
    parallel: ParallelConfig,
) -> FrameFeatures:
    """Where the joints are, around the root, in every frame of every recording.

    Raises DataError for recordings of different skeletons.
    """
    take = partial(joint_clip, frame_rate=parameters.frame_features.frame_rate)
    mapped = map_partitions(take, expmaps, config=parallel, description="joint positions")
    clips = Clips.of(dict(mapped.stream()), parameters.frame_features.frame_rate)
    values = {
        name: positions.reshape(len(positions), -1)
        for name, positions in zip(clips.names, clips.positions, strict=True)
    }
    axes = tuple(f"{joint} {axis}" for joint in clips.graph.joints for axis in "xyz")
    return FrameFeatures(values, "joint positions", axes)

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
    """Collect the positions of the joints, around the root, in every frame of every recording.

    Parameters
    ----------
    expmaps : mapping of str to loader of Motion
        Trial -> its motion in exponential maps, or positions if those were recorded, all at one
        frame rate.
    parameters : VideoParameters
        Its ``frame_features.frame_rate`` (Hz) is the rate that recordings are brought to.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    FrameFeatures
        Recording -> values of shape (frames, 3 x joints); channels are named ``<joint> <axis>``.

    Raises
    ------
    DataError
        When recordings move different skeletons.
    """
    locate = partial(joint_clip, frame_rate=parameters.frame_features.frame_rate)
    mapped = map_partitions(locate, expmaps, config=parallel, description="joint positions")
    clips = Clips.of(dict(mapped.stream()), parameters.frame_features.frame_rate)
    values = {
        name: positions.reshape(len(positions), -1)
        for name, positions in zip(clips.names, clips.positions, strict=True)
    }
    axes = tuple(f"{joint} {axis}" for joint in clips.graph.joints for axis in "xyz")
    return FrameFeatures(values, "joint positions", axes)

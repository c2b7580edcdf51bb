"""Settings in seconds from one time, that of the shortest behaviour.

With a shortest behaviour of T seconds at f frames per second

    source and target of windows    0.45 T f frames, at least 5
    stride of windows               a fifth of that, at least 1 frame
    summary, where there is one     1.25 T
    transition penalty              1.5 T
    minimum duration                0.6 T, for methods without a temporal model

The factors reproduce the settings of subject 86 (120 Hz: 25 frames, 5 frames, 0.7 s; T is 0.46 s)
and, of mice (20 Hz, T is 0.81 s), the summary of 1 s and the minimum duration of 0.5 s.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import numpy as np
from jaxtyping import Float
from pydantic import ConfigDict, Field, field_validator

from kinembed.core.derived_settings import KEY
from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.motion.features import FeatureParameters
from kinembed.motion.joined_features import join_features
from kinembed.motion.motion import Motion
from kinembed.motion.standardise import MINIMUM_STD, Standardiser
from kinembed.motion.windows import WindowLengths
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.correlation_time import correlation_time, window_autocorrelation
from kinembed.segmentation.embedding import EmbeddingParameters, all_cuts
from kinembed.segmentation.stages import StageParameters
from kinembed.training.motion_prediction import TrainingParameters

AUTO = "auto"
WINDOW, SUMMARY, PENALTY, DURATION = 0.45, 1.25, 1.5, 0.6
"""Shares of the shortest behaviour (see the module)."""
FEWEST_FRAMES = 5
"""Of a window's source and target: fewer show no movement."""
STRIDES = 5
"""Number of windows that begin within the length of a source."""


class TimeScaleParameters(Parameters):
    """The one time from which settings in seconds follow.

    Attributes
    ----------
    shortest_behaviour_s : float, "auto" or None
        Duration of the shortest behaviour, in seconds; ``auto``: estimated from the recordings;
        None: each setting is as it stands.
    """

    shortest_behaviour_s: float | Literal["auto"] | None = Field(
        None,
        description="duration of the shortest behaviour: windows, stride, summary, transition "
        "penalty and minimum duration follow from it; auto: estimated from the recordings; null: "
        "each is as it stands",
    )

    @field_validator("shortest_behaviour_s", mode="before")
    @classmethod
    def _is_a_time(cls, value: object) -> object:
        if value is None or value == AUTO:
            return value
        try:
            seconds = float("nan" if isinstance(value, bool) else str(value))
        except ValueError:
            seconds = float("nan")
        if not 0 < seconds < float("inf"):
            raise ValueError(f"expected seconds above 0, auto or null; found {value}")
        return seconds


@dataclass(frozen=True)
class TimeScale:
    """The shortest behaviour of recordings of one frame rate, and what follows from it.

    Attributes
    ----------
    shortest_behaviour_s : float or None
        In seconds; None: each setting is as it stands.
    frame_rate : float
        Of the recordings, in Hz.
    autocorrelations : mapping of str to list of float
        Recording -> autocorrelation at each lag in frames, of which the time was estimated; empty
        where the time was given.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    shortest_behaviour_s: float | None = None
    frame_rate: float = 1.0
    autocorrelations: Mapping[str, list[float]] = field(default_factory=dict)

    def training(self, parameters: TrainingParameters) -> TrainingParameters:
        """Derive the lengths of windows.

        Parameters
        ----------
        parameters : TrainingParameters
            As they stand.

        Returns
        -------
        TrainingParameters
            With windows that follow from the shortest behaviour; without one, as they stand.
        """
        if self.shortest_behaviour_s is None:
            return parameters
        windows = WindowLengths(source=self._window, target=self._window)
        return parameters.model_copy(update={"windows": windows})

    def embedding(self, parameters: EmbeddingParameters) -> EmbeddingParameters:
        """Derive the stride of windows and, where there is a summary, its length.

        Parameters
        ----------
        parameters : EmbeddingParameters
            As they stand.

        Returns
        -------
        EmbeddingParameters
            With what follows from the shortest behaviour; without one, as they stand.
        """
        if self.shortest_behaviour_s is None:
            return parameters
        return parameters.model_copy(update=self._of_embedding(parameters))

    def clustering(self, parameters: ClusteringParameters) -> ClusteringParameters:
        """Derive the transition penalty or, for methods that know no time, the minimum duration.

        Parameters
        ----------
        parameters : ClusteringParameters
            As they stand.

        Returns
        -------
        ClusteringParameters
            With what follows from the shortest behaviour; without one, as they stand.
        """
        if self.shortest_behaviour_s is None:
            return parameters
        return parameters.model_copy(update=self._of_clustering(parameters))

    def stages(self, parameters: StageParameters) -> StageParameters:
        """Derive the settings of all stages.

        Parameters
        ----------
        parameters : StageParameters
            As they stand.

        Returns
        -------
        StageParameters
            With what follows from the shortest behaviour; without one, as they stand.
        """
        return replace(
            parameters,
            training=self.training(parameters.training),
            embedding=self.embedding(parameters.embedding),
            clustering=self.clustering(parameters.clustering),
        )

    def describe(self, parameters: StageParameters) -> str:
        """Say in one line what follows from a shortest behaviour.

        Parameters
        ----------
        parameters : StageParameters
            Settings as they stand.

        Returns
        -------
        str
            Its value, where it comes from, and every derived setting.
        """
        source = "median of the recordings" if self.autocorrelations else "given"
        of_embedding = self._of_embedding(parameters.embedding)
        derived = of_embedding | self._of_clustering(parameters.clustering)
        return (
            f"{KEY}: {self.shortest_behaviour_s:.2f} s ({source}), so windows are "
            f"{self._window} + {self._window} frames at {self.frame_rate:g} Hz, "
            + ", ".join(f"{name} {value:.3g}" for name, value in derived.items())
        )

    def check(self, asked: TimeScaleParameters) -> None:
        """Check that a later stage asks for the time that training used.

        Parameters
        ----------
        asked : TimeScaleParameters
            What the later stage is given.

        Raises
        ------
        DataError
            When it asks for another.
        """
        used = AUTO if self.autocorrelations else self.shortest_behaviour_s
        if asked.shortest_behaviour_s != used:
            raise DataError(
                f"{KEY}: {_told(asked.shortest_behaviour_s)} is asked for, but the stored networks "
                f"were trained with {_told(used)}; ask for that, or run the pipeline training, too"
            )

    def _of_embedding(self, parameters: EmbeddingParameters) -> dict[str, int | float]:
        derived: dict[str, int | float] = {"stride": max(1, round(self._window / STRIDES))}
        if parameters.summary_s:
            derived["summary_s"] = SUMMARY * self._seconds
        return derived

    def _of_clustering(self, parameters: ClusteringParameters) -> dict[str, float]:
        if parameters.method == "kernel_segmentation":
            return {"transition_penalty_s": PENALTY * self._seconds}
        return {"minimum_duration_s": DURATION * self._seconds}

    @property
    def _seconds(self) -> float:
        return self.shortest_behaviour_s or 0.0

    @property
    def _window(self) -> int:
        return max(FEWEST_FRAMES, round(WINDOW * self._seconds * self.frame_rate))


def measure_time_scale(
    recordings: Mapping[str, Callable[[], Motion]],
    parameters: TimeScaleParameters,
    features: FeatureParameters,
    embedding: EmbeddingParameters,
) -> TimeScale:
    """Take the shortest behaviour as it is given, or estimate it from recordings.

    The estimate is the median over recordings of the correlation time
    (:mod:`kinembed.segmentation.correlation_time`). No label enters.

    Parameters
    ----------
    recordings : mapping of str to loader of Motion
        Recording -> its motion; all of one frame rate. They are read one after the other, and not
        at all where no time is asked for.
    parameters : TimeScaleParameters
        The time, or how it is found.
    features : FeatureParameters
        Channels of a motion that networks see.
    embedding : EmbeddingParameters
        At which discontinuities a motion is cut.

    Returns
    -------
    TimeScale
        The time, the frame rate of the recordings, and what the time was estimated from.

    Raises
    ------
    DataError
        When the time is longer than every recording, or no autocorrelation falls below 1 / e.
    """
    asked = parameters.shortest_behaviour_s
    if asked is None:
        return TimeScale()
    if isinstance(asked, str):
        return _estimated(recordings, features, embedding)
    rates, seconds = zip(*_extents(load() for load in recordings.values()), strict=True)
    if asked > max(seconds):
        raise DataError(
            f"{KEY}: {asked:g} s is longer than every recording (the longest has "
            f"{max(seconds):.4g} s); give the duration of the shortest behaviour, or auto"
        )
    return TimeScale(asked, rates[0])


def _told(time: float | str | None) -> str:
    """As it stands in the parameters."""
    return "null" if time is None else f"{time:g}" if isinstance(time, float) else time


def _extents(motions: Iterable[Motion]) -> Iterator[tuple[float, float]]:
    """Frame rate (Hz) and duration (s) of each motion."""
    for motion in motions:
        yield motion.frame_rate, len(motion) / motion.frame_rate


def _estimated(
    recordings: Mapping[str, Callable[[], Motion]],
    features: FeatureParameters,
    embedding: EmbeddingParameters,
) -> TimeScale:
    found: dict[str, list[float]] = {}
    times, rate = [], 1.0
    for name, load in recordings.items():
        motion = load()
        rate = motion.frame_rate
        curve = _autocorrelation(motion, features, embedding)
        found[name] = [round(value, 4) for value in curve.tolist()]
        times.append(correlation_time(curve, rate))
    known = [time for time in times if time is not None]
    if not known:
        raise DataError(
            f"{KEY}: auto finds no time, because no recording changes within 10 s; give it in "
            "seconds, or null"
        )
    return TimeScale(float(np.median(known)), rate, found)


def _autocorrelation(
    motion: Motion, features: FeatureParameters, embedding: EmbeddingParameters
) -> Float[np.ndarray, "lags"]:
    """Of the recording's own standardised channels; a body that does not move stays alike."""
    joined = join_features([motion], features)
    seen = np.flatnonzero(joined.seen)
    moving = joined.values[seen]
    if not len(seen) or moving.std(axis=0).max() < MINIMUM_STD:
        return np.ones(1)
    values = Standardiser.fit(moving, joined.channels).apply(moving, joined.channels)
    return window_autocorrelation(values, seen, all_cuts(motion, embedding), motion.frame_rate)

"""Predictions of DANNCE and s-DANNCE in MATLAB files (``save_data_AVG.mat``).

``pred`` holds positions: frame, axis, marker, or for several animals frame, animal, axis, marker.
``p_max`` holds the largest probability of each marker, ``sampleID`` numbers frames. The file does
not name markers, states no rate, and z points up as in the calibrations that DANNCE comes with.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.timing import EvenTime, as_they_are, even_frames, no_line, whole
from kinembed.motion.positions.recorded import RecordedPositions

VARIABLES = PREDICTIONS, CONFIDENCE, FRAMES = "pred", "p_max", "sampleID"


def predicted_positions(
    arrays: Mapping[str, np.ndarray], names: Sequence[str], *, file: str
) -> list[RecordedPositions]:
    """Find positions in the arrays that :func:`kinembed.io.formats.mat_file.read_mat` returns.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        Variables that hold numbers.
    names : sequence of str
        Names of all variables.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each animal, markers in three dimensions, named ``marker_1`` and so on, z up, with
        confidences where the file has them; without a frame rate.

    Raises
    ------
    FormatError
        When there are no predictions, or arrays do not fit one another.
    """
    if PREDICTIONS not in arrays:
        found = ", ".join(names) or "none"
        raise FormatError(file, f"expected a variable {PREDICTIONS!r} of DANNCE, found {found}")
    positions = _positions(arrays[PREDICTIONS], file)
    frames, animals, markers, _ = positions.shape
    confidence = arrays.get(CONFIDENCE)
    if confidence is not None:
        confidence = _confidence(confidence, (frames, animals, markers), file)
    time, note = _time(arrays.get(FRAMES), frames, file)
    return [
        RecordedPositions(
            time.apply(positions[:, animal]),
            tuple(f"marker_{number + 1}" for number in range(markers)),
            None,
            up="z",
            confidence=None if confidence is None else time.apply(confidence[:, animal]),
            individual="" if animals == 1 else f"animal_{animal + 1}",
            file_frames=time.file_frames,
            notes=(*note, *time.notes),
        )
        for animal in range(animals)
    ]


def _positions(pred: np.ndarray, file: str) -> Float[np.ndarray, "frames animals markers 3"]:
    several = pred[:, None] if pred.ndim == 3 else pred
    if several.ndim != 4 or several.shape[2] != 3 or 0 in several.shape:
        raise FormatError(
            file,
            f"expected {PREDICTIONS!r} of shape (frames, 3, markers) or (frames, animals, 3, "
            f"markers), found {pred.shape}",
        )
    return several.transpose(0, 1, 3, 2).astype(np.float64)


def _confidence(
    p_max: np.ndarray, shape: tuple[int, int, int], file: str
) -> Float[np.ndarray, "frames animals markers"]:
    if p_max.size != np.prod(shape) or p_max.shape[0] != shape[0]:
        problem = f"expected {CONFIDENCE!r} of shape {(shape[0], *shape[1:])}, found {p_max.shape}"
        raise FormatError(file, problem)
    return p_max.reshape(shape).astype(np.float64)


def _time(numbers: np.ndarray | None, frames: int, file: str) -> tuple[EvenTime, tuple[str, ...]]:
    """Frames by their numbers, where these rise; some versions number pictures of all cameras."""
    if numbers is None:
        return as_they_are(frames), ()
    flat = numbers.ravel().astype(np.float64)
    if len(flat) != frames or not (np.diff(flat) > 0).all() or not whole(flat).all():
        return as_they_are(frames), (f"{FRAMES!r} does not number frames and is passed over",)
    return even_frames(flat, file=file, line_of=no_line, column=FRAMES), ()

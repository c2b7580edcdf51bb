"""From raw files to recordings: where they come from, reading them, and saying what is absent."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    field_validator,
    model_validator,
)

from kinembed.core.parameters import FrameRate, Names, Parameters, checked_pattern
from kinembed.io.clip_labels import annotate_clip
from kinembed.io.formats.reader import read_annotation
from kinembed.io.recording_table import common_rate
from kinembed.io.sources import (
    Acquired,
    RawFile,
    acquire_archive,
    acquire_folder,
    acquire_registry,
    acquire_tree,
    fingerprint,
    load_registry,
    select,
    with_annotations,
)
from kinembed.io.synthetic.curves import write_toy
from kinembed.io.synthetic.person import write_sample
from kinembed.motion.motion import Segmentation
from kinembed.motion.positions import PositionParameters
from kinembed.motion.resampling import resample_segmentation


class SampleSource(Parameters):
    """The synthetic recording that the project generates itself.

    Attributes
    ----------
    folder : Path
        Folder that it is written to.
    seed : int
        Seed of everything that is drawn at random.
    duration_s : float
        Duration of the recording in seconds.
    """

    folder: Path = Field(description="where it is written")
    seed: NonNegativeInt = Field(0, description="of everything that is drawn at random")
    duration_s: PositiveFloat = Field(90.0, description="of the recording")


class ToySource(Parameters):
    """The synthetic planar curves that the project generates itself.

    Attributes
    ----------
    folder : Path
        Folder that they are written to.
    seed : int
        Seed of everything that is drawn at random.
    intervals : int
        Number of circles and ellipses, in turns; at least 2.
    interval_s : float
        Mean duration of each of them in seconds.
    noise : float
        Standard deviation of the measurement; a radius is about 1.
    """

    folder: Path = Field(description="where it is written")
    seed: NonNegativeInt = Field(0, description="of everything that is drawn at random")
    intervals: int = Field(12, ge=2, description="circles and ellipses, in turns")
    interval_s: PositiveFloat = Field(8.0, description="of each circle or ellipse")
    noise: NonNegativeFloat = Field(0.01, description="of the measurement; a radius is about 1")


class FolderSource(Parameters):
    """A folder of recordings.

    Attributes
    ----------
    path : Path
        The folder.
    subfolders : bool
        Whether recordings below it are read too; names of trials then begin with those of folders.
    annotations : Path or None
        Folder of their annotations, named like the trials; None: they lie beside the recordings.
    """

    path: Path = Field(description="of the folder")
    subfolders: bool = Field(False, description="look below it too; folders' names begin trials'")
    annotations: Path | None = Field(
        None, description="folder of annotations `<trial>.csv`, where they do not lie beside"
    )


class ArchiveSource(Parameters):
    """A tar archive of recordings, which is unpacked.

    Attributes
    ----------
    path : Path
        The archive.
    sha256 : str
        Its hash, 64 hexadecimal digits in lower case.
    folder : Path
        Folder below which it is unpacked.
    """

    path: Path = Field(description="of the archive")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="of the archive")
    folder: Path = Field(description="where it is unpacked")


class RegistrySource(Parameters):
    """Published files, from a mirror of their source, earlier downloads, or the source itself.

    Attributes
    ----------
    name : str
        Name of the registry, such as ``"cmu_mocap"``.
    trials : list of str
        Names of trials; ``*`` stands for anything.
    mirror : Path or None
        Folder laid out like the public sources; None, or an empty string, for none.
    cache : Path
        Folder of what was downloaded.
    download : bool
        Whether files that the mirror and the cache lack are downloaded from the public addresses.
    """

    name: str = Field(description="of the list of published files")
    trials: Names = Field(["*"], description="names of trials, * stands for anything")
    mirror: Path | None = Field(None, description="a folder laid out like the public sources")
    cache: Path = Field(description="folder of what was downloaded")
    download: bool = Field(
        False, description="fetch what the mirror lacks from the public addresses"
    )

    @field_validator("mirror", mode="before")
    @classmethod
    def _no_mirror(cls, value: object) -> object:
        return value or None  # an environment variable that is not set reads as ""


class IngestionParameters(Parameters):
    """Where recordings come from and what their files do not say.

    Attributes
    ----------
    source : {"sample", "toy", "folder", "archive", "registry"}
        Which of the next five sections counts; it must be there.
    sample : SampleSource or None
        The synthetic person.
    toy : ToySource or None
        The synthetic planar curves.
    folder : FolderSource or None
        A folder of recordings.
    archive : ArchiveSource or None
        A tar archive of recordings.
    registry : RegistrySource or None
        Published files.
    frame_rate : float
        Frame rate in Hz of rotations in files that do not state it (AMC, text, mat).
    positions : PositionParameters
        What files of joint positions do not say.
    clip_pattern : str or None
        Regular expression whose group ``action`` is the action in a clip's name; None where names
        tell none.
    damaged : {"stop", "leave_out"}
        What a file that cannot be read does to the run: ends it, or is named and left out.
    not_labelled : list of str
        Behaviours in annotations that mean that a frame is not labelled; such frames are not
        scored.

    Raises
    ------
    pydantic.ValidationError
        When the chosen section is not there, or `clip_pattern` is no regular expression or has no
        group ``action``.
    """

    source: Literal["sample", "toy", "folder", "archive", "registry"] = Field(
        description="which of the sections is read"
    )
    sample: SampleSource | None = None
    toy: ToySource | None = None
    folder: FolderSource | None = None
    archive: ArchiveSource | None = None
    registry: RegistrySource | None = None
    frame_rate: FrameRate = Field(
        120.0, description="Hz, of files that do not state it (AMC, text, mat)"
    )
    positions: PositionParameters = PositionParameters()
    clip_pattern: str | None = Field(
        None, description="how a clip's name holds its action, a regular expression"
    )
    damaged: Literal["stop", "leave_out"] = Field(
        "stop", description="what a file that cannot be read does: end the run, or be left out"
    )
    not_labelled: Names = Field(
        [], description="behaviours in annotations that mean: not labelled, so not scored"
    )

    @property
    def chosen(self) -> SampleSource | ToySource | FolderSource | ArchiveSource | RegistrySource:
        """The section that `source` names.

        Returns
        -------
        SampleSource, ToySource, FolderSource, ArchiveSource or RegistrySource
            The section.

        Raises
        ------
        ValueError
            When there is no section of that name.
        """
        sections = {
            "sample": self.sample,
            "toy": self.toy,
            "folder": self.folder,
            "archive": self.archive,
            "registry": self.registry,
        }
        section = sections[self.source]
        if section is None:
            raise ValueError(f"source is {self.source!r}, but there is no section of that name")
        return section

    @field_validator("clip_pattern")
    @classmethod
    def _finds_an_action(cls, pattern: str | None) -> str | None:
        return None if pattern is None else checked_pattern(pattern, "action")

    @model_validator(mode="after")
    def _source_is_described(self) -> "IngestionParameters":
        _ = self.chosen
        return self


@dataclass(frozen=True)
class MotionFiles:
    """Paths of the raw files of one trial.

    Attributes
    ----------
    motion : str
        Path of the recording.
    skeleton : str or None
        Path of its ASF file; None where it has none.
    annotation : str or None
        Path of its annotation; None where it has none.
    """

    motion: str
    skeleton: str | None
    annotation: str | None


def acquire(parameters: IngestionParameters) -> Acquired:
    """Find, unpack, download or generate raw files, verified as far as hashes are known.

    Parameters
    ----------
    parameters : IngestionParameters
        Where they come from.

    Returns
    -------
    Acquired
        Files that can be used, and those that cannot.

    Raises
    ------
    SourceError
        When no recording is found, a file is not the published one, or files do not make up trials;
        see :mod:`kinembed.io.sources`.
    DataError
        When a synthetic recording is to be too short.
    """
    source = parameters.chosen
    if isinstance(source, FolderSource):
        find = acquire_tree if source.subfolders else acquire_folder
        found = find(source.path, headerless=parameters.positions.columns is not None)
        return with_annotations(found, source.annotations) if source.annotations else found
    if isinstance(source, ArchiveSource):
        return acquire_archive(source.path, source.sha256, source.folder)
    if isinstance(source, SampleSource):
        write_sample(source.folder, seed=source.seed, duration_s=source.duration_s)
        return acquire_folder(source.folder)
    if isinstance(source, ToySource):
        write_toy(
            source.folder,
            seed=source.seed,
            intervals=source.intervals,
            interval_s=source.interval_s,
            noise=source.noise,
        )
        return acquire_folder(source.folder)
    entries = select(load_registry(source.name), source.trials)
    return acquire_registry(
        entries, mirror=source.mirror, cache=source.cache, download=source.download
    )


def file_table(acquired: Acquired) -> pd.DataFrame:
    """Tabulate raw files, one row each.

    Parameters
    ----------
    acquired : Acquired
        Files that can be used, and those that cannot.

    Returns
    -------
    DataFrame
        Columns ``name`` (the trial), ``role``, ``path``, ``sha256``, ``address`` and ``reason``,
        all strings. Absent files have no path but an address and a reason.
    """
    present = [
        {"name": file.name, "role": file.role, "path": str(file.path), "sha256": file.sha256}
        for file in acquired.files
    ]
    absent = [asdict(entry) for entry in acquired.absent]
    columns = ["name", "role", "path", "sha256", "address", "reason"]
    return pd.DataFrame([*present, *absent], columns=columns, dtype=object).fillna("")


def motion_files(files: pd.DataFrame) -> dict[str, MotionFiles]:
    """Collect the files of each trial that has a motion.

    Parameters
    ----------
    files : DataFrame
        As :func:`file_table` returns it.

    Returns
    -------
    dict of str to MotionFiles
        Trial to its files.
    """
    present = files[files["path"] != ""].pivot(index="name", columns="role", values="path")
    present = present.reindex(columns=["motion", "skeleton", "annotation"], fill_value="").fillna(
        ""
    )
    return {
        str(name): MotionFiles(row["motion"], row["skeleton"] or None, row["annotation"] or None)
        for name, row in present.iterrows()
        if row["motion"]
    }


def annotate_all(
    files: pd.DataFrame, recordings: pd.DataFrame, parameters: IngestionParameters
) -> dict[str, Segmentation]:
    """Annotate the trials that have an annotation file or whose names tell an action.

    Parameters
    ----------
    files : DataFrame
        As :func:`file_table` returns it.
    recordings : DataFrame
        As :func:`kinembed.io.recording_table.recording_table` returns it.
    parameters : IngestionParameters
        Its ``clip_pattern`` finds actions in names, and ``not_labelled`` are behaviours that are
        none.

    Returns
    -------
    dict of str to Segmentation
        Trial to its annotation, in frames of the common rate. A trial of which no frame is labelled
        is absent.

    Raises
    ------
    FormatError
        When an annotation is not in its format or does not end where its recording does.
    DataError
        When a name does not follow the pattern, or a segment is shorter than a frame at the common
        rate.
    """
    of_trial = motion_files(files)
    rate = common_rate(recordings)
    annotations: dict[str, Segmentation] = {}
    for one in recordings.to_dict("records"):
        name = file_trial(one["trial"])
        annotation = annotate(name, of_trial[name], one["file_rows"], parameters.clip_pattern)
        if annotation is not None:
            first = one["first_row"]
            cut = replace(annotation.between(first, first + one["frames"]), trial=one["trial"])
            found = resample_segmentation(cut, one["frame_rate"], rate)
            annotations[one["trial"]] = found.without_labels(parameters.not_labelled)
    return {name: one for name, one in annotations.items() if one.labelled.any()}


def file_trial(recording: str) -> str:
    """Name the trial in whose file a recording lies.

    Parameters
    ----------
    recording : str
        Name of a recording: ``<trial>``, or ``<trial>/<individual>``.

    Returns
    -------
    str
        The trial.
    """
    return recording.partition("/")[0]


def annotate(
    trial: str, files: MotionFiles, frame_count: int, clip_pattern: str | None
) -> Segmentation | None:
    """Annotate a trial by its annotation file, or else by the action in its name.

    Parameters
    ----------
    trial : str
        Name of the trial.
    files : MotionFiles
        Its files.
    frame_count : int
        Frames of the recording.
    clip_pattern : str or None
        Regular expression whose group ``action`` is the action in a clip's name; None where names
        tell none.

    Returns
    -------
    Segmentation or None
        In frames of the recording; None where neither tells anything.

    Raises
    ------
    FormatError
        When the annotation is not in its format or does not end where the recording does.
    DataError
        When the name does not follow the pattern.
    """
    if files.annotation is not None:
        return read_annotation(files.annotation, trial=trial, frame_count=frame_count)
    if clip_pattern is not None:
        return annotate_clip(trial, frame_count, clip_pattern)
    return None


def summarise(files: pd.DataFrame) -> dict[str, Any]:
    """Summarise what was found, what is absent, and the content used.

    Parameters
    ----------
    files : DataFrame
        As :func:`file_table` returns it.

    Returns
    -------
    dict of str to object
        ``trials`` (names, sorted), ``absent`` (a dict per absent file) and ``fingerprint`` (sha256
        of all files used).
    """
    present, absent = files[files["path"] != ""], files[files["path"] == ""]
    motions = present[present["role"] == "motion"]
    return {
        "trials": sorted(motions["name"]),
        "absent": absent[["name", "role", "address", "reason"]].to_dict("records"),
        "fingerprint": fingerprint(
            RawFile(row["name"], row["role"], Path(row["path"]), row["sha256"])
            for row in present.to_dict("records")
        ),
    }

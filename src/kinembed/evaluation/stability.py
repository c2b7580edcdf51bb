"""How far the behaviours of a run depend on its seed: it is repeated with the next seeds.

All other settings are those that the run stored, so a repetition differs in its seed alone. No
annotation is read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int
from pydantic import Field, PositiveInt

from kinembed.core.parameters import Parameters
from kinembed.evaluation.seed_consensus import find_consensus
from kinembed.evaluation.seed_matching import behaviours_in_seeds, compare_seeds
from kinembed.motion.motion import Motion
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.embedding import Embeddings, embed_together, join_embeddings
from kinembed.segmentation.measured_clusters import measure_clusters
from kinembed.segmentation.predictions import UNMERGED, VARIANTS, frame_rate_of
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.trained_model import TrainedModel, train_together

TIME = ["frame", "time_s"]
BEHAVIOURS = (
    "model",
    "prediction",
    "cluster",
    "frames",
    "seconds",
    "overlap",
    "seeds",
    "returns",
    "stable",
)
"""Columns of the table of behaviours (:class:`Stability`)."""
SEEDS = ("model", "prediction", "seed", "clusters", "adjusted_rand", "agreement")
"""Columns of the table of further seeds."""


class StabilityParameters(Parameters):
    """With how many further seeds a run is repeated.

    Attributes
    ----------
    seeds : int
        Further seeds, at least one: those that follow the run's own.
    """

    seeds: PositiveInt = Field(
        2, description="further seeds (the next ones) with which each model is trained again"
    )


@dataclass(frozen=True, eq=False)
class Stability:
    """What the labels of further seeds say of a model's labels.

    Attributes
    ----------
    behaviours : DataFrame
        A row per prediction and behaviour: ``prediction``, ``seconds`` and the columns of
        :func:`kinembed.evaluation.seed_matching.behaviours_in_seeds`.
    seeds : DataFrame
        A row per prediction and further seed: ``prediction`` and the columns of
        :func:`kinembed.evaluation.seed_matching.compare_seeds`.
    consensus : dict of str to DataFrame
        Recording -> ``frame``, ``time_s`` (seconds), and for each prediction its consensus and
        ``<prediction>_agreement`` (:class:`kinembed.evaluation.seed_consensus.Consensus`).
    """

    behaviours: pd.DataFrame
    seeds: pd.DataFrame
    consensus: dict[str, pd.DataFrame]


def label_with_seed(
    name: str,
    motions: Sequence[Motion],
    predictions: Mapping[str, pd.DataFrame],
    model: TrainedModel,
    clusters: ClusterModel,
    step: int,
    checkpoints: CheckpointFolder | None = None,
) -> dict[str, pd.DataFrame]:
    """Repeat a run of one model with a later seed.

    Parameters
    ----------
    name : str
        Name of the model.
    motions : sequence of Motion
        Recordings, in the order in which the model was fitted on them.
    predictions : mapping of str to DataFrame
        Recording -> labels of the run, in the same order: where behaviours alike are merged in
        them, as many are left here.
    model : TrainedModel
        The run's network; its settings are used again.
    clusters : ClusterModel
        The run's clusters; their settings are used again.
    step : int
        How much larger the seed is than the run's own.
    checkpoints : CheckpointFolder, optional
        Where a training continues or, once finished, is read; None: no checkpoints.

    Returns
    -------
    dict of str to DataFrame
        Recording -> a column ``seed_<seed>.<prediction>`` for each prediction of the run: cluster
        of every frame, -2 where too little was seen.

    Raises
    ------
    DataError
        When a recording is shorter than a window, or a loss is not finite.
    CheckpointError
        When a checkpoint is damaged.
    """
    training = model.training.model_copy(update={"seed": model.training.seed + step})
    settings = clusters.settings
    network = train_together(name, motions, model.features, training, checkpoints)
    embedded = join_embeddings(embed_together(network, motions, settings.embedding))
    clustering = settings.clustering.model_copy(update={"seed": training.seed})
    given = "given" in next(iter(predictions.values()))  # labels of earlier clusters are not kept
    number = clustering.number_of_model(name, list(predictions)) if given else None
    fitted = ClusterModel.fit(
        embedded, number, settings.embedding, clustering, ClusterModelParameters()
    )
    labels = _merged(fitted, embedded, _numbers_left(predictions.values()))
    columns = pd.DataFrame(labels).add_prefix(f"seed_{training.seed}.")
    return dict(_by_recording(columns, predictions))


def join_seeds(
    predictions: Mapping[str, pd.DataFrame], labelled: Iterable[Mapping[str, pd.DataFrame]]
) -> dict[str, pd.DataFrame]:
    """Put the labels of all further seeds of a recording in one table.

    Parameters
    ----------
    predictions : mapping of str to DataFrame
        Recording -> labels of the run, with ``frame`` and ``time_s``.
    labelled : iterable of mapping of str to DataFrame
        Of each model and seed, as :func:`label_with_seed` returns it.

    Returns
    -------
    dict of str to DataFrame
        Recording -> ``frame``, ``time_s`` (seconds) and ``seed_<seed>.<prediction>``.
    """
    tables = {recording: [table[TIME]] for recording, table in predictions.items()}
    for one in labelled:
        for recording, columns in one.items():
            tables[recording].append(columns)
    return {recording: pd.concat(some, axis=1) for recording, some in tables.items()}


def measure_stability(
    predictions: Mapping[str, pd.DataFrame], further: Mapping[str, pd.DataFrame]
) -> Stability:
    """Compare the labels of one model with those of further seeds.

    Parameters
    ----------
    predictions : mapping of str to DataFrame
        Recording of the model -> its labels.
    further : mapping of str to DataFrame
        Recording -> labels of further seeds, as :func:`join_seeds` returns them.

    Returns
    -------
    Stability
        Of all recordings together: which behaviours return, how alike the seeds are, and what most
        seeds say.

    Raises
    ------
    DataError
        When there is no further seed, or it labelled other frames.
    """
    own = pd.concat(predictions.values(), ignore_index=True)
    others = pd.concat([further[recording] for recording in predictions], ignore_index=True)
    rate = frame_rate_of(next(iter(predictions.values())))
    behaviours, seeds = [], []
    columns: dict[str, Any] = {}
    for variant in (name for name in VARIANTS if name in own):
        labels, of_seeds = own[variant].to_numpy(), _of_seeds(others, variant)
        table = behaviours_in_seeds(labels, list(of_seeds.values()))
        behaviours.append(table.assign(prediction=variant, seconds=table["frames"] / rate))
        seeds.append(compare_seeds(labels, of_seeds).assign(prediction=variant))
        found = find_consensus(labels, list(of_seeds.values()))
        columns |= {variant: found.labels, f"{variant}_agreement": found.agreement}
    return Stability(
        pd.concat(behaviours, ignore_index=True),
        pd.concat(seeds, ignore_index=True),
        dict(_by_recording(own[TIME].assign(**columns), predictions)),
    )


def joined(tables: Mapping[str, pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """Put the tables of all models in one.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Model -> one of the tables of :class:`Stability`.
    columns : sequence of str
        Columns of the result, in order.

    Returns
    -------
    DataFrame
        The rows of all, with the column ``model``.
    """
    named = [table.assign(model=model) for model, table in tables.items()]
    return pd.concat(named, ignore_index=True)[list(columns)]


def stability_of(
    table: pd.DataFrame, model: str, predictions: Iterable[pd.DataFrame]
) -> pd.DataFrame:
    """Take the rows of a stored table that are of a model's present clusters.

    Parameters
    ----------
    table : DataFrame
        Columns :data:`BEHAVIOURS`; may be of earlier clusters.
    model : str
        Name of the model.
    predictions : iterable of DataFrame
        Present labels, a table per recording of the model.

    Returns
    -------
    DataFrame
        Rows of those predictions whose clusters all have as many frames as in the table: after
        another fit a number means another behaviour.
    """
    rows, tables = table[table["model"] == model], list(predictions)
    present = [
        variant
        for variant, some in rows.groupby("prediction")
        if all(variant in one for one in tables)
        and _frames_of(pd.concat([one[str(variant)] for one in tables]))
        == dict(zip(some["cluster"], some["frames"], strict=True))
    ]
    return rows[rows["prediction"].isin(present)]


def _frames_of(labels: pd.Series) -> dict[int, int]:
    counts = labels[labels >= 0].value_counts()
    return dict(zip(counts.index.tolist(), counts.tolist(), strict=True))


def _numbers_left(predictions: Iterable[pd.DataFrame]) -> dict[str, int]:
    """Prediction -> behaviours that merging left in it; those that were not merged are absent."""
    labels = pd.concat(predictions, ignore_index=True)
    return {
        variant: len(_frames_of(labels[variant]))
        for variant in VARIANTS
        if f"{variant}_{UNMERGED}" in labels
    }


def _merged(
    fitted: ClusterModel, embedded: Embeddings, left: Mapping[str, int]
) -> dict[str, Int[np.ndarray, "frames"]]:
    if not left:
        return dict(fitted.labels)
    measured = measure_clusters(fitted, embedded)
    groups = {variant: one.merged(left.get(variant)) for variant, one in measured.items()}
    return {
        variant: np.where(labels >= 0, groups[variant][np.maximum(labels, 0)], labels)
        for variant, labels in fitted.labels.items()
    }


def _of_seeds(further: pd.DataFrame, variant: str) -> dict[int, Int[np.ndarray, "frames"]]:
    columns = [name for name in map(str, further) if name.endswith(f".{variant}")]
    return {
        int(name.removeprefix("seed_").partition(".")[0]): further[name].to_numpy()
        for name in columns
    }


def _by_recording(
    table: pd.DataFrame, recordings: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[str, pd.DataFrame]]:
    start = 0
    for recording, own in recordings.items():
        yield recording, table.iloc[start : start + len(own)].reset_index(drop=True)
        start += len(own)

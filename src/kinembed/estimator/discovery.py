"""Behaviours as an estimator: fitted on recordings, it labels their frames and those of others."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted

from kinembed.core.derived_settings import conflict
from kinembed.core.errors import DataError
from kinembed.core.listing import listed_near
from kinembed.estimator.file import read_files, write_files
from kinembed.estimator.fitting import Discovery, discover, label
from kinembed.motion.motion import Motion
from kinembed.motion.positions import PositionParameters
from kinembed.report.plots.embedding import embedding_2d
from kinembed.report.plots.export import InteractiveFigure, StaticFigure
from kinembed.report.plots.timeline import timeline, titled_predictions
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.time_scale import TimeScaleParameters
from kinembed.training.motion_prediction import TrainingParameters

Settings = Mapping[str, Any] | None


class BehaviourDiscovery(ClusterMixin, BaseEstimator):
    """Find behaviours without labels: one network and one set of clusters for all recordings.

    With ``training.share=all`` the pipelines do the same. Settings that are not given have the
    defaults of docs/parameters.md.

    Parameters
    ----------
    behaviours : int or None
        Number of behaviours; None: it is estimated.
    seed : int
        Seed of all random draws, at least 0.
    training : mapping or None
        Further settings of the group ``training``, such as ``{"steps": 10000}``.
    embedding : mapping or None
        Settings of the group ``embedding``.
    clustering : mapping or None
        Further settings of the group ``clustering``.
    positions : mapping or None
        Settings of ``ingestion.positions``, such as ``{"joints": "common"}``.
    shortest_behaviour_s : float, "auto" or None
        Duration of the shortest behaviour in seconds, from which windows and other settings follow;
        ``auto``: estimated from the recordings; None: each setting is as it stands.

    Attributes
    ----------
    labels_ : DataFrame
        A row per frame that was fitted: ``recording``, ``frame``, ``time_s`` (seconds), ``cluster``
        (-2: not seen) and ``file_frame``, its number in the recording's file.
    n_clusters_ : int
        Number of clusters.
    discovery_ : kinembed.estimator.fitting.Discovery
        The network, the fitted clusters and the embedding of each recording.
    """

    labels_: pd.DataFrame
    n_clusters_: int
    discovery_: Discovery

    def __init__(
        self,
        behaviours: int | None = None,
        *,
        seed: int = 0,
        training: Settings = None,
        embedding: Settings = None,
        clustering: Settings = None,
        positions: Settings = None,
        shortest_behaviour_s: float | str | None = None,
    ) -> None:
        self.behaviours = behaviours
        self.seed = seed
        self.training = training
        self.embedding = embedding
        self.clustering = clustering
        self.positions = positions
        self.shortest_behaviour_s = shortest_behaviour_s

    def fit(self, recordings: Mapping[str, Motion], y: None = None) -> "BehaviourDiscovery":
        """Train the network on recordings, embed them and cluster the embedding.

        Parameters
        ----------
        recordings : mapping of str to Motion
            Recording -> its motion, as :func:`kinembed.read` returns them.
        y : None
            Not used.

        Returns
        -------
        BehaviourDiscovery
            Itself, fitted.

        Raises
        ------
        DataError
            When there is no recording, recordings do not move the same joints, or are too short; or
            a setting is given that follows from the shortest behaviour, which is given, too.
        pydantic.ValidationError
            When there is no such setting, or a value is wrong.
        """
        del y  # of scikit-learn's signature alone
        seed = {"seed": self.seed}
        number = {} if self.behaviours is None else {"number": self.behaviours}
        found = discover(
            recordings,
            self._positions(),
            TrainingParameters.model_validate(seed | dict(self.training or {})),
            EmbeddingParameters.model_validate(self.embedding or {}),
            ClusteringParameters.model_validate(seed | number | dict(self.clustering or {})),
            self._time_scale(),
        )
        return self._fitted(found)

    def predict(self, recordings: Mapping[str, Motion]) -> pd.DataFrame:
        """Label recordings by what was found in those that were fitted; nothing is trained.

        Parameters
        ----------
        recordings : mapping of str to Motion
            Recording -> its motion, as :func:`kinembed.read` returns them.

        Returns
        -------
        DataFrame
            A row per frame: ``recording``, ``frame``, ``time_s`` (seconds), ``cluster`` (-1:
            unknown, -2: not seen), ``distance`` (above 1: unknown) and ``file_frame``.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            When nothing was fitted.
        DataError
            When there is no recording, or one moves another skeleton.
        """
        check_is_fitted(self)
        return label(recordings, self.discovery_, self._positions())

    def plot_timeline(self, recording: str | None = None) -> StaticFigure:
        """Draw the cluster of every frame of a recording that was fitted.

        Parameters
        ----------
        recording : str, optional
            Its name; None: the first one.

        Returns
        -------
        matplotlib.figure.Figure
            A row for the number of clusters that was given, where it was, and one for the estimated
            number.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            When nothing was fitted.
        DataError
            When the recording was not fitted.
        """
        name = self._name(recording)
        clusters = self.discovery_.clusters
        table = clusters.predictions_of(name)
        of_all = pd.concat(map(clusters.predictions_of, self.discovery_.projections))
        labels = {variant: table[variant].to_numpy() for variant in table.columns[2:]}
        rows = titled_predictions(table, labels, of_all)
        return timeline(rows, self.discovery_.frame_rate, title=name)

    def plot_embedding(self, recording: str | None = None) -> InteractiveFigure:
        """Draw the embedding of a recording that was fitted, coloured by cluster.

        Parameters
        ----------
        recording : str, optional
            Its name; None: the first one.

        Returns
        -------
        plotly.graph_objects.Figure
            Its first two principal components.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            When nothing was fitted.
        DataError
            When the recording was not fitted.
        """
        name = self._name(recording)
        shown = self.discovery_.projections[name]
        clusters = self.labels_.loc[self.labels_["recording"] == name, "cluster"].to_numpy()
        return embedding_2d(
            shown.values,
            shown.frame_index,
            self.discovery_.frame_rate,
            clusters[shown.frame_index],
            explained_variance=shown.explained_variance,
            title=f"{name}: movement map",
        )

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Store the fitted model: three safetensors files, without pickle.

        Parameters
        ----------
        folder : str or path
            Where; files of an earlier model there are replaced.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            When nothing was fitted.
        """
        check_is_fitted(self)
        write_files(Path(folder), self.discovery_, self.get_params())

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> "BehaviourDiscovery":
        """Load what :meth:`save` stored.

        Parameters
        ----------
        folder : str or path
            Folder of the three files.

        Returns
        -------
        BehaviourDiscovery
            Fitted, as it was stored.

        Raises
        ------
        CheckpointError
            When a file is absent or damaged.
        """
        found, parameters = read_files(Path(folder))
        return cls(**parameters)._fitted(found)

    def _fitted(self, found: Discovery) -> "BehaviourDiscovery":
        self.discovery_ = found
        self.labels_ = found.labels()
        self.n_clusters_ = len(found.clusters.means)
        return self

    def _positions(self) -> PositionParameters:
        return PositionParameters.model_validate(self.positions or {})

    def _time_scale(self) -> TimeScaleParameters:
        groups = {
            name: getattr(self, name) or {} for name in ("training", "embedding", "clustering")
        }
        given = (f"{group}.{name}" for group, settings in groups.items() for name in settings)
        problem = conflict(given) if self.shortest_behaviour_s is not None else ""
        if problem:
            raise DataError(problem)
        return TimeScaleParameters.model_validate(
            {"shortest_behaviour_s": self.shortest_behaviour_s}
        )

    def _name(self, recording: str | None) -> str:
        check_is_fitted(self)
        names = list(self.discovery_.projections)
        if recording is not None and recording not in names:
            raise DataError(
                f"{recording!r} was not fitted; there are {listed_near(recording, names)}"
            )
        return names[0] if recording is None else recording

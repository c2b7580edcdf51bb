"""What a cluster model says beside labels: how probable they are, and which clusters are alike.

Both follow from what is measured once, on the rows that the model was fitted on: the means of the
clusters of every prediction, and the temperature at which their costs are probabilities
(:mod:`kinembed.segmentation.temperature`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from sklearn.metrics.pairwise import euclidean_distances

from kinembed.segmentation.behaviour_tree import COLUMNS, behaviour_tree, merged_clusters
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.frame_labels import of_nearest_row
from kinembed.segmentation.frame_probabilities import label_probabilities
from kinembed.segmentation.methods import Rows
from kinembed.segmentation.partition_cost import PartitionCost, cluster_means
from kinembed.segmentation.predictions import PROBABILITY, UNMERGED
from kinembed.segmentation.temperature import temperature_of


@dataclass(frozen=True, eq=False)
class MeasuredClusters:
    """Clusters of one prediction of a model.

    Attributes
    ----------
    means : ndarray of float, shape (clusters, features)
        Mean of each cluster in the model's feature space.
    temperature : float
        In squared distances; NaN for methods whose labels have no probability: all but kernel
        segmentation.
    """

    means: Float[np.ndarray, "clusters features"]
    temperature: float

    @classmethod
    def fit(
        cls, rows: Rows, labels: Int[np.ndarray, "rows"], clustering: ClusteringParameters
    ) -> "MeasuredClusters":
        """Measure clusters on their own rows.

        Parameters
        ----------
        rows : Rows
            The rows that were clustered.
        labels : ndarray of int, shape (rows,)
            Cluster of every row, numbered from 0 without gaps.
        clustering : ClusteringParameters
            How they were clustered.

        Returns
        -------
        MeasuredClusters
            Means and temperature.
        """
        means = cluster_means(rows.features, labels)
        if clustering.method != "kernel_segmentation":
            return cls(means, np.nan)
        return cls(means, temperature_of(labels, _cost(rows, clustering).penalty, rows.edges))

    @property
    def tree(self) -> pd.DataFrame:
        """Which clusters are alike.

        Returns
        -------
        DataFrame
            See :func:`kinembed.segmentation.behaviour_tree.behaviour_tree`.
        """
        return behaviour_tree(self.means)

    def merged(self, number: int | None) -> Int[np.ndarray, "clusters"]:
        """Cut the tree.

        Parameters
        ----------
        number : int or None
            Number of behaviours that are left; None: nothing is merged.

        Returns
        -------
        ndarray of int, shape (clusters,)
            See :func:`kinembed.segmentation.behaviour_tree.merged_clusters`.
        """
        return merged_clusters(self.tree, len(self.means), number)

    def probabilities(
        self, model: ClusterModel, embeddings: Embeddings
    ) -> Float[np.ndarray, "frames clusters"]:
        """Compute the probability of each cluster at every frame of any recording.

        Parameters
        ----------
        model : ClusterModel
            The model that the clusters belong to.
        embeddings : Embeddings
            Embedding of the recording, made in the model's basis.

        Returns
        -------
        ndarray of float, shape (frames, clusters)
            Given that the frame shows one of the clusters; each row sums to 1. NaN where the method
            gives no probability.
        """
        rows = model.space.rows(embeddings)
        costs = euclidean_distances(rows.features, self.means, squared=True)
        if np.isnan(self.temperature):
            found = np.full_like(costs, np.nan)
        else:
            cost = _cost(rows, model.settings.clustering)
            found = label_probabilities(costs, cost.penalties, self.temperature)
        row = of_nearest_row(np.arange(len(embeddings.values)), embeddings)
        of_frames: Float[np.ndarray, "frames clusters"]
        of_frames = found[model.space.clustered_rows(embeddings)[row]]
        return of_frames


def measure_clusters(model: ClusterModel, embeddings: Embeddings) -> dict[str, MeasuredClusters]:
    """Measure the clusters of every prediction of a model.

    Parameters
    ----------
    model : ClusterModel
        The fitted model.
    embeddings : Embeddings
        The embedding that it was fitted on.

    Returns
    -------
    dict of str to MeasuredClusters
        ``given`` where the number of clusters was given, and ``estimated``.
    """
    rows = model.space.rows(embeddings)
    clustered = np.unique(model.space.clustered_rows(embeddings), return_index=True)[1]
    frames = embeddings.frame_index[clustered]
    return {
        variant: MeasuredClusters.fit(rows, labels[frames], model.settings.clustering)
        for variant, labels in model.labels.items()
    }


def describe_frames(
    labels: pd.DataFrame,
    columns: Mapping[str, str],
    model: ClusterModel,
    measured: Mapping[str, MeasuredClusters],
    embeddings: Embeddings,
    merge_to: int | None,
) -> pd.DataFrame:
    """Add to labels how probable they are, and merge clusters that are alike.

    Parameters
    ----------
    labels : DataFrame
        A row per frame of a recording.
    columns : mapping of str to str
        Prediction of the model -> column with its clusters.
    model : ClusterModel
        The model that labelled the recording.
    measured : mapping of str to MeasuredClusters
        Prediction -> its clusters.
    embeddings : Embeddings
        Embedding of the recording, made in the model's basis.
    merge_to : int or None
        Number of behaviours that are left; None: nothing is merged.

    Returns
    -------
    DataFrame
        Beside `labels`, for each column: ``<column>_probability`` (NaN for frames without a
        cluster) and, where merged, ``<column>_unmerged``, the cluster before. A merged cluster
        has the smallest number of its group, and the probability of all of them.
    """
    added = {}
    for variant, column in columns.items():
        clusters, groups = labels[column].to_numpy(), measured[variant].merged(merge_to)
        known = clusters >= 0
        merged = np.where(known, groups[np.where(known, clusters, 0)], clusters)
        of_groups = measured[variant].probabilities(model, embeddings)
        own = np.where(groups == merged[:, None], of_groups, 0).sum(axis=1)
        added[f"{column}_{PROBABILITY}"] = np.where(known, np.minimum(own, 1.0), np.nan)
        if merge_to is not None:
            added[f"{column}_{UNMERGED}"] = clusters
            labels = labels.assign(**{column: merged})
    return labels.assign(**added)


def to_table(measured: Mapping[str, MeasuredClusters]) -> pd.DataFrame:
    """Write clusters as a table, for storing.

    Parameters
    ----------
    measured : mapping of str to MeasuredClusters
        Prediction -> its clusters.

    Returns
    -------
    DataFrame
        A row per prediction and cluster: ``prediction``, ``cluster``, ``temperature`` and
        ``mean_0``, ``mean_1`` ... in the feature space.
    """
    tables = []
    for variant, one in measured.items():
        table = pd.DataFrame(one.means).add_prefix("mean_")
        head = {"prediction": variant, "cluster": table.index, "temperature": one.temperature}
        tables.append(pd.DataFrame(head).join(table))
    return pd.concat(tables, ignore_index=True)


def from_table(table: pd.DataFrame) -> dict[str, MeasuredClusters]:
    """Read what :func:`to_table` wrote.

    Parameters
    ----------
    table : DataFrame
        A row per prediction and cluster.

    Returns
    -------
    dict of str to MeasuredClusters
        Prediction -> its clusters.
    """
    return {
        str(variant): MeasuredClusters(
            rows.filter(like="mean_").to_numpy(), float(rows["temperature"].iloc[0])
        )
        for variant, rows in table.groupby("prediction", sort=False)
    }


def tree_table(models: Mapping[str, Mapping[str, MeasuredClusters]]) -> pd.DataFrame:
    """Make one table of the trees of all models.

    Parameters
    ----------
    models : mapping of str to (mapping of str to MeasuredClusters)
        Model -> prediction -> its clusters.

    Returns
    -------
    DataFrame
        A row per model, prediction and step: ``model``, ``prediction`` and the columns of
        :func:`kinembed.segmentation.behaviour_tree.behaviour_tree`.
    """
    types = {"model": "str", "prediction": "str", **COLUMNS}
    steps = [
        {"model": model, "prediction": variant, **step}
        for model, measured in models.items()
        for variant, one in measured.items()
        for step in one.tree.to_dict("records")
    ]
    return pd.DataFrame(steps, columns=list(types)).astype(types)


def _cost(rows: Rows, clustering: ClusteringParameters) -> PartitionCost:
    return PartitionCost.of_rows(
        rows, clustering.transition_penalty_s, clustering.one_cluster_per_interval
    )

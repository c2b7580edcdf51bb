"""The figure that explains the segments and the number of clusters of a sequence."""

from kinembed.analysis.state_dynamics.similarity import self_similarity
from kinembed.motion.motion import Segmentation
from kinembed.report.plots.export import png
from kinembed.report.plots.segmentation import segmentation_overview
from kinembed.report.plots.timeline import titled_predictions
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.predictions import VARIANTS


def segmentation_figure(
    sequence: str,
    embeddings: Embeddings,
    model: ClusterModel,
    annotation: Segmentation | None,
    note: str,
) -> dict[str, bytes]:
    """What was clustered, and what spoke for each number of clusters.

    Parameters
    ----------
    sequence : str
        Name of the sequence, the title of the figure.
    embeddings : Embeddings
        The embedding that was clustered.
    model : ClusterModel
        Its clusters, fitted by kernel segmentation.
    annotation : Segmentation or None
        Annotated behaviours, drawn as the last row; None draws none.
    note : str
        Small text below the figure.

    Returns
    -------
    dict of str to bytes
        File name ``segmentation.png`` -> content.

    Raises
    ------
    DataError
        When an earlier version stored the model.
    """
    similarity, predictions = self_similarity(embeddings), model.predictions_of(sequence)
    variants = [variant for variant in VARIANTS if variant in predictions]
    clusters = {variant: predictions[variant].to_numpy() for variant in variants}
    figure = segmentation_overview(
        similarity.times,
        similarity.distances,
        titled_predictions(predictions, clusters),
        embeddings.frame_rate,
        model.separations,
        model.settings.clustering.separation_threshold,
        annotation,
        title=sequence,
        note=note,
    )
    return {"segmentation.png": png(figure)}

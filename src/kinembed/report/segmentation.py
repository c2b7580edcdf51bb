"""The figure that explains the segments and the number of clusters of a sequence."""

import pandas as pd

from kinembed.analysis.state_dynamics.similarity import self_similarity
from kinembed.motion.motion import Segmentation
from kinembed.report.plots.export import png
from kinembed.report.plots.segmentation import segmentation_overview
from kinembed.segmentation.clustering import ClusteringParameters, judge_numbers
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.predictions import VARIANTS


def segmentation_figure(
    sequence: str,
    embeddings: Embeddings,
    predictions: pd.DataFrame,
    parameters: ClusteringParameters,
    annotation: Segmentation | None,
    note: str,
) -> dict[str, bytes]:
    """File name -> content; the annotation is drawn below what was found without it."""
    similarity = self_similarity(embeddings)
    judged = judge_numbers(embeddings, parameters)
    figure = segmentation_overview(
        similarity.times,
        similarity.distances,
        {
            variant: predictions[variant].to_numpy()
            for variant in VARIANTS
            if variant in predictions
        },
        embeddings.frame_rate,
        {number: partition.evidence for number, partition in judged.items()},
        parameters.separation_threshold,
        annotation,
        title=sequence,
        note=note,
    )
    return {"segmentation.png": png(figure)}

"""The simple methods that every result is compared with.

A baseline gets what the network gets, a motion's standardised channels, and the number of
clusters; no boundary, label or order of behaviours reaches it. It gives every frame a
cluster, numbered from 0 in order of first appearance. W below is the mean and the standard
deviation of every channel in a centred window. Several recordings can be clustered together, into
one vocabulary.

| name | what |
|---|---|
| ``constant`` | one cluster |
| ``pose_gmm`` | pose, principal components, Gaussian mixture |
| ``window_ward`` | W, Ward |
| ``window_spectral`` | W, spectral clustering |
| ``window_single_linkage`` | W, clustered as published: cosine distance, single linkage |
| ``window3_kmeans`` | W of 3 s, k-means |
| ``changepoints_window_3``, ``_5`` | change points of W, Ward of segments; penalty 3, 5 ln T |
| ``changepoints_pose_3``, ``_5`` | the same with change points of the pose |
| ``sticky_hmm`` | W, principal components, hidden Markov model whose states tend to stay |
| ``pose_as_states``, ``window_as_states`` | pose, W instead of states: clustered like them |
| ``untrained`` | the network as it is before training, embedded and clustered as when trained |
| ``untrained_single_linkage`` | its decoder states as they are, clustered as published |
| ``video_lstm`` | the network of :mod:`kinembed.video.prediction` instead of ours |
"""

from kinembed.evaluation.baselines.parameters import BaselineParameters
from kinembed.evaluation.baselines.predict import (
    BASELINES,
    ESTIMATING,
    METHODS,
    TOGETHER,
    predict,
    predict_together,
)
from kinembed.segmentation.stages import StageParameters

__all__ = [
    "BASELINES",
    "ESTIMATING",
    "METHODS",
    "TOGETHER",
    "BaselineParameters",
    "StageParameters",
    "predict",
    "predict_together",
]

"""What the report's player shows of a recording that a stored model labelled."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kinembed.analysis.state_dynamics.cards import behaviour_cards
from kinembed.motion.motion import Motion
from kinembed.motion.resampling import as_trained_on
from kinembed.motion.segments import FrameLabels
from kinembed.report.exports.labelled import names_of_labels
from kinembed.report.naming import Names, SequenceNaming, styles_of_names
from kinembed.report.player import player_block
from kinembed.report.sequence import SequenceResults
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.segmentation.embedding import embed, project
from kinembed.segmentation.predictions import NOT_SEEN_LABEL, UNKNOWN, UNKNOWN_LABEL
from kinembed.training.prediction_error import prediction_error
from kinembed.training.trained_model import TrainedModel


@dataclass(frozen=True, eq=False, kw_only=True)
class LabelledResults(SequenceResults):
    """What is known of a recording that a stored model labelled.

    Attributes
    ----------
    model : str
        Name of the model.
    called : list of str
        Name of every frame.
    """

    model: str
    called: list[str]

    @cached_property
    def labels(self) -> dict[str, FrameLabels]:
        """Labels of all frames.

        Returns
        -------
        dict of str to list of str
            ``given`` or ``estimated``, as the model has it -> the name of every frame.
        """
        return {self.variant: self.called}

    @property
    def style_numbers(self) -> dict[str, int]:
        """Styles of the names of the model's clusters, by number.

        Returns
        -------
        dict of str to int
            Name -> number of its style.
        """
        return styles_of_names(self.names.sequences.get(self.model, SequenceNaming()))

    @property
    def rows(self) -> dict[str, FrameLabels]:
        """Labels of all frames for the row of the timeline.

        Returns
        -------
        dict of str to list of str
            Title of the row -> labels.
        """
        return {f"Labels by model {self.model}": self.called}

    @property
    def apart(self) -> tuple[str, ...]:
        """Labels of frames that show no behaviour of the model.

        Returns
        -------
        tuple of str
            Of frames that were not seen, and of those unlike all clusters.
        """
        return (NOT_SEEN_LABEL, UNKNOWN_LABEL)


def labelled_block(
    recording: str,
    motion: Motion,
    labels: pd.DataFrame,
    model: TrainedModel,
    clusters: ClusterModel,
    *,
    named_as: str,
    names: Names,
) -> dict[str, Any]:
    """Collect all that the player needs of a recording that a stored model labelled.

    Parameters
    ----------
    recording : str
        Name of the recording.
    motion : Motion
        The recording with the joints of the model.
    labels : DataFrame
        A row per frame, as :func:`kinembed.segmentation.inference.label_motion` returns it.
    model : TrainedModel
        Network whose states make the embedding.
    clusters : ClusterModel
        The clusters that labelled the recording.
    named_as : str
        Name under which a names file speaks of these clusters.
    names : Names
        What a person calls clusters.

    Returns
    -------
    dict of str to Any
        As :func:`kinembed.report.player.player_block`; empty where all frames are unknown or not
        seen, as in a recording that is shorter than a window.
    """
    if (labels["cluster"] <= UNKNOWN).all():
        return {}
    settings = clusters.settings
    motion = as_trained_on(motion, settings.frame_rate, unwrap=settings.unwrap)
    embeddings = embed(model, motion, settings.embedding, basis=clusters.basis)
    results = LabelledResults(
        recording,
        labels.rename(columns=lambda name: name.replace("cluster", settings.variant)),
        project(embeddings),
        pd.DataFrame(),
        motion,
        None,
        names,
        model=named_as,
        called=names_of_labels(labels["cluster"], named_as, clusters, names),
    )
    cards = behaviour_cards(results.behaviours_among(results.called), embeddings, motion)
    error = np.asarray(prediction_error(model, motion))
    return player_block(results, error, cards) | {"naming": _naming(named_as)}


def _naming(model: str) -> str:
    return (
        f"The clusters are those of the model {model}; their names are those that a person gave "
        "them in names.yml, else their numbers. Frames unlike all clusters are unknown (grey); "
        "plots and cards of behaviours leave them out."
    )

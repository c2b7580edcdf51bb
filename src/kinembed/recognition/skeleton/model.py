"""A network that recognises behaviours with all that its use needs: one artefact, no pickle.

Stored as safetensors: the weights as tensors; parameters, behaviours and graph as JSON in the
header.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from safetensors.torch import load, save

from kinembed.analysis.layer_geometry import layer_features
from kinembed.core.errors import CheckpointError, DataError
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.networks.stgcn import StGcn
from kinembed.recognition.skeleton.clips import Clips, held
from kinembed.recognition.skeleton.parameters import RecognitionParameters
from kinembed.recognition.skeleton.training import fit
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.safetensors_file import UNREADABLE, pop_history, read_header, tensors_of

FORMAT = "kinembed recogniser 1"  # a stored name
LOGITS = "classifier"


@dataclass(frozen=True, eq=False)
class ActionClassifier:
    """A network, what shaped it, and the behaviours that its outputs stand for.

    Attributes
    ----------
    network : StGcn
        Reads clips (batch, 3, frames, joints) and gives logits (batch, behaviours).
    parameters : RecognitionParameters
        How it was trained.
    seed : int
        Of its first weights and of all draws.
    behaviours : tuple of str
        In the order of the network's outputs.
    graph : SkeletonGraph
        Joints of the clips it was trained on.
    history : DataFrame
        Columns ``step``, ``loss`` (cross-entropy in nats).
    """

    network: StGcn
    parameters: RecognitionParameters
    seed: int
    behaviours: tuple[str, ...]
    graph: SkeletonGraph
    history: pd.DataFrame

    def to_bytes(self) -> bytes:
        """Write the classifier as the content of a safetensors file.

        Returns
        -------
        bytes
            Weights and history as tensors, the rest as JSON in the header.
        """
        header = {
            "parameters": self.parameters.model_dump(mode="json"),
            "seed": self.seed,
            "behaviours": self.behaviours,
            "graph": self.graph.to_dict(),
        }
        tensors = tensors_of(self.network, self.history)
        return save(tensors, {FORMAT: json.dumps(header)})

    @classmethod
    def from_bytes(cls, content: bytes, *, file: str) -> "ActionClassifier":
        """Read what :meth:`to_bytes` wrote.

        Parameters
        ----------
        content : bytes
            Of the whole file.
        file : str
            Its name, for messages.

        Returns
        -------
        ActionClassifier
            With its network on the CPU.

        Raises
        ------
        CheckpointError
            When the content is not that of a stored action classifier.
        """
        try:
            header, tensors = read_header(content, FORMAT), load(content)
            history = pop_history(tensors)
            parameters = RecognitionParameters.model_validate(header["parameters"])
            behaviours, graph = (
                tuple(header["behaviours"]),
                SkeletonGraph.from_dict(header["graph"]),
            )
            network = StGcn(graph, len(behaviours), parameters.network)
            network.load_state_dict(tensors)
            seed = int(header["seed"])
        except UNREADABLE as error:
            raise CheckpointError(f"{file}: not a stored action classifier ({error})") from error
        return cls(network, parameters, seed, behaviours, graph, history)


def train_action_classifier(
    clips: Clips,
    labels: Sequence[str],
    parameters: RecognitionParameters,
    seed: int,
    checkpoints: CheckpointFolder | None = None,
) -> ActionClassifier:
    """Train an action classifier on clips and the behaviour of each.

    Parameters
    ----------
    clips : Clips
        Clips to train on, at the frame rate of `parameters`.
    labels : sequence of str
        Behaviour of each clip.
    parameters : RecognitionParameters
        Network, steps and optimiser.
    seed : int
        Of the first weights and of all draws.
    checkpoints : CheckpointFolder or None
        Where a run that was killed continues from; None: nothing is stored.

    Returns
    -------
    ActionClassifier
        Its behaviours are sorted by name.

    Raises
    ------
    DataError
        When there is not one label for each clip, fewer than two behaviours, a clip shorter than
        the network's kernel, a centre that is no joint, or a loss that is not finite.
    CheckpointError
        When a checkpoint is damaged.
    """
    behaviours, codes = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
    result = fit(clips, codes, parameters, seed, checkpoints=checkpoints)
    names = tuple(behaviours.tolist())
    return ActionClassifier(result.network, parameters, seed, names, clips.graph, result.history)


def recognise(action_classifier: ActionClassifier, clips: Clips) -> pd.DataFrame:
    """Recognise the behaviour of each clip.

    A clip that is shorter than a crop in training is held at its last pose for as long.

    Parameters
    ----------
    action_classifier : ActionClassifier
        Its network is set to evaluate, and moved to its device.
    clips : Clips
        Clips of the network's skeleton and frame rate.

    Returns
    -------
    DataFrame
        A row for each clip. Columns ``clip``, ``recognised``, ``probability`` (in [0, 1]).

    Raises
    ------
    DataError
        When clips have another frame rate or another number of joints than those of training, or
        fewer frames than the network's kernel.
    """
    parameters = action_classifier.parameters
    if clips.frame_rate != parameters.frame_rate:
        raise DataError(
            f"the network was trained at {parameters.frame_rate:g} Hz, the clips have "
            f"{clips.frame_rate:g}; collect them at the network's rate"
        )
    clips.check_lengths()
    whole = [held(one, parameters.crop_frames).transpose(2, 0, 1) for one in clips.positions]
    found = layer_features(action_classifier.network, [LOGITS], whole, device=parameters.device)
    return recognised(clips.names, np.concatenate(found[LOGITS]), action_classifier.behaviours)


def recognised(
    clips: Sequence[str],
    logits: Float[np.ndarray, "clips behaviours"],
    behaviours: Sequence[str],
) -> pd.DataFrame:
    """Name the most probable behaviour of each clip.

    Parameters
    ----------
    clips : sequence of str
        Names of the clips.
    logits : ndarray of float, shape (clips, behaviours)
        Outputs of a network.
    behaviours : sequence of str
        In the order of the logits.

    Returns
    -------
    DataFrame
        A row for each clip. Columns ``clip``, ``recognised``, ``probability`` (in [0, 1]).
    """
    probability, best = torch.as_tensor(logits).softmax(dim=1).max(dim=1)
    return pd.DataFrame(
        {
            "clip": clips,
            "recognised": [behaviours[index] for index in best.tolist()],
            "probability": probability.numpy(),
        }
    )

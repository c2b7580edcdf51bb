"""A network that recognises behaviours with all it takes to use it: one artefact, no pickle.

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
from safetensors import SafetensorError
from safetensors.torch import load, save

from kinembed.analysis.layer_geometry import layer_features
from kinembed.core.errors import CheckpointError, DataError
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.networks.stgcn import StGcn
from kinembed.recognition.skeleton.clips import Clips, held
from kinembed.recognition.skeleton.parameters import RecognitionParameters
from kinembed.recognition.skeleton.training import fit
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.safetensors_file import read_header, take_history, tensors_of

FORMAT = "kinembed recogniser 1"  # a stored name
LOGITS = "classifier"


@dataclass(frozen=True, eq=False)
class ActionClassifier:
    """Network, what shaped it, and the behaviours that its outputs stand for."""

    network: StGcn
    parameters: RecognitionParameters
    seed: int
    behaviours: tuple[str, ...]
    graph: SkeletonGraph
    history: pd.DataFrame

    def to_bytes(self) -> bytes:
        """The artefact as a safetensors file."""
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
        """Inverse of :meth:`to_bytes`; raises CheckpointError when `file` is not such a file."""
        try:
            header, tensors = read_header(content, FORMAT), load(content)
            history = take_history(tensors)
            parameters = RecognitionParameters.model_validate(header["parameters"])
            behaviours, graph = (
                tuple(header["behaviours"]),
                SkeletonGraph.from_dict(header["graph"]),
            )
            network = StGcn(graph, len(behaviours), parameters.network)
            network.load_state_dict(tensors)
        except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
            raise CheckpointError(f"{file}: not a stored action classifier ({error})") from error
        return cls(network, parameters, int(header["seed"]), behaviours, graph, history)


def train_action_classifier(
    clips: Clips,
    labels: Sequence[str],
    parameters: RecognitionParameters,
    seed: int,
    checkpoints: CheckpointFolder | None = None,
) -> ActionClassifier:
    """Train on clips and the behaviour of each (see
    :func:`kinembed.recognition.skeleton.training.fit`).
    """
    behaviours, codes = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
    result = fit(clips, codes, parameters, seed, checkpoints=checkpoints)
    names = tuple(behaviours.tolist())
    return ActionClassifier(result.network, parameters, seed, names, clips.graph, result.history)


def recognise(action_classifier: ActionClassifier, clips: Clips) -> pd.DataFrame:
    """What each clip is taken for: columns ``clip``, ``recognised``, ``probability``.

    Clips that are shorter than a crop in training are held at their last pose for as long. Raises
    DataError for clips of another skeleton or frame rate, or shorter than the network's kernel.
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
    """What is most probable in each clip: columns ``clip``, ``recognised``, ``probability``."""
    probability, place = torch.as_tensor(logits).softmax(dim=1).max(dim=1)
    return pd.DataFrame(
        {
            "clip": clips,
            "recognised": [behaviours[index] for index in place.tolist()],
            "probability": probability.numpy(),
        }
    )

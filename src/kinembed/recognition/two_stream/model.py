"""A network of two streams with all that its use needs: one artefact, no pickle.

Stored as safetensors: the weights as tensors; parameters (how clips are drawn among them),
behaviours and the names of the clips of the test set as JSON in the header.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load, save

from kinembed.core.errors import CheckpointError, DataError
from kinembed.networks.seeding import seeded
from kinembed.networks.two_stream import TwoStream
from kinembed.recognition.skeleton import recognised
from kinembed.recognition.skeleton.training import Batches, check_labels, train_on_clips
from kinembed.recognition.two_stream.parameters import TwoStreamParameters
from kinembed.recognition.two_stream.pictures import channels_of, network_inputs
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.devices import resolve_device
from kinembed.training.safetensors_file import UNREADABLE, pop_history, read_header, tensors_of
from kinembed.video.stick_figures import PictureClips

FORMAT = "kinembed two-stream network 1"


@dataclass(frozen=True, eq=False)
class TwoStreamClassifier:
    """A network of two streams, what shaped it, and the behaviours that its outputs stand for.

    Attributes
    ----------
    network : TwoStream
        Reads pictures and their flow, gives logits (batch, behaviours); set to evaluate.
    parameters : TwoStreamParameters
        How it was trained, and how clips are drawn.
    seed : int
        Of its first weights and of all draws.
    behaviours : tuple of str
        In the order of the network's outputs.
    held_out : tuple of str
        Names of clips that are only tested on.
    history : DataFrame
        Columns ``step``, ``loss`` (cross-entropy in nats).
    """

    network: TwoStream
    parameters: TwoStreamParameters
    seed: int
    behaviours: tuple[str, ...]
    held_out: tuple[str, ...]
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
            "held_out": self.held_out,
        }
        tensors = tensors_of(self.network, self.history)
        return save(tensors, {FORMAT: json.dumps(header)})

    @classmethod
    def from_bytes(cls, content: bytes, *, file: str) -> "TwoStreamClassifier":
        """Read what :meth:`to_bytes` wrote.

        Parameters
        ----------
        content : bytes
            Of the whole file.
        file : str
            Its name, for messages.

        Returns
        -------
        TwoStreamClassifier
            With its network on the CPU.

        Raises
        ------
        CheckpointError
            When the content is not that of a stored two-stream network.
        """
        try:
            header, tensors = read_header(content, FORMAT), load(content)
            history = pop_history(tensors)
            parameters = TwoStreamParameters.model_validate(header["parameters"])
            behaviours, held_out = (tuple(header[key]) for key in ("behaviours", "held_out"))
            network = TwoStream(len(behaviours), parameters.network)
            network.load_state_dict(tensors)
            seed = int(header["seed"])
        except UNREADABLE as error:
            raise CheckpointError(f"{file}: not a stored two-stream network ({error})") from error
        return cls(network.eval(), parameters, seed, behaviours, held_out, history)


def train_two_stream(
    clips: PictureClips,
    labels: Sequence[str],
    parameters: TwoStreamParameters,
    seed: int,
    *,
    held_out: Sequence[str] = (),
    checkpoints: CheckpointFolder | None = None,
) -> TwoStreamClassifier:
    """Train a network of two streams on clips and the behaviour of each.

    Parameters
    ----------
    clips : PictureClips
        Clips to train on, at the frame rate of `parameters`.
    labels : sequence of str
        Behaviour of each clip.
    parameters : TwoStreamParameters
        Network, steps and optimiser.
    seed : int
        Of the first weights and of all draws.
    held_out : sequence of str
        Names of clips to test on; they are stored with the network and not used.
    checkpoints : CheckpointFolder or None
        Where a run that was killed continues from; None: nothing is stored.

    Returns
    -------
    TwoStreamClassifier
        On the CPU; its behaviours are sorted by name.

    Raises
    ------
    DataError
        When there is not one label for each clip, fewer than two behaviours, or a loss that is not
        finite.
    CheckpointError
        When a checkpoint is damaged.
    """
    behaviours, codes = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
    check_labels(clips.names, codes)
    device = resolve_device(parameters.device)
    frames = [channels_of(clip, parameters.crop_frames) for clip in clips.clips]
    batches = Batches(frames, codes, device, network_inputs)
    network = initial_network(len(behaviours), parameters, seed).to(device)
    history = train_on_clips(network, batches, parameters, seed, checkpoints)
    names = tuple(behaviours.tolist())
    return TwoStreamClassifier(
        network.cpu().eval(), parameters, seed, names, tuple(held_out), history
    )


def initial_network(behaviours: int, parameters: TwoStreamParameters, seed: int) -> TwoStream:
    """Make the network from which training begins; its weights come from the seed alone.

    Parameters
    ----------
    behaviours : int
        Number of behaviours.
    parameters : TwoStreamParameters
        What the network is made of.
    seed : int
        Of the weights.

    Returns
    -------
    TwoStream
        On the CPU.
    """
    with seeded(seed):
        return TwoStream(behaviours, parameters.network)


def recognise_pictures(action_classifier: TwoStreamClassifier, clips: PictureClips) -> pd.DataFrame:
    """Recognise the behaviour of each clip, seen whole.

    A clip that is shorter than a crop in training is held at its last picture for as long.

    Parameters
    ----------
    action_classifier : TwoStreamClassifier
        Its network is set to evaluate, and moved to its device.
    clips : PictureClips
        Clips at the network's frame rate.

    Returns
    -------
    DataFrame
        A row for each clip. Columns ``clip``, ``recognised``, ``probability`` (in [0, 1]).

    Raises
    ------
    DataError
        When clips have another frame rate than those of training.
    """
    parameters = action_classifier.parameters
    if clips.frame_rate != parameters.frame_rate:
        raise DataError(
            f"the network was trained at {parameters.frame_rate:g} Hz, the clips have "
            f"{clips.frame_rate:g}; collect them at the network's rate"
        )
    device = resolve_device(parameters.device)
    network = action_classifier.network.to(device).eval()
    logits = []
    with torch.inference_mode():
        for clip in clips.clips:
            channels = torch.as_tensor(channels_of(clip, parameters.crop_frames), device=device)
            logits.append(network(*network_inputs(channels[None])).cpu())
    return recognised(clips.names, torch.cat(logits).numpy(), action_classifier.behaviours)

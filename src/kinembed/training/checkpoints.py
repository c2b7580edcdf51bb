"""Checkpoints of a training that may be killed at any moment.

A checkpoint is one safetensors file: tensors of the network and the optimiser, the history, and
the step in its header. It is written beside its final name and moved there, so a file that exists
is whole. Its name carries a fingerprint of everything that shaped it: a run continues only from
a checkpoint that an identical run wrote.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from kinembed.core.digests import digest_path, read_local, write_local
from kinembed.core.errors import CheckpointError, DamagedError


@dataclass(frozen=True)
class Checkpoint:
    """State of a training after `step` steps.

    Attributes
    ----------
    step : int
        Number of steps so far.
    tensors : mapping of str to Tensor
        Weights, state of the optimisers and losses, by name.
    """

    step: int
    tensors: Mapping[str, Tensor]


@dataclass(frozen=True)
class CheckpointFile:
    """Where one training keeps its last checkpoint.

    Attributes
    ----------
    path : Path
        A safetensors file, absent before the first checkpoint.
    """

    path: Path

    def save(self, checkpoint: Checkpoint) -> None:
        """Replace the last checkpoint, which stays whole if the process is killed meanwhile.

        Parameters
        ----------
        checkpoint : Checkpoint
            Its tensors may lie on any device; folders of the path are made.

        Raises
        ------
        OSError
            When the file cannot be written.
        """
        tensors = {name: tensor.detach().cpu() for name, tensor in checkpoint.tensors.items()}
        write_local(self.path, save(tensors, {"step": str(checkpoint.step)}))

    def load(self) -> Checkpoint | None:
        """The last checkpoint.

        Returns
        -------
        Checkpoint or None
            Tensors on the CPU; None when there is no file.

        Raises
        ------
        CheckpointError
            When the file is damaged or holds something else.
        """
        if not self.path.exists():
            return None
        try:
            read_local(self.path)
            with safe_open(self.path, framework="pt") as stored:
                tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
                return Checkpoint(int(stored.metadata()["step"]), tensors)
        except (DamagedError, SafetensorError, KeyError, TypeError, ValueError) as error:
            why = "its digest differs: it is damaged" if isinstance(error, DamagedError) else error
            raise CheckpointError(
                f"{self.path}: not a checkpoint of this project ({why}); delete it to start anew"
            ) from error


@dataclass(frozen=True)
class CheckpointFolder:
    """Checkpoints of all sequences of an experiment.

    Attributes
    ----------
    path : Path
        Folder of the checkpoint files; it need not exist.
    """

    path: Path

    def file(self, sequence: str, fingerprint: str) -> CheckpointFile:
        """The checkpoint file of one training.

        Parameters
        ----------
        sequence : str
            Name of the sequence, with which the file's name begins.
        fingerprint : str
            What :func:`fingerprint` gave for the training; 16 digits of it enter the file's name.

        Returns
        -------
        CheckpointFile
            It may hold no checkpoint yet.
        """
        return CheckpointFile(self.path / f"{sequence}-{fingerprint[:16]}.safetensors")

    def begun(self, sequences: Iterable[str]) -> list[str]:
        """Find the sequences that have a checkpoint, of whichever settings and data.

        Parameters
        ----------
        sequences : iterable of str
            Names of sequences.

        Returns
        -------
        list of str
            Some of them, in their order.
        """
        return [one for one in sequences if any(self.path.glob(f"{escape(one)}-*.safetensors"))]

    def clear(self) -> None:
        """Forget all checkpoints: the trained models are stored."""
        for path in self.path.rglob("*.safetensors"):
            path.unlink()
            Path(digest_path(path.as_posix())).unlink(missing_ok=True)


def fingerprint(configuration: Mapping[str, object], *data: Tensor) -> str:
    """sha256 over a configuration (plain values) and the data it is applied to.

    Parameters
    ----------
    configuration : mapping of str to object
        What can be written as JSON; the order of keys does not matter.
    *data : Tensor
        Data on any device; type and values count, shapes do not.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    TypeError
        When the configuration holds what JSON cannot.
    """
    digest = hashlib.sha256(json.dumps(configuration, sort_keys=True).encode())
    for values in data:
        digest.update(values.detach().cpu().contiguous().view(torch.uint8).numpy().data)
    return digest.hexdigest()

"""Training a classifier on labelled windows."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from kinembed.networks.frame_classifier import FrameClassifier
from kinembed.networks.peephole_lstm import PeepholeLstm
from kinembed.networks.seeding import seeded
from kinembed.recognition.few_shot.parameters import ClassifierParameters
from kinembed.training.devices import Precision, autocast, resolve_device
from kinembed.training.loop import Run, check_losses, seed_of_step, train


class ClassifierObjective:
    """Cross-entropy of the class at every frame, lowered by RMSProp.

    Parameters
    ----------
    network : FrameClassifier
        Trained in place, its encoder too.
    parameters : ClassifierParameters
        Learning rate and precision.
    """

    losses: tuple[str, ...] = ("loss",)

    def __init__(self, network: FrameClassifier, parameters: ClassifierParameters) -> None:
        self.network = network
        self.precision: Precision = parameters.precision
        self.optimiser = torch.optim.RMSprop(network.parameters(), parameters.learning_rate)
        self.modules: dict[str, nn.Module] = {"network": network}
        self.optimisers: dict[str, torch.optim.Optimizer] = {"optimiser": self.optimiser}

    def step(
        self, windows: Float[Tensor, "batch frames channels"], classes: Int[Tensor, "batch"]
    ) -> dict[str, float]:
        """Learn from a batch.

        Parameters
        ----------
        windows : Tensor of float32, shape (batch, frames, channels)
            Standardised joint positions.
        classes : Tensor of int64, shape (batch,)
            Class of each window, from 0.

        Returns
        -------
        dict of str to float
            ``loss``: cross-entropy in nats, mean over frames and windows, before any weight moved.
        """
        with autocast(windows.device, self.precision):
            loss = self.network.loss(windows, classes)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return {"loss": loss.item()}


def fit_classifier(
    encoder: PeepholeLstm,
    windows: Float[np.ndarray, "windows frames channels"],
    classes: Int[np.ndarray, "windows"],
    parameters: ClassifierParameters,
    seed: int,
    *,
    name: str,
) -> FrameClassifier:
    """Train a classifier that begins from an encoder.

    A step sees windows without repetition, drawn by the seed and the step's number.

    Parameters
    ----------
    encoder : PeepholeLstm
        Changed in place.
    windows : ndarray of float, shape (windows, frames, channels)
        Labelled windows, standardised.
    classes : ndarray of int, shape (windows,)
        Class of each, from 0; the largest determines how many classes the network has.
    parameters : ClassifierParameters
        Steps, batches, learning rate, device and precision.
    seed : int
        Determines the readout's first weights and the batches.
    name : str
        Shown beside the progress bar.

    Returns
    -------
    FrameClassifier
        Set to evaluate, on the device it was trained on.

    Raises
    ------
    DataError
        When the loss is not finite.
    """
    device = resolve_device(parameters.device)
    shown = torch.as_tensor(windows, dtype=torch.float32, device=device)
    targets = torch.as_tensor(classes, device=device)
    with seeded(seed):
        network = FrameClassifier(encoder, int(classes.max()) + 1).to(device)
    objective = ClassifierObjective(network, parameters)
    run = Run(objective)

    def step() -> dict[str, float]:
        generator = torch.Generator().manual_seed(seed_of_step(seed, run.step))
        drawn = torch.randperm(len(shown), generator=generator)[: parameters.batch_size].to(device)
        losses = objective.step(shown[drawn], targets[drawn])
        remedy = f"lower few_shot.classifier.learning_rate (now {parameters.learning_rate:g})"
        check_losses(losses, run.step, remedy)
        return losses

    train(run, step, parameters, name)
    return network.eval()


def predict_classes(
    network: FrameClassifier, windows: Float[np.ndarray, "windows frames channels"]
) -> Int[np.ndarray, "windows"]:
    """Predict the most probable class of each window.

    Parameters
    ----------
    network : FrameClassifier
        As :func:`fit_classifier` returns it.
    windows : ndarray of float, shape (windows, frames, channels)
        Standardised as those the network learned from.

    Returns
    -------
    ndarray of int64, shape (windows,)
        Class with the largest probability, averaged over frames.
    """
    where = next(network.parameters()).device
    with torch.inference_mode():
        found = network.probabilities(torch.as_tensor(windows, dtype=torch.float32, device=where))
    return np.asarray(found.argmax(1).cpu().numpy())

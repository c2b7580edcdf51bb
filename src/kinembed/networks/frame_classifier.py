"""An LSTM that says at every frame what it has seen so far.

Srivastava, Mansimov & Salakhutdinov (arXiv 1502.04681, section 4.3): a softmax over the state of
every frame; the prediction is the mean over frames.
"""

from jaxtyping import Float, Int
from torch import Tensor, nn

from kinembed.networks.peephole_lstm import PeepholeLstm


class FrameClassifier(nn.Module):
    """An encoder, which may come from a network that learned to predict, and a linear readout.

    Parameters
    ----------
    encoder : PeepholeLstm
        Reads the frames; its weights are trained further.
    classes : int
        Number of classes.
    """

    def __init__(self, encoder: PeepholeLstm, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.readout = nn.Linear(encoder.units, classes)

    def forward(
        self, frames: Float[Tensor, "batch frames channels"]
    ) -> Float[Tensor, "batch frames classes"]:
        """Logits at every frame.

        Parameters
        ----------
        frames : Tensor of float, shape (batch, frames, channels)
            Windows.

        Returns
        -------
        Tensor of float, shape (batch, frames, classes)
            The logits at a frame depend on it and on the frames before it alone.
        """
        states, _ = self.encoder(frames)
        logits: Tensor = self.readout(states)
        return logits

    def probabilities(
        self, frames: Float[Tensor, "batch frames channels"]
    ) -> Float[Tensor, "batch classes"]:
        """Probabilities, averaged over frames.

        Parameters
        ----------
        frames : Tensor of float, shape (batch, frames, channels)
            Windows.

        Returns
        -------
        Tensor of float, shape (batch, classes)
            Probabilities, which add up to 1 in each row.
        """
        of_frames: Tensor = self(frames).softmax(-1)
        return of_frames.mean(1)

    def loss(
        self, frames: Float[Tensor, "batch frames channels"], classes: Int[Tensor, "batch"]
    ) -> Float[Tensor, ""]:
        """Cross-entropy, mean over frames and windows.

        Parameters
        ----------
        frames : Tensor of float, shape (batch, frames, channels)
            Windows.
        classes : Tensor of int, shape (batch,)
            True class of each window, from 0.

        Returns
        -------
        Tensor of float, scalar
            Nats.
        """
        logits = self(frames)
        targets = classes[:, None].expand(logits.shape[:2])
        return nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())

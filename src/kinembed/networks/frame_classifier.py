"""An LSTM that says at every frame what it has seen so far.

Srivastava, Mansimov & Salakhutdinov (arXiv 1502.04681, section 4.3): a softmax over the state of
every frame; what is answered is the mean over frames.
"""

from jaxtyping import Float, Int
from torch import Tensor, nn

from kinembed.networks.peephole_lstm import PeepholeLstm


class FrameClassifier(nn.Module):
    """An encoder, which may come from a network that learned to predict, and a linear readout."""

    def __init__(self, encoder: PeepholeLstm, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.readout = nn.Linear(encoder.units, classes)

    def forward(
        self, frames: Float[Tensor, "batch frames channels"]
    ) -> Float[Tensor, "batch frames classes"]:
        """Logits at every frame."""
        states, _ = self.encoder(frames)
        logits: Tensor = self.readout(states)
        return logits

    def answer(
        self, frames: Float[Tensor, "batch frames channels"]
    ) -> Float[Tensor, "batch classes"]:
        """Probabilities, averaged over frames."""
        probabilities: Tensor = self(frames).softmax(-1)
        return probabilities.mean(1)

    def loss(
        self, frames: Float[Tensor, "batch frames channels"], classes: Int[Tensor, "batch"]
    ) -> Float[Tensor, ""]:
        """Cross-entropy, mean over frames and windows."""
        logits = self(frames)
        told = classes[:, None].expand(logits.shape[:2])
        return nn.functional.cross_entropy(logits.flatten(0, 1), told.flatten())

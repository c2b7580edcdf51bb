"""Skeleton motion words, compact, as a process: ``python motion_words.py NAME TASK LABELS``.

After the description in Gökay, Spurio, Bach & Gall, "Skeleton motion words for unsupervised
skeleton-based temporal action segmentation", ICCV 2025: a convolutional autoencoder, whose latent
sequence is cut into short patches, each of which takes the nearest word of a codebook that has as
many words as there are behaviours. Unlike there, one encoder sees all channels (not one each
joint), the loss is the squared error alone, and the codebook begins with k-means.
"""

import numpy as np
import torch
from sklearn.cluster import KMeans
from torch import Tensor, nn

PATCH = 30
"""Rows of a patch: a second, at 30 rows per second."""
HIDDEN, LATENT = 64, 16
ALONE, TOGETHER = 100, 200
"""Steps of the autoencoder alone, then with the codebook."""
DECAY, COMMITMENT, RATE = 0.9, 0.25, 1e-3


class Residual(nn.Module):
    """A dilated convolution over time, added to what it reads."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(HIDDEN, HIDDEN, 3, padding=dilation, dilation=dilation),
            nn.ReLU(),
            nn.Conv1d(HIDDEN, HIDDEN, 1),
        )

    def forward(self, values: Tensor) -> Tensor:
        """Shape (1, hidden, rows), as it comes."""
        return values + self.body(values)


def network(inputs: int, outputs: int) -> nn.Sequential:
    """From channels to channels, seeing 7 rows to either side."""
    layers = [Residual(dilation) for dilation in (1, 2, 4)]
    return nn.Sequential(nn.Conv1d(inputs, HIDDEN, 1), *layers, nn.Conv1d(HIDDEN, outputs, 1))


def cluster(values: np.ndarray, number: int, seed: int) -> np.ndarray:
    """Label rows of one series by the given number of words."""
    torch.manual_seed(seed)
    padding = -len(values) % PATCH
    padded = np.pad(values, ((0, padding), (0, 0)), mode="edge")
    series = torch.tensor(padded.T, dtype=torch.float32)[None]
    encoder, decoder = network(series.shape[1], LATENT), network(LATENT, series.shape[1])
    weights = [*encoder.parameters(), *decoder.parameters()]
    optimiser = torch.optim.Adam(weights, RATE)
    words = torch.empty(0)
    for step in range(ALONE + TOGETHER):
        if step == ALONE:
            words = first_words(_patches(encoder(series)), number, seed)
        latent = encoder(series)
        quantised, loss = latent, torch.zeros(())
        if step >= ALONE:
            found = _patches(latent)
            labels = torch.cdist(found, words).argmin(dim=1)
            words = moved(words, found.detach(), labels)
            quantised = words[labels].reshape(-1, LATENT).T[None]
            loss = COMMITMENT * (latent - quantised).square().mean()
            quantised = latent + (quantised - latent).detach()
        loss = loss + (decoder(quantised) - series).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    labels = torch.cdist(_patches(encoder(series)), words).argmin(dim=1)
    return np.repeat(labels.numpy(), PATCH)[: len(values)]


def first_words(patches: Tensor, number: int, seed: int) -> Tensor:
    """Centres of k-means."""
    found = KMeans(number, n_init=10, random_state=seed).fit(patches.detach().numpy())
    return torch.tensor(found.cluster_centers_, dtype=torch.float32)


def moved(words: Tensor, patches: Tensor, labels: Tensor) -> Tensor:
    """Words on their way to the mean of their patches; one without patches becomes the farthest."""
    result = words.clone()
    farthest = patches[torch.cdist(patches, words).amin(dim=1).argmax()]
    for word in range(len(words)):
        own = patches[labels == word]
        moving = DECAY * words[word] + (1 - DECAY) * own.mean(dim=0)
        result[word] = moving if len(own) else farthest
    return result


def _patches(latent: Tensor) -> Tensor:
    """Shape (patches, rows of a patch * latent channels)."""
    return latent[0].T.reshape(-1, PATCH * LATENT)


if __name__ == "__main__":
    from program import answer  # beside this file

    answer(cluster)

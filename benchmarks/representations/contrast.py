"""The encoder of the method, trained by contrast instead of prediction.

Two windows that begin within a second of one another are a pair, which is told from the other
windows of the batch (InfoNCE: van den Oord, Li & Vinyals, "Representation learning with
contrastive predictive coding", 2018, arXiv 1807.03748). Windows, batch, noise,
optimiser and number of steps are those of the method.
"""

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from kinembed.motion.windows import all_starts
from kinembed.segmentation.embedding import Embeddings, embed
from kinembed.segmentation.stages import untrained_model
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import TrainedModel
from representations.networks import changed
from representations.recordings import Recordings

NEAR_S, TEMPERATURE = 1.0, 0.1


def contrastive(recordings: Recordings, seed: int) -> Embeddings:
    """States of the encoder after training by contrast, for one motion."""
    stages = replace(recordings.stages, training=changed(recordings, seed, {}))
    (motion,) = recordings.motions
    model = untrained_model([motion], stages)
    _train(model, model.inputs(motion), recordings, stages.training)
    encoder = stages.embedding.model_copy(update={"states": "encoder"})
    return embed(model, motion, encoder)


def _train(
    model: TrainedModel, values: Tensor, recordings: Recordings, training: TrainingParameters
) -> None:
    starts = torch.as_tensor(all_starts(len(values), training.windows, recordings.task.cuts))
    encoder, near = model.network.encoder, recordings.frames_in(NEAR_S)
    adam = torch.optim.Adam(encoder.parameters(), lr=training.learning_rate)
    generator = torch.Generator().manual_seed(training.seed)
    for _ in range(training.steps):
        first = torch.randint(len(starts), (training.batch_size,), generator=generator)
        apart = torch.randint(-near, near + 1, first.shape, generator=generator)
        pairs = torch.cat([first, (first + apart).clamp(0, len(starts) - 1)])
        windows = values[starts[pairs][:, None] + torch.arange(training.windows.source)]
        noise = torch.randn(windows.shape, generator=generator)
        loss = told_apart(encoder, windows + training.input_noise * noise)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(encoder.parameters(), training.gradient_norm)
        adam.step()


def told_apart(encoder: nn.Module, windows: Tensor) -> Tensor:
    """InfoNCE of the last states, each first window against all second ones."""
    last = normalize(encoder(windows)[0][:, -1], dim=1)
    one, other = last.chunk(2)
    return cross_entropy(one @ other.T / TEMPERATURE, torch.arange(len(one)))

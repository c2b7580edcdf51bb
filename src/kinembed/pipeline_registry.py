"""The pipelines by name; ``kedro run`` runs all stages in order, but not what lies beside them."""

from collections.abc import Iterable
from types import ModuleType

from kedro.pipeline import Pipeline

from kinembed.pipelines import (
    ablation,
    baseline_comparison,
    clustering,
    concatenation,
    embedding,
    evaluation,
    expmap,
    few_shot,
    frame_features,
    geometry,
    inference,
    ingestion,
    interpretation,
    maximisation,
    published_annotated_cuts,
    published_loss_cuts,
    recognition,
    reporting,
    results,
    separability_study,
    training,
    transfer,
    two_stream,
    video,
)

STAGES = (
    ingestion,
    expmap,
    concatenation,
    training,
    embedding,
    clustering,
    evaluation,
    reporting,
)
BESIDE = (
    baseline_comparison,
    inference,
    interpretation,
    published_loss_cuts,
    published_annotated_cuts,
    separability_study,
    ablation,
    results,
    recognition,
    geometry,
    maximisation,
    frame_features,
    video,
    transfer,
    few_shot,
    two_stream,
)
"""Pipelines that use results of the stages, and run when they are asked for."""
VARIANTS = {
    "maximisation_seq2seq": maximisation.create_seq2seq_pipeline,
    "maximisation_two_stream": maximisation.create_two_stream_pipeline,
    "two_stream_videos": two_stream.create_videos_pipeline,
}
"""Pipelines that make what another does, of other networks or data."""


def register_pipelines() -> dict[str, Pipeline]:
    """One pipeline per stage, ``__default__`` for all of them, and those beside them."""
    stages = _by_name(STAGES)
    variants = {name: create() for name, create in VARIANTS.items()}
    every = sum(stages.values(), Pipeline([]))
    return {"__default__": every, **stages, **_by_name(BESIDE), **variants}


def _by_name(modules: Iterable[ModuleType]) -> dict[str, Pipeline]:
    return {module.__name__.rpartition(".")[2]: module.create_pipeline() for module in modules}

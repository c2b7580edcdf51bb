"""The pipelines by name; ``kedro run`` runs all stages in order."""

from kedro.pipeline import Pipeline

from kinembed.pipelines import (
    clustering,
    concatenation,
    embedding,
    evaluation,
    expmap,
    ingestion,
    reporting,
    training,
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


def register_pipelines() -> dict[str, Pipeline]:
    """One pipeline per stage, and ``__default__`` for all of them."""
    pipelines = {stage.__name__.rpartition(".")[2]: stage.create_pipeline() for stage in STAGES}
    return {"__default__": sum(pipelines.values(), Pipeline([])), **pipelines}

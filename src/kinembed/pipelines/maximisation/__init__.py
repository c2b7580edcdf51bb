"""Pipeline ``maximisation``, beside the stages, for three kinds of networks."""

from kinembed.pipelines.maximisation.pipeline import (
    create_pipeline,
    create_seq2seq_pipeline,
    create_two_stream_pipeline,
)

__all__ = ["create_pipeline", "create_seq2seq_pipeline", "create_two_stream_pipeline"]

"""Pipeline ``maximisation``, beside the stages, for graph networks and for two streams."""

from kinembed.pipelines.maximisation.pipeline import create_pipeline, create_two_stream_pipeline

__all__ = ["create_pipeline", "create_two_stream_pipeline"]

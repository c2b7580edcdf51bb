"""Pipeline ``two_stream``, beside the stages."""

from kinembed.pipelines.two_stream.pipeline import create_pipeline

__all__ = ["create_pipeline"]

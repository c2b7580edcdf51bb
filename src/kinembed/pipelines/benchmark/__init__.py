"""Pipeline ``benchmark``, beside the stages."""

from kinembed.pipelines.benchmark.pipeline import create_pipeline

__all__ = ["create_pipeline"]

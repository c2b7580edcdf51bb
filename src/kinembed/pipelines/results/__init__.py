"""Pipeline ``results``, beside the stages."""

from kinembed.pipelines.results.pipeline import create_pipeline

__all__ = ["create_pipeline"]

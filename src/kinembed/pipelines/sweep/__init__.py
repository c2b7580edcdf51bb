"""Pipeline ``sweep``, beside the stages."""

from kinembed.pipelines.sweep.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Pipeline ``maximisation``, beside the stages."""

from kinembed.pipelines.maximisation.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Pipeline ``separability_study``, beside the stages."""

from kinembed.pipelines.separability_study.pipeline import create_pipeline

__all__ = ["create_pipeline"]

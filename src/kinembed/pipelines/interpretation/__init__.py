"""Pipeline ``interpretation``, beside the stages."""

from kinembed.pipelines.interpretation.pipeline import create_pipeline

__all__ = ["create_pipeline"]

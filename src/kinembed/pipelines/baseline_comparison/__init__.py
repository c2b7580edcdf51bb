"""Pipeline ``baseline_comparison``, beside the stages."""

from kinembed.pipelines.baseline_comparison.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Pipeline ``convergence``, beside the stages."""

from kinembed.pipelines.convergence.pipeline import create_pipeline

__all__ = ["create_pipeline"]

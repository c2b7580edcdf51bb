"""Pipeline ``stability``, beside the stages."""

from kinembed.pipelines.stability.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Pipeline ``geometry``, beside the stages."""

from kinembed.pipelines.geometry.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Pipeline ``frame_features``, beside the stages."""

from kinembed.pipelines.frame_features.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Pipeline ``video``, beside the stages."""

from kinembed.pipelines.video.pipeline import create_pipeline

__all__ = ["create_pipeline"]

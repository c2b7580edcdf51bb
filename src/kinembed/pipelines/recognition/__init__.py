"""Pipeline ``recognition``, beside the stages."""

from kinembed.pipelines.recognition.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Stage ``training``."""

from kinembed.pipelines.training.pipeline import create_pipeline

__all__ = ["create_pipeline"]

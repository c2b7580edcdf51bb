"""Stage ``clustering``."""

from kinembed.pipelines.clustering.pipeline import create_pipeline

__all__ = ["create_pipeline"]

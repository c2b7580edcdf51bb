"""Stage ``expmap``."""

from kinembed.pipelines.expmap.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Stage ``concatenation``."""

from kinembed.pipelines.concatenation.pipeline import create_pipeline

__all__ = ["create_pipeline"]

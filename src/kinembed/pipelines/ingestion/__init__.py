"""Stage ``ingestion``."""

from kinembed.pipelines.ingestion.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Pipeline ``published_annotated_cuts``, beside the stages."""

from kinembed.pipelines.published_annotated_cuts.pipeline import create_pipeline

__all__ = ["create_pipeline"]

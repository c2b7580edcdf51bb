"""Pipeline ``ablation``, beside the stages."""

from kinembed.pipelines.ablation.pipeline import create_pipeline

__all__ = ["create_pipeline"]

"""Pipeline ``few_shot``, beside the stages."""

from kinembed.pipelines.few_shot.pipeline import create_pipeline

__all__ = ["create_pipeline"]

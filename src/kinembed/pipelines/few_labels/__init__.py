"""Pipeline ``few_labels``, beside the stages."""

from kinembed.pipelines.few_labels.pipeline import create_pipeline

__all__ = ["create_pipeline"]

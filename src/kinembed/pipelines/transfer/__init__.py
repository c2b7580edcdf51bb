"""Pipeline ``transfer``, beside the stages."""

from kinembed.pipelines.transfer.pipeline import create_pipeline

__all__ = ["create_pipeline"]

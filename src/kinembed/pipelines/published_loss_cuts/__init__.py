"""Pipeline ``published_loss_cuts``, beside the stages."""

from kinembed.pipelines.published_loss_cuts.pipeline import create_pipeline

__all__ = ["create_pipeline"]

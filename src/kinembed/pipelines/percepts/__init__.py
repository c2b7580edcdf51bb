"""Pipeline ``percepts``, beside the stages."""

from kinembed.pipelines.percepts.pipeline import create_pipeline

__all__ = ["create_pipeline"]

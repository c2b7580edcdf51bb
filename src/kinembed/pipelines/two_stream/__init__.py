"""Pipeline ``two_stream``, beside the stages, for recordings and for videos."""

from kinembed.pipelines.two_stream.pipeline import create_pipeline, create_videos_pipeline

__all__ = ["create_pipeline", "create_videos_pipeline"]

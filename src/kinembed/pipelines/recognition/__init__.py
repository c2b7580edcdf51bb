"""Pipeline ``recognition``, beside the stages, and ``two_stream`` for recordings and for videos."""

from kinembed.pipelines.recognition.pipeline import (
    create_pipeline,
    create_two_stream_pipeline,
    create_videos_pipeline,
)

__all__ = ["create_pipeline", "create_two_stream_pipeline", "create_videos_pipeline"]

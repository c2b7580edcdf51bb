"""Pipeline ``two_stream``, beside the stages, for recordings and for films."""

from kinembed.pipelines.two_stream.pipeline import create_films_pipeline, create_pipeline

__all__ = ["create_films_pipeline", "create_pipeline"]

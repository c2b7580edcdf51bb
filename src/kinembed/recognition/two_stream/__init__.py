"""Recognising what a clip shows from its pictures and their flow, by two streams."""

from kinembed.recognition.two_stream.films import (
    FilmParameters,
    film_clips,
    films_by_behaviour,
    slowed,
)
from kinembed.recognition.two_stream.model import (
    TwoStreamRecogniser,
    recognise_pictures,
    train_two_stream,
)
from kinembed.recognition.two_stream.parameters import TwoStreamParameters
from kinembed.recognition.two_stream.pictures import at_half_speed, draw_clips, network_inputs
from kinembed.recognition.two_stream.studies import two_stream_study

__all__ = [
    "FilmParameters",
    "TwoStreamParameters",
    "TwoStreamRecogniser",
    "at_half_speed",
    "draw_clips",
    "film_clips",
    "films_by_behaviour",
    "network_inputs",
    "recognise_pictures",
    "slowed",
    "train_two_stream",
    "two_stream_study",
]

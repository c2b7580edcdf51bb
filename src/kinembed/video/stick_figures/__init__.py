"""Recordings as pictures: drawn stick figures with the exact flow of every pixel."""

from kinembed.video.stick_figures.clips import PictureClip, PictureClips
from kinembed.video.stick_figures.drawing import StickFigureParameters, draw

__all__ = ["PictureClip", "PictureClips", "StickFigureParameters", "draw"]

"""Synthetic videos, written by OpenCV for the tests."""

import cv2
import numpy as np


def write_video(path, frames, frame_rate=10.0):
    """Frames (number, height, width, 3), red first; every one stands for itself (MJPG)."""
    height, width = frames.shape[1:3]
    code = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), code, frame_rate, (width, height))
    for frame in frames:
        writer.write(np.ascontiguousarray(frame[..., ::-1]))
    writer.release()
    return path


def growing_grey(number, height=48, width=64):
    """Each frame is of one grey, ever brighter: four levels a frame."""
    grey = 4 * np.arange(number, dtype=np.uint8)
    return np.broadcast_to(grey[:, None, None, None], (number, height, width, 3))

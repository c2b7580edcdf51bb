"""MATLAB files from their bytes, in the two steps in which the reader takes them."""

from kinembed.io.formats.dannce import VARIABLES, predicted_positions
from kinembed.io.formats.expmap_mat import VARIABLE, expmap_motion
from kinembed.io.formats.mat_file import read_mat


def parse_expmap_mat(content, *, file, trial, skeleton, frame_rate):
    arrays, names = read_mat(content, (VARIABLE,), file=file)
    return expmap_motion(
        arrays, names, file=file, trial=trial, skeleton=skeleton, frame_rate=frame_rate
    )


def parse_dannce(content, *, file):
    return predicted_positions(*read_mat(content, VARIABLES, file=file), file=file)

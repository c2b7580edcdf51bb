"""A mouse of the published recordings: a table without a header, and labels of half its frames."""

import numpy as np
import pandas as pd
import pytest
from helpers.shown_commands import parameters_of

from kinembed.io.formats.reader import read_motion
from kinembed.io.ingestion import IngestionParameters, acquire, annotate_all, file_table
from kinembed.motion.kinematics import UP, forward_kinematics

TRIAL = "adult_6112"
FRAMES = 12_010


@pytest.fixture
def parameters(mirror):
    return IngestionParameters.model_validate(parameters_of("mice", {})["ingestion"])


def test_a_mouse_is_read_with_the_joints_of_the_configuration(mirror, parameters):
    path = mirror / f"mice_3d/coords/{TRIAL}.csv"
    motion = read_motion(str(path), trial=TRIAL, positions=parameters.positions)
    assert (len(motion), motion.frame_rate, len(motion.skeleton.joints)) == (FRAMES, 20, 9)
    height = dict(
        zip(motion.skeleton.joints, forward_kinematics(motion)[..., UP].mean(axis=0), strict=True)
    )
    paws = [name for name in height if name.endswith("paw")]
    assert len(paws) == 4
    assert max(height[name] for name in paws) < min(height["nose"], height["mid back"])


def test_labels_of_a_mouse_lie_in_another_folder_and_leave_out_half_of_it(parameters):
    files = file_table(acquire(parameters))
    assert (files["role"] == "annotation").sum() == 5
    assert (files["role"] == "motion").sum() == 14
    recordings = pd.DataFrame(
        [
            {
                "trial": TRIAL,
                "file_rows": FRAMES,
                "first_row": 0,
                "frames": FRAMES,
                "frame_rate": 20.0,
            }
        ]
    ).assign(common_rate=20.0)
    annotation = annotate_all(files, recordings, parameters)[TRIAL]
    assert annotation.number_of_behaviours == 4
    assert np.mean(annotation.labelled) == pytest.approx(0.519, abs=1e-3)

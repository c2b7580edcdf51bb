import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.evaluation.published import annotated_entries
from kinembed.motion.motion import Segmentation

ANNOTATIONS = {"a": Segmentation(("walk",), np.empty((0, 3), dtype=np.int64), 9, "a")}


def test_sequences_without_annotation_are_left_out_by_name(caplog):
    assert annotated_entries({"a": 1, "b": 2, "c": 3}, ANNOTATIONS) == {"a": 1}
    assert "not annotated: b, c" in caplog.text


def test_nothing_annotated_is_an_error():
    with pytest.raises(DataError, match="no sequence is annotated: b, c; annotate them"):
        annotated_entries({"b": 2, "c": 3}, ANNOTATIONS)

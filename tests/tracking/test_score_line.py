import pandas as pd

from kinembed.tracking.score_line import method_line, score_line


def test_scores_are_said_in_words():
    summary = {
        "given": {"accuracy": 0.9534, "ami": 0.91},
        "estimated": {"accuracy": 0.8, "ami": 0.0},
    }
    assert score_line(summary) == (
        "Agreement with the annotations: with the number of clusters you set, 95.3 % of the frames "
        "are in the right behaviour (accuracy 0.953, AMI 0.910); with the number found, 80.0 % of "
        "the frames are in the right behaviour (accuracy 0.800, AMI 0.000)"
    )


def test_without_annotations_nothing_is_said():
    assert score_line({}) == ""
    assert method_line(pd.DataFrame(columns=["protocol", "method", "sequence", "accuracy"])) == ""


def test_the_best_method_of_a_table_comes_first():
    rows = [("ward", "a", 0.5), ("kinembed", "a", 0.9), ("ward", "b", 0.7), ("kinembed", "b", 0.8)]
    table = pd.DataFrame(rows, columns=["method", "sequence", "accuracy"])
    assert method_line(table.assign(protocol="published_annotated_cuts")) == (
        "Mean accuracy of published_annotated_cuts (sequences: 2): kinembed 0.850, ward 0.600"
    )

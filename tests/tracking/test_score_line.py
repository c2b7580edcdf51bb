from kinembed.tracking.score_line import score_line


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

from kinembed.evaluation.measures import MEASURES
from kinembed.evaluation.scores import COLUMNS, score_table


def test_tables_of_scores_have_a_column_for_every_measure():
    columns = list(score_table([]).columns)
    assert columns == [*COLUMNS, *(measure.name for measure in MEASURES)]


def test_names_and_headings_tell_measures_apart():
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    assert len({measure.heading for measure in MEASURES}) == len(MEASURES)

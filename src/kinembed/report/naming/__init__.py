"""What a person calls the clusters of a prediction: names, merges, splits.

:mod:`kinembed.report.naming.file` says how they are written down. They change what is shown and
exported; predictions and scores stay as they are.
"""

from kinembed.report.naming.file import Names, Naming, SequenceNaming, parse_names
from kinembed.report.naming.labels import check_names, label_of, named_predictions
from kinembed.report.naming.shared import names_of_recordings, styles_of_names

__all__ = [
    "Names",
    "Naming",
    "SequenceNaming",
    "check_names",
    "label_of",
    "named_predictions",
    "names_of_recordings",
    "parse_names",
    "styles_of_names",
]

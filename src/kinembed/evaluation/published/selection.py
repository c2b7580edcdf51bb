"""Which sequences the published protocols can serve: they need an annotation before scoring."""

import logging
from collections.abc import Mapping
from typing import TypeVar

from kinembed.core.errors import DataError
from kinembed.motion.motion import Segmentation

Entry = TypeVar("Entry")

logger = logging.getLogger(__name__)


def annotated_entries(
    entries: Mapping[str, Entry], annotations: Mapping[str, Segmentation]
) -> dict[str, Entry]:
    """Keep the entries of annotated sequences; the log names the others.

    Parameters
    ----------
    entries : mapping of str to object
        Sequence -> entry.
    annotations : mapping of str to Segmentation
        Annotations of the sequences that have one.

    Returns
    -------
    dict of str to object
        Entries of annotated sequences, in their order.

    Raises
    ------
    DataError
        When no sequence is annotated.
    """
    absent = [name for name in entries if name not in annotations]
    if len(absent) == len(entries):
        raise DataError(
            "the published protocols use the number of behaviours, but no sequence is "
            f"annotated: {', '.join(absent)}; annotate them, or use protocol continuous"
        )
    if absent:
        logger.warning("Left out, because they are not annotated: %s", ", ".join(absent))
    return {name: entry for name, entry in entries.items() if name in annotations}

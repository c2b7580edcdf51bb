"""Segments as an ELAN annotation file (EAF 3.0, https://www.mpi.nl/tools/elan/EAFv3.0.xsd).

One tier per prediction and one for the annotation; times are in whole milliseconds, as the format
wants them, so a frame is found again (to the nearest) below 1000 Hz. Characters beyond ASCII are
written as references, so the file reads the same in any encoding.
"""

from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np
import pandas as pd

_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_ROOT = {
    "AUTHOR": "kinembed",
    "FORMAT": "3.0",
    "VERSION": "3.0",
    "xmlns:xsi": _SCHEMA_INSTANCE,
    "xsi:noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
}
_TYPE = "behaviour"


def write_eaf(table: pd.DataFrame, made: datetime) -> str:
    """Write the segments of one sequence as an ELAN annotation file.

    Parameters
    ----------
    table : DataFrame
        A row per segment, as made by :func:`kinembed.report.exports.segment_table`; a tier of the
        file for each value of ``tier``.
    made : datetime
        Date of the file with its time zone, which the format requires.

    Returns
    -------
    str
        XML in ASCII, times in whole milliseconds.
    """
    root = Element("ANNOTATION_DOCUMENT", _ROOT | {"DATE": made.isoformat(timespec="seconds")})
    header = SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    last = SubElement(header, "PROPERTY", {"NAME": "lastUsedAnnotationId"})
    last.text = str(len(table))
    times = np.rint(1000 * table[["start_s", "stop_s"]].to_numpy()).astype(int).ravel()
    _add_time_order(root, times.tolist())
    numbered = table.assign(number=np.arange(len(table)) + 1)
    for name, rows in numbered.groupby("tier", sort=False):
        tier = SubElement(root, "TIER", {"LINGUISTIC_TYPE_REF": _TYPE, "TIER_ID": str(name)})
        _add_annotations(tier, zip(rows["number"], rows["label"], strict=True))
    SubElement(
        root,
        "LINGUISTIC_TYPE",
        {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": _TYPE, "TIME_ALIGNABLE": "true"},
    )
    indent(root, space=" ")
    document: str = tostring(root, encoding="us-ascii").decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n'


def _add_time_order(root: Element, times_ms: list[int]) -> None:
    """A slot for each start and stop, in order of time."""
    order = SubElement(root, "TIME_ORDER")
    for slot in np.argsort(times_ms, kind="stable").tolist():
        time = {"TIME_SLOT_ID": f"ts{slot + 1}", "TIME_VALUE": str(times_ms[slot])}
        SubElement(order, "TIME_SLOT", time)


def _add_annotations(tier: Element, labels: Iterable[tuple[int, str]]) -> None:
    """The n-th segment of the file has slots 2n - 1 and 2n."""
    for number, label in labels:
        references = {
            "ANNOTATION_ID": f"a{number}",
            "TIME_SLOT_REF1": f"ts{2 * number - 1}",
            "TIME_SLOT_REF2": f"ts{2 * number}",
        }
        annotation = SubElement(SubElement(tier, "ANNOTATION"), "ALIGNABLE_ANNOTATION", references)
        SubElement(annotation, "ANNOTATION_VALUE").text = label

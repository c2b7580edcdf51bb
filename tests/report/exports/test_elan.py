import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import numpy as np
import pytest

from kinembed.report.exports import list_segments, segment_table, write_eaf
from kinembed.segmentation.predictions import NOT_SEEN

MADE = datetime(2026, 3, 4, 5, 6, 7, 890, tzinfo=UTC)


@pytest.fixture
def one(table):
    return table[table["sequence"] == "one"]


@pytest.fixture
def document(one):
    return ElementTree.fromstring(write_eaf(one, MADE))  # noqa: S314


def annotations(document):
    """(tier, first ms, last ms, text), following the references as ELAN does."""
    slots = {
        slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE"))
        for slot in document.iterfind("TIME_ORDER/TIME_SLOT")
    }
    return [
        (
            tier.get("TIER_ID"),
            slots[annotation.get("TIME_SLOT_REF1")],
            slots[annotation.get("TIME_SLOT_REF2")],
            annotation.findtext("ANNOTATION_VALUE"),
        )
        for tier in document.iterfind("TIER")
        for annotation in tier.iterfind("ANNOTATION/ALIGNABLE_ANNOTATION")
    ]


def test_every_frame_comes_back(document, one):
    read = annotations(document)
    assert [(tier, text) for tier, _, _, text in read] == list(
        zip(one["tier"], one["label"], strict=True)
    )
    times = np.array([(start, stop) for _, start, stop, _ in read])
    np.testing.assert_array_equal(np.rint(times * 120 / 1000), one[["start", "stop"]])


def test_a_tier_per_prediction_and_one_for_the_annotation(document, table):
    tiers = [tier.get("TIER_ID") for tier in document.iterfind("TIER")]
    assert tiers == ["given", "estimated", "annotation"]
    two = ElementTree.fromstring(write_eaf(table[table["sequence"] == "two"], MADE))  # noqa: S314
    assert [tier.get("TIER_ID") for tier in two.iterfind("TIER")] == ["estimated"]


def test_the_document_is_built_as_the_format_requires(document, one):
    assert document.tag == "ANNOTATION_DOCUMENT"
    assert document.attrib == {
        "AUTHOR": "kinembed",
        "DATE": "2026-03-04T05:06:07+00:00",
        "FORMAT": "3.0",
        "VERSION": "3.0",
        "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation": (
            "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
        ),
    }
    children = [child.tag for child in document]
    assert children == ["HEADER", "TIME_ORDER", *["TIER"] * 3, "LINGUISTIC_TYPE"]
    assert document.find("HEADER").get("TIME_UNITS") == "milliseconds"
    assert document.findtext("HEADER/PROPERTY") == str(len(one))
    used = {tier.get("LINGUISTIC_TYPE_REF") for tier in document.iterfind("TIER")}
    assert used == {document.find("LINGUISTIC_TYPE").get("LINGUISTIC_TYPE_ID")}


def test_identifiers_are_unique_and_time_is_in_order(document):
    slots = list(document.iterfind("TIME_ORDER/TIME_SLOT"))
    annotated = list(document.iterfind(".//ALIGNABLE_ANNOTATION"))
    identifiers = [slot.get("TIME_SLOT_ID") for slot in slots]
    identifiers += [annotation.get("ANNOTATION_ID") for annotation in annotated]
    assert len(set(identifiers)) == len(identifiers) == 3 * len(annotated)
    times = [int(slot.get("TIME_VALUE")) for slot in slots]
    assert times == sorted(times)
    assert all(start < stop for _, start, stop, _ in annotations(document))


def test_the_text_reads_the_same_in_any_encoding(one):
    text = write_eaf(one, MADE)
    assert text.isascii()
    assert "<script" not in text


def test_segments_that_were_not_seen_are_annotations_of_their_own(predictions):
    part = predictions.assign(given=np.repeat([0, NOT_SEEN, 0], [100, 50, 157]))
    rows = list_segments("one", part, {"given": part["given"].to_numpy()}, None)
    text = write_eaf(segment_table(rows), MADE)
    values = re.findall("<ANNOTATION_VALUE>(.*?)</", text)
    assert values == ["cluster 0", "not seen", "cluster 0"]

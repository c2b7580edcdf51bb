import json
import re
from dataclasses import replace

import numpy as np
import pytest
from helpers.made_up import HOSTILE, error_of, page_of, results_of

from kinembed.core.errors import DataError
from kinembed.report.player import player_block

MEGABYTE = 1_000_000


def blocks_of(page):
    found = re.findall(r'class="block" data-name="[^"]*">(.*?)</script>', page)
    return [json.loads(content) for content in found]


def without_scripts(page):
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


@pytest.mark.slow
def test_the_page_needs_nothing_beside_it_and_offers_exports(toy_motion):
    figures = {"confusion.png": b"picture", "animation.gif": b"not shown"}
    results = [results_of(toy_motion, name) for name in ("one", "two")]
    page = page_of(*results, figures=figures)
    assert page.count("plotly.js v") == 1
    addresses = re.findall(r'(?:src|href)="([^"]*)"', without_scripts(page))
    assert addresses.count("#one") == 3  # overview, two rows of scores
    assert addresses.count("data:image/png;base64,cGljdHVyZQ==") == 2
    assert {address[:5] for address in addresses} == {"#one", "#two", "data:", "expor"}
    assert "exports/elan/two.eaf" in addresses
    assert "<code>kedro run --env toy --pipelines reporting</code>" in page


@pytest.mark.slow
def test_hostile_names_stay_text(toy_motion):
    hostile = results_of(toy_motion, f"../{HOSTILE}", behaviours=(HOSTILE, "javascript:alert(1)"))
    absent = dict.fromkeys(("name", "role", "reason"), HOSTILE)
    absent["address"] = "javascript:alert(1)"
    page = page_of(hostile, absent=[absent])
    assert len(re.findall("<script", page)) == page.count("</script>")
    assert "<img" not in without_scripts(page)
    assert "harmed=1<" not in page
    assert 'href="javascript' not in page
    (block,) = blocks_of(page)
    assert block["name"] == f"../{HOSTILE}"
    assert block["labels"][0]["name"] == HOSTILE


@pytest.mark.slow
def test_ten_thousand_frames_fit_in_twelve_megabytes(toy_motion):
    """At 30 Hz, so that none is thinned out, of 40 joints that move without any regularity."""
    generator = np.random.default_rng(0)
    frames, joints = 10_000, 40
    names = tuple(f"joint{number}" for number in range(joints))
    skeleton = replace(
        toy_motion.skeleton,
        joints=names,
        parents=(-1, *range(joints - 1)),
        offsets=generator.normal(size=(joints, 3)),
        axes=np.tile(np.eye(3), (joints, 1, 1)),
        rotation_orders=("zyx",) * (joints - 1) + ("",),
    )
    channels = [f"{name}.e{axis}" for name in names[:-1] for axis in "xyz"]
    channels = (*(f"{names[0]}.t{axis}" for axis in "xyz"), *channels)
    values = generator.normal(scale=0.3, size=(frames, len(channels)))
    motion = replace(
        toy_motion, values=values, channels=channels, skeleton=skeleton, frame_rate=30.0
    )
    page = page_of(results_of(motion, "long"))
    assert len(page.encode()) < 12 * MEGABYTE


def test_labels_that_are_not_one_per_frame_are_refused(results):
    shorter = replace(results, predictions=results.predictions[:-1])
    with pytest.raises(DataError, match="299 frames"):
        player_block(shorter, error_of(results.motion), [])


def test_a_measure_that_a_single_cluster_lacks_is_a_dash(toy_motion):
    nothing = dict.fromkeys(
        ("silhouette", "davies_bouldin", "gap", "canonical_correlation"), float("nan")
    )
    row = {"sequence": "one", "clusters_given": False, "clusters": 1} | nothing
    page = without_scripts(page_of(results_of(toy_motion, "one"), separability=[row]))
    assert "a single cluster cannot be compared" in page
    assert "<td>\N{EN DASH}</td>" in page
    assert ">nan<" not in page
    assert "Nobody has named these clusters yet" in page


@pytest.mark.parametrize("shared", [True, False])
def test_the_page_says_whether_sequences_share_their_clusters(toy_motion, shared):
    page = page_of(results_of(toy_motion, "one"), shared=shared)
    assert ("All sequences share one set of clusters" in page) is shared

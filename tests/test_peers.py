"""Programs of others in the benchmark: what they are given, and what becomes of those that fail."""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks import compare_peers
from benchmarks.compare_peers import (
    COLUMNS,
    Peer,
    available,
    joined,
    rows,
    run_peer,
    summary,
)
from benchmarks.peers import aligned_clusters, motion_words, tw_finch
from peers.series import series_of_table

from kinembed.motion.features import network_features

PYTHON = Path(sys.executable)
RNG = np.random.default_rng(0)
LEVELS = np.repeat([0, 1, 0, 2], 60)
"""Four segments of three behaviours."""
VALUES = np.eye(3)[LEVELS] * 5 + RNG.normal(size=(len(LEVELS), 3)) * 0.1
ANSWER = "import sys, numpy as np\ntask = np.load(sys.argv[2])\nrows = len(task['values'])\n"
LABELS = "np.savez(sys.argv[3], labels=np.arange(rows), seconds=1.5)\n"


@pytest.fixture
def peer(tmp_path):
    """A peer of one line of code."""

    def made(code, **settings):
        program = tmp_path / "program.py"
        program.write_text(ANSWER + code, encoding="utf-8")
        return Peer("peer", str(program), "numpy", (True,), **settings)

    return made


def run(peer, seconds=30.0):
    return run_peer(peer, PYTHON, VALUES, 120.0, 3, 0, seconds)


def test_labels_of_rows_are_spread_over_frames(peer):
    outcome = run(peer(LABELS, rate_hz=12))
    assert outcome.status == "ok"
    assert outcome.seconds == 1.5
    assert outcome.labels.tolist() == np.repeat(np.arange(24), 10).tolist()


def test_a_peer_gets_as_many_principal_components_as_it_can_take(peer):
    outcome = run(peer("rows = task['values'].shape[1]\n" + LABELS, components=2))
    assert outcome.status == "failed: 240 rows, but labels of shape (2,)"


def test_a_peer_that_fails_says_why(peer):
    assert (
        run(peer("raise ValueError('no such thing')")).status == "failed: ValueError: no such thing"
    )


def test_a_peer_that_dies_without_a_word_has_its_exit_code(peer):
    assert run(peer("sys.exit(7)")).status == "failed: exit code 7"


def test_a_peer_that_writes_nothing_has_failed(peer):
    assert run(peer("")).status == "failed: it wrote no labels"


def test_a_peer_that_takes_too_long_is_ended_with_all_that_it_started(peer, tmp_path):
    late = f"import time; time.sleep(1.2); open({str(tmp_path / 'on')!r}, chr(119))"
    code = f"import subprocess\nsubprocess.run([sys.executable, '-c', {late!r}])"
    assert run(peer(code), seconds=0.8).status == "exceeded 0.8 s"
    time.sleep(0.8)
    assert not (tmp_path / "on").exists()


def test_peers_that_are_not_installed_are_named_and_left_out(capsys, monkeypatch):
    absent = Peer("e2usd", "in_tsseg.py", "no_such_package", (True,))
    monkeypatch.setattr(compare_peers, "PEERS", (absent,))
    assert available(["kinembed", "e2usd"], PYTHON) == ["kinembed"]
    assert "left out: e2usd" in capsys.readouterr().out


def test_an_environment_that_is_absent_has_no_peers(capsys, tmp_path):
    assert available(["clap", "window_ward"], tmp_path / "python") == ["window_ward"]
    assert "left out: clap" in capsys.readouterr().out


def test_a_table_of_channels_is_seen_as_it_is():
    series = series_of_table("86_01", VALUES, LEVELS)
    assert np.array_equal(network_features(series.motion, series.features).values, VALUES)
    assert (series.number, series.annotation.edges.tolist()) == (3, [0, 60, 120, 180, 240])


def test_a_failure_is_a_row_without_scores(monkeypatch, peer):
    failing = peer("raise ValueError('no')")
    monkeypatch.setattr(compare_peers, "PEERS", (failing,))
    found = list(rows(["peer"], [series_of_table("a", VALUES, LEVELS)], PYTHON, 0, 30))
    (row,) = pd.DataFrame(found).reindex(columns=COLUMNS).to_dict("records")
    assert row["status"] == "failed: ValueError: no"
    assert np.isnan(row["accuracy"])


def test_tw_finch_as_a_child_finds_behaviours_that_are_apart(monkeypatch):
    series = series_of_table("a", VALUES, LEVELS)
    (row,) = rows(["tw_finch"], [series], PYTHON, 0, 30)
    assert row["status"] == "ok"
    assert row["clusters"] == 3
    assert row["covering"] > 0.7


@pytest.mark.parametrize("number", [2, 3, 7])
def test_tw_finch_gives_the_number_of_clusters(number):
    labels = tw_finch.cluster(RNG.normal(size=(200, 4)), number)
    assert sorted(set(labels.tolist())) == list(range(number))


def test_tw_finch_weighs_distance_by_time():
    turns = np.arange(10) * 1e-4
    angles = np.concatenate([turns, turns + 0.5, turns - 0.5])  # as like the first, but later
    labels = tw_finch.cluster(np.column_stack([np.cos(angles), np.sin(angles)]), 2)
    assert labels.tolist() == np.repeat([0, 0, 1], 10).tolist()


def test_aligned_clusters_find_segments_whatever_their_phase():
    frames = np.arange(120)
    quick, slow = np.sin(frames * 1.2), np.sin(frames * 0.4 + 1) + 3
    values = np.concatenate([quick, slow, quick])[:, None]
    labels = aligned_clusters.cluster(values, 2, seed=0)
    right = np.repeat([0, 1, 0], 120)
    assert max(np.mean(labels == right), np.mean(labels != right)) > 0.95


def test_alignment_with_itself_is_1():
    values = RNG.normal(size=(40, 2))
    kernel = np.exp(-((values[:, None] - values) ** 2).sum(axis=2))
    found = aligned_clusters._alignments(kernel, [0, 20, 40])
    assert np.diag(aligned_clusters._between(found, [0, 20, 40])) == pytest.approx(1)


def test_motion_words_tell_postures_apart(monkeypatch):
    monkeypatch.setattr(motion_words, "ALONE", 5)
    monkeypatch.setattr(motion_words, "TOGETHER", 5)
    labels = motion_words.cluster(VALUES, 3, seed=0)
    assert len({labels[0], labels[60], labels[-1]}) == 3
    assert np.mean(labels == np.array([labels[0], labels[60], labels[-1]])[LEVELS]) > 0.9


def test_new_rows_replace_those_of_the_same_method():
    keys = {"data": "d", "sequence": "s", "clusters_given": True, "seed": 0}
    old = pd.DataFrame([keys | {"method": name, "ami": 0.1} for name in ("a", "b")])
    new = pd.DataFrame([keys | {"method": "b", "ami": 0.2}])
    assert joined(old, new).set_index("method")["ami"].to_dict() == {"a": 0.1, "b": 0.2}


def test_the_lead_is_that_within_recordings_with_tuning_ones_apart():
    scores = {("86_09", "kinembed"): 0.9, ("86_10", "kinembed"): 0.8, ("86_01", "kinembed"): 0.7}
    scores |= {("86_09", "b"): 0.8, ("86_10", "b"): 0.5, ("86_01", "b"): 0.9}
    keys = {"data": "d", "clusters_given": True, "seed": 0}
    table = pd.DataFrame(
        [
            keys | {"sequence": name, "method": method} | dict.fromkeys(COLUMNS[6:13], score)
            for (name, method), score in scores.items()
        ]
    )
    found = summary(table).set_index(["part", "method"])
    assert found.loc[("test", "b"), "lead"] == pytest.approx(0.2)
    assert found.loc[("test", "b"), ["low", "high"]].tolist() == pytest.approx([0.1, 0.3])
    assert found.loc[("tuning", "b"), "lead"] == pytest.approx(-0.2)

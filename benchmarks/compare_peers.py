"""How kinembed compares with programs of others, on the same series and by the same scores.

::

    make peers                                                   # their environment, .venv-peers
    python benchmarks/compare_peers.py --python .venv-peers/bin/python
    python benchmarks/compare_peers.py --python .venv-peers/bin/python --methods tw_finch ticc

Every method gets the standardised channels that kinembed sees, of trials of subject 86 and of the
four channels of it that tsseg has. Peers run one at a time in processes of their own; a peer that
fails or takes too long leaves a row that says so, one that is not installed is named and leaves
none. Rows replace those of the same methods in ``docs/results/peers.csv``.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from peers.child import Outcome, installed, run_peer
from peers.methods import PEERS, Peer
from peers.own import OWN
from peers.series import Series, four_channels, trials
from subject_86 import TUNING

from kinembed.core.provenance import write_made_with
from kinembed.evaluation.measures import Comparison, score_segmentation
from kinembed.evaluation.shared_results import paired_interval
from kinembed.evaluation.state_scores import covering, state_matching_score

TABLE = Path(__file__).parents[1] / "docs/results/peers.csv"
MEASURES = ["accuracy", "ari", "ami", "covering", "sms", "boundary_f1"]
KEYS = ["data", "sequence", "method", "clusters_given", "seed"]
COLUMNS = [*KEYS, "clusters", *MEASURES, "seconds", "status"]


def scored(series: Series, outcome: Outcome) -> dict[str, object]:
    """Number of clusters, scores, seconds and status."""
    row: dict[str, object] = {"seconds": outcome.seconds, "status": outcome.status}
    if outcome.labels is None:
        return row
    pair = Comparison.of_seen(outcome.labels, series.annotation, series.motion.frame_rate)
    row |= score_segmentation(outcome.labels, series.annotation, series.motion.frame_rate)
    row["covering"] = covering(pair.predicted, pair.annotated)
    row["sms"] = state_matching_score(pair.predicted, pair.annotated)
    return row | {"clusters": len(np.unique(pair.predicted))}


def rows_of_peer(peer: Peer, python: Path, series: Series, seed: int, seconds: float) -> Iterator:
    """A row for the number of clusters given, and for it estimated, as far as the peer can."""
    for given in peer.variants:
        number = series.number if given else 0
        outcome = run_peer(
            peer, python, series.channels, series.motion.frame_rate, number, seed, seconds
        )
        yield given, outcome


def rows(
    methods: Sequence[str], everything: Sequence[Series], python: Path, seed: int, seconds: float
) -> Iterator[dict[str, object]]:
    """A row for each method, series and way of counting clusters."""
    peers = {peer.name: peer for peer in PEERS}
    for method in methods:
        for series in everything:
            if method in OWN:
                found = (
                    (given, Outcome("ok", *rest)) for given, *rest in OWN[method](series, seed)
                )
            else:
                found = rows_of_peer(peers[method], python, series, seed, seconds)
            names = {"data": series.data, "sequence": series.name, "method": method}
            for given, outcome in found:
                yield names | {"clusters_given": given, "seed": seed} | scored(series, outcome)


def available(methods: Sequence[str], python: Path) -> list[str]:
    """Methods that can be run; those that are not installed are named."""
    absent = [peer.name for peer in PEERS if peer.name in methods and not installed(peer, python)]
    if absent:
        print(f"not installed in {python}, left out: {', '.join(absent)}", flush=True)
    return [method for method in methods if method not in absent]


def joined(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """A table in which new rows replace those with the same keys."""
    if before.empty:
        return after
    both = pd.concat([before, after], ignore_index=True)
    return both.drop_duplicates(KEYS, keep="last").sort_values(KEYS, ignore_index=True)


def summary(table: pd.DataFrame, measure: str = "ami") -> pd.DataFrame:
    """Mean scores over recordings, tuning ones apart, and kinembed's lead with its interval."""
    part = np.where(table["sequence"].isin(TUNING), "tuning", "test")
    groups = table.assign(part=part).groupby(["data", "part", "clusters_given"])
    return pd.DataFrame(row for keys, some in groups for row in _summary(keys, some, measure))


def _summary(keys: tuple, table: pd.DataFrame, measure: str) -> Iterator[dict[str, object]]:
    own = table[table["method"] == "kinembed"].set_index("sequence")[measure]
    for method, some in table.groupby("method"):
        lead = (own - some.set_index("sequence")[measure]).dropna().to_numpy()
        low, high = paired_interval(lead)
        yield (
            dict(zip(("data", "part", "given"), keys, strict=True))
            | {"method": method, "recordings": int(some[measure].count())}
            | some[[*MEASURES, "seconds"]].mean().to_dict()
            | {"lead": lead.mean() if len(lead) else np.nan, "low": low, "high": high}
        )


def main() -> None:
    """Run the methods, and write and print their scores."""
    everything = [*OWN, *(peer.name for peer in PEERS)]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=Path, required=True, help="Python of the peers")
    parser.add_argument("--methods", nargs="+", choices=everything, default=everything)
    parser.add_argument("--seconds", type=float, default=300, help="most time of a peer and series")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    methods = available(chosen.methods, chosen.python)
    every = [*trials(), *four_channels(chosen.python)]
    table = pd.read_csv(TABLE) if TABLE.exists() else pd.DataFrame(columns=COLUMNS)
    for row in rows(methods, every, chosen.python, chosen.seed, chosen.seconds):
        table = joined(table, pd.DataFrame([row]).reindex(columns=COLUMNS).round(4))
        table["clusters"] = table["clusters"].astype("Int64")  # none where a peer failed
        table.to_csv(TABLE, index=False)  # hours of others' programs: nothing is lost
        print(*(row[key] for key in KEYS[1:4]), row["status"], flush=True)
    write_made_with(TABLE)
    print(summary(table).round(3).to_string(index=False))


if __name__ == "__main__":
    main()

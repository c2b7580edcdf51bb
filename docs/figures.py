"""Draws the figures of results pages anew from the tables that lie beside those pages.

    python docs/figures.py

A table comes from the pipeline that its page names; this script trains nothing.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import yaml

from kinembed.evaluation.scores import NETWORK
from kinembed.evaluation.separability_study import choose_checks
from kinembed.report.plots.export import StaticFigure, png
from kinembed.report.plots.few_shot import few_shot_curves
from kinembed.report.plots.geometry import smoothness_by_layer
from kinembed.report.plots.results import results_overview
from kinembed.report.plots.separability_study import separability_study_overview
from kinembed.report.plots.speed import speed_by_size
from kinembed.report.plots.transfer import transfer_by_depth

ROOT = Path(__file__).parent
IMAGES, TABLES, CONF = ROOT / "images", ROOT / "results", ROOT.parent / "conf"


def table(name: str, dataset: str | None = None) -> pd.DataFrame:
    """A table that is committed beside the results pages, or its rows of one dataset."""
    found = pd.read_csv(TABLES / f"{name}.csv")
    return found if dataset is None else found[found["dataset"] == dataset]


def note(experiment: str) -> str:
    """Whose data an experiment shows."""
    settings = yaml.safe_load((CONF / experiment / "globals.yml").read_text(encoding="utf-8"))
    return str(settings["note"])


def results(name: str, experiment: str) -> StaticFigure:
    """Accuracy by method and protocol, of methods that were run on all sequences."""
    scores = table(name)
    sequences = scores.groupby("method")["sequence"].transform("nunique")
    return results_overview(scores[sequences == sequences.max()], NETWORK, note(experiment))


def separability() -> StaticFigure:
    """Measures over the steps of training with one seed, and the step that each would choose."""
    found = table("separability_study")
    checks = found[found["seed"] == 0]
    return separability_study_overview(checks, choose_checks(checks), note("cmu86"))


def of_dataset(
    name: str, draw: Callable[[pd.DataFrame, str], StaticFigure], dataset: str = "hdm05"
) -> StaticFigure:
    """A table's rows of one dataset."""
    return draw(table(name, dataset), note(dataset))


FIGURES: dict[str, Callable[[], StaticFigure]] = {
    "concatenated_results": lambda: results("concatenated", "cmu_concatenated"),
    "few_shot": lambda: of_dataset("few_shot", few_shot_curves),
    "geometry": lambda: of_dataset("geometry", smoothness_by_layer),
    "geometry_cmu": lambda: of_dataset("geometry", smoothness_by_layer, "cmu_actions"),
    "separability_study": separability,
    "speed": lambda: speed_by_size(table("speed")),
    "subject_86_results": lambda: results("subject_86", "cmu86"),
    "transfer": lambda: of_dataset("transfer", transfer_by_depth),
}
"""Image -> how it is drawn."""


def main() -> None:
    """Write every image."""
    for name, draw in FIGURES.items():
        (IMAGES / f"{name}.png").write_bytes(png(draw()))
        print(f"docs/images/{name}.png")


if __name__ == "__main__":
    main()

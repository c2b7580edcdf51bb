"""Draws docs/images/architecture.png: which wing imports which, counted from the code.

    python docs/architecture.py

Wings stand in the order of the layers that import-linter enforces (pyproject.toml).
"""

import tomllib
from collections import Counter
from pathlib import Path

import grimp
import numpy as np
from matplotlib.figure import Figure

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs/images/architecture.png"
# What each wing answers, as its box says it.
QUESTIONS = {
    "core": "errors, parameters, files, parallel work",
    "motion": "what was recorded?",
    "io": "how does it get in?",
    "networks": "what are the networks?",
    "training": "how do they learn?",
    "segmentation": "which behaviours are there?",
    "video": "what comes next in a video?",
    "evaluation": "how good is it?",
    "analysis": "what do states, layers, units represent?",
    "recognition": "which action is it, with labels?",
    "report": "what does a person see?",
    "tracking": "what does MLflow record?",
    "datasets": "how are results stored?",
    "pipelines": "which stage comes next?",
}


def wings() -> list[str]:
    """Wings from the lowest layer to the highest."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    names = [name.strip() for row in reversed(layers) for name in row.replace(":", "|").split("|")]
    return [name for name in names if name in QUESTIONS]


def imports() -> Counter[tuple[str, str]]:
    """Importing wing, imported wing -> number of imports between their modules."""
    graph = grimp.build_graph("kinembed")
    pairs = (
        (module.split(".")[1], other.split(".")[1])
        for module in graph.modules - {"kinembed"}
        for other in graph.find_modules_directly_imported_by(module) - {"kinembed"}
    )
    return Counter(pair for pair in pairs if pair[0] != pair[1])


def draw(names: list[str], counts: Counter[tuple[str, str]]) -> Figure:
    """Rows import, columns are imported; what a wing answers stands on the diagonal."""
    table = np.array([[counts[row, column] for column in names] for row in names], dtype=float)
    figure = Figure(figsize=(10.5, 6.2), layout="constrained")
    ax = figure.subplots()
    ax.imshow(np.where(table > 0, np.log1p(table), np.nan), cmap="Blues", vmin=0, vmax=6)
    for row, name in enumerate(names):
        for column in np.flatnonzero(table[row]):
            text = f"{table[row, column]:.0f}"
            ax.text(column, row, text, ha="center", va="center", fontsize=8)
        ax.text(row - 0.4, row, QUESTIONS[name], va="center", fontsize=8.5, style="italic")
    ax.set_xticks(range(len(names)), names, rotation=45, ha="left", fontsize=9)
    ax.set_yticks(range(len(names)), names, fontsize=9)
    ax.xaxis.tick_top()
    ax.set_xlabel("is imported")
    ax.xaxis.set_label_position("top")
    ax.set_ylabel("imports (number of modules' imports)")
    ax.set_xlim(-0.5, len(names) + 3.5)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return figure


if __name__ == "__main__":
    draw(wings(), imports()).savefig(PICTURE, dpi=120)

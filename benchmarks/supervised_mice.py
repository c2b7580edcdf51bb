"""How well a forest that learned from labels labels a mouse that it never saw.

``python benchmarks/supervised_mice.py`` prints accuracy and AMI on the labelled frames of each
mouse that was left out. The forest sees the statistics over a second that stand in the table of the
page Mice, of labelled frames alone; young_7678 and adult_7678 are one mouse.
"""

import numpy as np
import pandas as pd
from results_check import SEQUENCES, run
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, adjusted_mutual_info_score

from kinembed.evaluation.baselines import BaselineParameters
from kinembed.evaluation.baselines.task import Task, window_statistics
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation


def rows_of(
    motion: Motion, annotation: Segmentation, features: FeatureParameters
) -> tuple[np.ndarray, np.ndarray]:
    """Statistics and behaviour of each labelled frame of which enough was seen."""
    task = Task.of([motion], 1, BaselineParameters(), features)
    behaviours = np.repeat(annotation.behaviours, np.diff(annotation.edges))
    seen = np.ones(len(motion), dtype=bool) if task.seen is None else task.seen
    return (
        window_statistics(task, window_s=1)[annotation.labelled[seen]],
        behaviours[annotation.labelled & seen],
    )


def left_out(mouse: str, rows: dict[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, object]:
    """Learn from the other mice, and score every recording of this one together."""
    known = [found for name, found in rows.items() if not name.endswith(mouse)]
    tried = [found for name, found in rows.items() if name.endswith(mouse)]
    values, behaviours = (np.concatenate(parts) for parts in zip(*known, strict=True))
    forest = RandomForestClassifier(random_state=0, min_samples_leaf=5).fit(values, behaviours)
    values, behaviours = (np.concatenate(parts) for parts in zip(*tried, strict=True))
    found = forest.predict(values)
    accuracy = accuracy_score(behaviours, found)
    return {
        "mouse": mouse,
        "accuracy": accuracy,
        "AMI": adjusted_mutual_info_score(behaviours, found),
    }


def main() -> None:
    """Leave out each labelled mouse."""
    context = run("mice", SEQUENCES, "sequences,sequence_annotations", "", "mice")
    sequences, annotations = map(context.catalog.load, ("sequences", "sequence_annotations"))
    features = FeatureParameters.model_validate(context.params["features"])
    rows = {name: rows_of(sequences[name](), annotations[name], features) for name in annotations}
    mice = sorted({name.rpartition("_")[2] for name in rows})
    table = pd.DataFrame([left_out(mouse, rows) for mouse in mice])
    print(table.round(3).to_string(index=False), table.mean(numeric_only=True).round(3), sep="\n")


if __name__ == "__main__":
    main()

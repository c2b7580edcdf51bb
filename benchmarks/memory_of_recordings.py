"""How much memory one network and one embedding of many recordings take, recording by recording.

::

    python benchmarks/memory_of_recordings.py --minutes 10 --recordings 2 8

Made-up recordings are stored, then read, trained on (two steps) and embedded in a process of its
own: what counts is how much its most memory grows from few recordings to many.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from kinembed.core.lazy_list import LazyList
from kinembed.datasets import MotionDataset
from kinembed.io.synthetic.person import make_sample
from kinembed.motion.exponential_maps import to_expmap
from kinembed.motion.features import FeatureParameters
from kinembed.segmentation.embedding import EmbeddingParameters, embed_together
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_together

FEATURES, EMBEDDING = FeatureParameters(root="ground"), EmbeddingParameters()
TRAINING = TrainingParameters(
    network={"units": 128}, windows={"source": 25, "target": 25}, steps=2, batch_size=32
)


def main() -> None:
    """Print peak memory for each number of recordings, and its growth by the hour."""
    chosen = _arguments()
    if chosen.folder:
        print(json.dumps(measure(chosen.folder, chosen.recordings[0])))
        return
    with tempfile.TemporaryDirectory() as folder:
        sample = to_expmap(make_sample(0, 60 * chosen.minutes).motion)
        for number in range(max(chosen.recordings)):
            _dataset(Path(folder), number).save(sample)
        peaks = {count: in_a_child(Path(folder), count) for count in chosen.recordings}
    first, last = min(peaks), max(peaks)
    hours = (last - first) * chosen.minutes / 60
    grown = {name: (peaks[last][name] - peaks[first][name]) / hours for name in peaks[first]}
    print("MB for each further hour:", {name: round(value) for name, value in grown.items()})


def in_a_child(folder: Path, count: int) -> dict[str, float]:
    """What a process of its own measured."""
    command = [sys.executable, __file__, "--folder", str(folder), "--recordings", str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    print(f"{count} recordings, MB: { {name: round(value) for name, value in found.items()} }")
    return found


def measure(folder: Path, count: int) -> dict[str, float]:
    """Most memory (MB) after training and after embedding; pages of temporary files count, too."""
    motions = LazyList([partial(_dataset(folder, number).load) for number in range(count)])
    model = train_together("all", motions, FEATURES, TRAINING)
    trained = _peak()
    embed_together(model, motions, EMBEDDING)
    return {"training": trained, "training and embedding": _peak()}


def _dataset(folder: Path, number: int) -> MotionDataset:
    return MotionDataset(filepath=str(folder / f"{number}.parquet"))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10, help="length of a recording")
    parser.add_argument("--recordings", type=int, nargs="+", default=[2, 8])
    parser.add_argument("--folder", type=Path, help="of stored recordings: measure one number")
    return parser.parse_args()


if __name__ == "__main__":
    main()

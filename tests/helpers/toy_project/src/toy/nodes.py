import os
import signal
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
from pydantic import PositiveFloat

from kinembed.core.errors import DataError
from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.core.parameters import Parameters


class What(Parameters):
    happens: str


class Toy(Parameters):
    rate: PositiveFloat
    steps: list[int]
    what: What


def count(toy: Toy, parallel: ParallelConfig) -> MappedPartitions[int]:
    numbers = {"86_01": partial(int, 1), "86_02": partial(int, 2)}
    work = partial(_double, happens=toy.what.happens)
    return map_partitions(work, numbers, config=parallel, description="counting", with_name=True)


def _double(name: str, number: int, happens: str) -> int:
    if happens == "too short" and number == 2:
        raise DataError("the sequence is too short")
    if happens == "no permission":
        raise PermissionError(13, "Permission denied", "data/numbers/86_01.json")
    if happens == "full":
        raise OSError(28, "No space left on device")
    if happens in {"SIGINT", "SIGTERM"}:
        os.kill(os.getpid(), signal.Signals[happens])
    return 2 * number


def look(toy: Toy) -> dict[str, str]:
    if toy.what.happens == "no data":
        raise DataError("there are no recordings")
    if toy.what.happens == "bug":
        raise ZeroDivisionError("a bug")
    if toy.what.happens == "bad settings":
        Toy.model_validate({"rate": "fast", "steps": [], "what": {}})
    return {"sha256": "abc"}


def judge(numbers: Mapping[str, Callable[[], int]]) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    scores = {name: {"accuracy": load() / 10, "name": name} for name, load in numbers.items()}
    table = pd.DataFrame({"sequence": ["86_01", "all/86+07"], "method": "pca", "ari": [0.5, 0.25]})
    epochs = pd.DataFrame({"sequence": "86_01", "epoch": range(1500), "loss": 1.0, "time": 2.0})
    return scores, table, epochs


def write(scores: Mapping[str, Any]) -> str:
    return f"<p>{len(scores)} sequences</p>"


def compare(numbers: Mapping[str, Callable[[], int]], scores: Mapping[str, Any]) -> list[str]:
    return sorted(set(numbers) ^ set(scores))

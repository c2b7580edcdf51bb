import os
import pickle
import time
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import kinembed.core.parallel
from kinembed.core.errors import DataError, FormatError, KinembedError
from kinembed.core.parallel import (
    ParallelConfig,
    SplitPartitions,
    lazy_groups,
    loaders_of,
    loaders_of_groups,
    loaders_of_seeds,
    map_partitions,
)

pytestmark = pytest.mark.slow

BACKENDS = ["sequential", "threading", "loky", "dask"]


def _value(number: int) -> int:
    return number


def _numbers(count: int) -> dict[str, partial[int]]:
    return {f"86_{number:02d}": partial(_value, number) for number in range(1, count + 1)}


def _square(name: str, number: int) -> tuple[str, int]:
    return name, number**2


def _product(name: str, left: int, right: int) -> int:
    return left * right


def _process(name: str, number: int) -> int:
    return os.getpid()


def _threads(name: str, number: int) -> str:
    return os.environ["OMP_NUM_THREADS"]


def _config(backend: str, **settings: object) -> ParallelConfig:
    return ParallelConfig.model_validate({"backend": backend, "n_jobs": 2, **settings})


class PickyError(KinembedError):
    """Cannot be built from its message alone."""

    def __init__(self, channel: str, frame: int) -> None:
        super().__init__(f"{channel} at frame {frame}")
        self.frame = frame


def _raise_picky(name: str, number: int) -> int:
    if number == 2:
        raise PickyError("root.tx", 7)
    return number


def _raise_format(name: str, number: int) -> int:
    raise FormatError("data/run.amc", "expected 3 numbers", line=number)


def _raise_bug(name: str, number: int) -> int:
    raise ZeroDivisionError("a bug")


def _wrapped_load() -> int:
    try:
        raise FormatError("data/walk.amc", "the file is empty")
    except FormatError as error:
        raise RuntimeError("a dataset failed") from error


def _through(name: str, number: int) -> int:
    return number


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_backend_gives_the_same_results(backend: str) -> None:
    mapped = map_partitions(
        _square, _numbers(20), config=_config(backend), description="squares", with_name=True
    )
    streamed = list(mapped.stream())
    assert len(streamed) == 20
    assert dict(streamed) == {f"86_{i:02d}": (f"86_{i:02d}", i**2) for i in range(1, 21)}


def test_one_partition_is_computed_by_calling_it() -> None:
    mapped = map_partitions(
        _square, _numbers(3), config=_config("loky"), description="squares", with_name=True
    )
    assert list(mapped) == ["86_01", "86_02", "86_03"]
    assert mapped["86_03"]() == ("86_03", 9)
    assert pickle.loads(pickle.dumps(mapped["86_02"]))() == ("86_02", 4)  # noqa: S301


def test_collections_are_joined_by_name() -> None:
    left, right = _numbers(4), _numbers(6)
    mapped = map_partitions(
        _product, left, right, config=_config("loky"), description="products", with_name=True
    )
    assert dict(mapped.stream()) == {"86_01": 1, "86_02": 4, "86_03": 9, "86_04": 16}


def test_a_name_that_another_collection_lacks_is_reported() -> None:
    with pytest.raises(DataError, match=r"products: input 2 has nothing for 86_03; it has 86_01"):
        map_partitions(
            _product,
            _numbers(3),
            _numbers(2),
            config=_config("sequential"),
            description="products",
        )


def test_mapped_partitions_can_be_mapped_again() -> None:
    config = _config("loky")
    squares = map_partitions(
        _square, _numbers(3), config=config, description="squares", with_name=True
    )
    again = map_partitions(
        _square_of_pair, squares, config=config, description="fourth powers", with_name=True
    )
    assert dict(again.stream()) == {"86_01": 1, "86_02": 16, "86_03": 81}


def _square_of_pair(name: str, pair: tuple[str, int]) -> int:
    return pair[1] ** 2


def test_loky_works_in_other_processes() -> None:
    mapped = map_partitions(
        _process, _numbers(4), config=_config("loky"), description="processes", with_name=True
    )
    assert os.getpid() not in {process for _, process in mapped.stream()}


def test_threads_of_a_loky_process_are_limited() -> None:
    config = _config("loky", threads_per_job=3)
    mapped = map_partitions(
        _threads, _numbers(2), config=config, description="threads", with_name=True
    )
    assert {threads for _, threads in mapped.stream()} == {"3"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_error_keeps_its_class_and_names_the_partition(backend: str) -> None:
    mapped = map_partitions(
        _raise_picky, _numbers(9), config=_config(backend), description="x", with_name=True
    )
    with pytest.raises(PickyError, match=r"^86_02: root.tx at frame 7$") as caught:
        list(mapped.stream())
    assert caught.value.frame == 7


@pytest.mark.parametrize("backend", ["sequential", "loky"])
def test_a_format_error_keeps_file_and_line(backend: str) -> None:
    one = {"86_05": partial(_value, 5), "86_05b": partial(_value, 5)}
    mapped = map_partitions(
        _raise_format, one, config=_config(backend), description="x", with_name=True
    )
    with pytest.raises(FormatError, match=r"86_05b?: data/run.amc:5: expected 3") as caught:
        list(mapped.stream())
    assert (caught.value.file, caught.value.line) == ("data/run.amc", 5)


@pytest.mark.parametrize("backend", ["sequential", "loky"])
def test_errors_of_nested_maps_are_named_once(backend: str) -> None:
    config = _config(backend)
    inner = map_partitions(
        _raise_format, _numbers(2), config=config, description="inner", with_name=True
    )
    outer = map_partitions(_through, inner, config=config, description="outer", with_name=True)
    with pytest.raises(FormatError, match=r"^86_0[12]: data/run.amc:[12]: expected 3 numbers$"):
        list(outer.stream())


def test_an_error_hidden_in_another_is_found() -> None:
    loaders = {"07_01": _wrapped_load, "07_02": _wrapped_load}
    mapped = map_partitions(
        _through, loaders, config=_config("loky"), description="x", with_name=True
    )
    with pytest.raises(FormatError, match=r"^07_0[12]: data/walk.amc: the file is empty$"):
        list(mapped.stream())


@pytest.mark.parametrize("backend", ["sequential", "loky"])
def test_other_errors_say_where_they_happened(backend: str) -> None:
    mapped = map_partitions(
        _raise_bug, _numbers(3), config=_config(backend), description="x", with_name=True
    )
    with pytest.raises(ZeroDivisionError, match="a bug") as caught:
        list(mapped.stream())
    assert any("while working on 86_0" in note for note in caught.value.__notes__)


def _leave_mark(name: str, number: int, folder: Path) -> int:
    (folder / name).touch()
    return number


def test_a_slow_consumer_does_not_pile_up_results(tmp_path: Path) -> None:
    work = partial(_leave_mark, folder=tmp_path)
    mapped = map_partitions(
        work, _numbers(60), config=_config("threading"), description="x", with_name=True
    )
    stream = mapped.stream()
    next(stream)
    time.sleep(0.3)
    assert len(list(tmp_path.iterdir())) <= 2 * kinembed.core.parallel.RESULTS_PER_WORKER
    stream.close()


def test_large_arrays_survive_the_way_back() -> None:
    arrays = {"a": partial(np.ones, 300_000), "b": partial(np.zeros, 300_000)}
    mapped = map_partitions(
        _plus_one, arrays, config=_config("loky"), description="x", with_name=True
    )
    sums = {name: float(values.sum()) for name, values in mapped.stream()}
    assert sums == {"a": 600_000.0, "b": 300_000.0}


def _plus_one(name: str, values: np.ndarray) -> np.ndarray:
    return values + 1


def test_progress_goes_to_stderr_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    mapped = map_partitions(
        _square, _numbers(2), config=_config("sequential"), description="work", with_name=True
    )
    list(mapped.stream())
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "work: 100%" in captured.err


def test_no_workers_are_refused() -> None:
    with pytest.raises(ValueError, match="0 workers can do nothing"):
        ParallelConfig(n_jobs=0)


def test_a_missing_dask_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> ModuleType:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(kinembed.core.parallel, "import_module", absent)
    mapped = map_partitions(
        _square, _numbers(2), config=_config("dask"), description="x", with_name=True
    )
    with pytest.raises(KinembedError, match='install the extra "cluster"'):
        list(mapped.stream())


def test_a_silent_scheduler_is_reported() -> None:
    config = _config("dask", scheduler="nonsense://127.0.0.1:1")
    mapped = map_partitions(_square, _numbers(2), config=config, description="x", with_name=True)
    with pytest.raises(KinembedError, match=r"no Dask scheduler answers at parallel.scheduler"):
        list(mapped.stream())


def test_results_are_collected_in_the_order_of_names() -> None:
    partitions = dict(reversed(_numbers(6).items()))
    mapped = map_partitions(_value, partitions, config=_config("loky"), description="x")
    assert list(mapped.collect().items()) == [(f"86_{i:02d}", i) for i in range(6, 0, -1)]


def test_seeds_are_named_partitions() -> None:
    seeds = loaders_of_seeds([7, 0])
    assert [(name, load()) for name, load in seeds.items()] == [("seed_7", 7), ("seed_0", 0)]


def test_a_group_loads_its_members_in_order() -> None:
    groups = loaders_of_groups({"both": ["86_03", "86_01"], "none": []}, _numbers(3))
    restored = pickle.loads(pickle.dumps(groups))  # noqa: S301
    assert {name: load() for name, load in restored.items()} == {"both": [3, 1], "none": []}


def test_a_lazy_group_loads_its_members_one_at_a_time() -> None:
    groups = lazy_groups({"both": ["86_03", "86_01"], "none": []}, _numbers(3))
    restored = pickle.loads(pickle.dumps(groups))  # noqa: S301
    assert {name: list(load()) for name, load in restored.items()} == {"both": [3, 1], "none": []}


def halves(name, text):
    return {f"{name}.{half}": part for half, part in (("a", text[:2]), ("b", text[2:]))}


def test_work_that_gives_several_results_is_split():
    groups = map_partitions(
        halves,
        loaders_of({"x": "abcd", "y": "efgh"}),
        config=ParallelConfig(backend="sequential"),
        description="halving",
        with_name=True,
    )
    split = SplitPartitions(groups, {"x.a": "x", "x.b": "x", "y.a": "y", "y.b": "y"})
    assert dict(split.stream()) == {"x.a": "ab", "x.b": "cd", "y.a": "ef", "y.b": "gh"}
    assert {name: load() for name, load in split.items()} == dict(split.stream())
    assert len(split) == 4

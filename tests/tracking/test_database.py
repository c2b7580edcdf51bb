"""A database is made by one run alone; one table stands for MLflow's many, which take seconds."""

import logging
import sqlite3
import time
from contextlib import closing, contextmanager
from threading import Thread
from types import SimpleNamespace

import pytest

from kinembed.tracking import mlflow as tracking
from kinembed.tracking.database import advice, ready_database, sqlite_file


class Maker:
    """Makes and checks the table `runs`, as MLflow does with its own."""

    def __init__(self):
        self.opened = []

    def __call__(self, uri):
        path = sqlite_file(uri)
        self.opened.append(path.name)
        with closing(sqlite3.connect(path)) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            if not tables:
                time.sleep(0.02)
                database.execute("CREATE TABLE runs (name TEXT)")
            elif "begun" in tables:
                database.execute("DROP TABLE begun")
                database.execute("CREATE TABLE runs (name TEXT)")
            elif "runs" not in tables:
                raise RuntimeError("half-made")


class Killed(BaseException):
    pass


def _killed(uri):
    sqlite_file(uri).write_bytes(b"half")
    raise Killed


def _uri(folder):
    return f"sqlite:///{folder / 'data/mlflow.db'}"


def _names(folder):
    return sorted(path.name for path in (folder / "data").iterdir())


def _fill(folder, *statements):
    (folder / "data").mkdir()
    with closing(sqlite3.connect(folder / "data/mlflow.db")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_four_at_once_make_it_once(tmp_path):
    make, inside = Maker(), []

    def start():
        with ready_database(_uri(tmp_path), make):
            inside.append(_names(tmp_path))

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside == [["mlflow.db", "mlflow.db-lock"]] * 4
    assert len(make.opened) == 1 + 3  # the others try a copy, since it holds no runs


def test_a_kill_while_it_is_made_leaves_none_and_the_next_makes_it(tmp_path):
    with pytest.raises(Killed), ready_database(_uri(tmp_path), _killed):
        pass
    assert "mlflow.db" not in _names(tmp_path)
    with ready_database(_uri(tmp_path), Maker()):
        assert _names(tmp_path) == ["mlflow.db", "mlflow.db-lock"]


@pytest.mark.parametrize("kind", ["half-made", "no database"])
def test_what_is_broken_is_set_aside_with_a_line(tmp_path, kind, caplog):
    if kind == "half-made":
        _fill(tmp_path, "CREATE TABLE experiments (name TEXT)")
    else:
        (tmp_path / "data").mkdir()
        (tmp_path / "data/mlflow.db").write_bytes(b"x" * 5000)
    before = (tmp_path / "data/mlflow.db").read_bytes()
    caplog.set_level(logging.WARNING)
    with ready_database(_uri(tmp_path), Maker()):
        whole, aside, lock = _names(tmp_path)
    assert (whole, lock) == ("mlflow.db", "mlflow.db-lock")
    assert (tmp_path / "data" / aside).read_bytes() == before
    assert f"was left half-made and holds no runs: it is now {aside}" in caplog.text


def test_what_can_be_finished_is_finished_with_a_line(tmp_path, caplog):
    _fill(tmp_path, "CREATE TABLE begun (name TEXT)")
    with ready_database(_uri(tmp_path), Maker()):
        assert _names(tmp_path) == ["mlflow.db", "mlflow.db-lock"]
    assert "mlflow.db was left half-made: its tables are whole now" in caplog.text
    caplog.clear()
    with ready_database(_uri(tmp_path), Maker()):
        assert caplog.text == ""


def test_one_that_holds_runs_is_left_to_its_owner(tmp_path):
    _fill(tmp_path, "CREATE TABLE runs (name TEXT)", "INSERT INTO runs VALUES ('first')")
    with ready_database(_uri(tmp_path), _killed):
        assert _names(tmp_path) == ["mlflow.db", "mlflow.db-lock"]
    assert f"mlflow db upgrade {_uri(tmp_path)}" in advice(_uri(tmp_path))


@pytest.mark.parametrize("uri", ["http://server:5000", "postgresql://host/db", "sqlite:///"])
def test_servers_are_left_alone(uri):
    with ready_database(uri, _killed):
        assert advice(uri) == ""


def test_a_run_is_recorded_before_another_may_look_at_the_database(tmp_path, monkeypatch):
    steps = []

    @contextmanager
    def alone(*_):
        steps.append("alone")
        yield
        steps.append("not alone")

    def create_run(*_, **__):
        steps.append("run")
        return SimpleNamespace(info=SimpleNamespace(run_id="1"))

    monkeypatch.setattr(tracking, "ready_database", alone)
    monkeypatch.setattr(tracking, "_client", lambda _: SimpleNamespace(create_run=create_run))
    monkeypatch.setattr(tracking.TrackedRun, "_experiment", lambda *_: "1")
    tracking.TrackedRun(tracking.TrackingConfig(), project=tmp_path, name="a", tags={})
    assert steps == ["alone", "run", "not alone"]

"""Passwords in addresses: in errors, in the log and in MLflow."""

import logging
import pickle
from pathlib import Path

import pytest

from kinembed.core.addresses import WithoutPasswords, without_passwords
from kinembed.core.errors import FormatError, KinembedError
from kinembed.hooks import LogHook
from kinembed.tracking.mlflow import TrackedRun, TrackingConfig

SECRETS = {
    "https://user:secret@host/path": "https://***@host/path",
    "s3://key:sec/ret@bucket/a.bvh": "s3://***@bucket/a.bvh",
    "s3:/key:secret@bucket": "s3:/***@bucket",
    "postgresql+psycopg2://me:p@ss@db:5432/x down": "postgresql+psycopg2://***@db:5432/x down",
    "ftp://secret@host": "ftp://***@host",
}


@pytest.mark.parametrize(("text", "shown"), SECRETS.items())
def test_nothing_between_scheme_and_host_is_shown(text, shown):
    assert without_passwords(text) == without_passwords(shown) == shown


@pytest.mark.parametrize(
    "text", ["sqlite:///mlflow.db", "C:/films/me@home.mp4", "me@host", "https://host/a", "a: b@c"]
)
def test_other_texts_stay(text):
    assert without_passwords(text) == text


def test_errors_do_not_show_them():
    error = FormatError("https://user:secret@host/a.bvh", "expected a file, found none", 3)
    assert str(error) == "https://***@host/a.bvh:3: expected a file, found none"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 -- our own
    assert str(KinembedError("s3://key:secret@b")) == "s3://***@b"


def test_the_log_does_not_show_them():
    record = logging.LogRecord("a", logging.INFO, "a", 1, "at %s", ("s3://key:secret@b",), None)
    assert WithoutPasswords().filter(record)
    assert record.getMessage() == "at s3://***@b"


class Refusing:
    """A server of MLflow that takes no run, and keeps what it was told."""

    def get_experiment_by_name(self, name):
        del name

    def create_experiment(self, name, artifact_location):
        del name, artifact_location

    def create_run(self, experiment, tags, run_name):
        del experiment, run_name
        self.tags = tags
        raise OSError("no route to https://user:secret@host")


def test_mlflow_is_neither_told_them_nor_do_its_errors_show_them(monkeypatch):
    server = Refusing()
    monkeypatch.setattr("kinembed.tracking.mlflow._client", lambda uri: server)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://user:secret@host")
    tags = {"from": "s3://key:secret@bucket"}
    with pytest.raises(KinembedError, match=r"cannot be used at https://\*\*\*@host") as raised:
        TrackedRun(TrackingConfig(), project=Path("a"), name="a", tags=tags)
    assert "secret" not in str(raised.value)
    assert server.tags == {"from": "s3://***@bucket"}


def test_every_handler_of_the_log_hides_them_once(monkeypatch):
    handler = logging.StreamHandler()
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    for _ in range(2):
        LogHook().after_context_created()
    assert [type(one) for one in handler.filters] == [WithoutPasswords]

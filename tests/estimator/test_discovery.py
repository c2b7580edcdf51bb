import pickle
import re

import numpy as np
import pandas as pd
import pytest
from helpers.notebooks import execute, kinds, outputs
from helpers.projects import ROOT
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks

import kinembed
from kinembed.core.errors import CheckpointError, DataError
from kinembed.io.synthetic.person import write_sample

TINY = {
    "training": {
        "steps": 5,
        "network": {"units": 8},
        "windows": {"source": 10, "target": 10},
        "batch_size": 4,
    },
    "embedding": {"stride": 20},
    "clustering": {"largest_number": 3},
}


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Synthetic: two recordings of the generated person."""
    folder = tmp_path_factory.mktemp("recordings")
    for seed, name in enumerate(("ann", "bob")):
        write_sample(folder / name, seed=seed, duration_s=4.0)
    return kinembed.read(folder)


@pytest.fixture(scope="module")
def fitted(recordings):
    return kinembed.BehaviourDiscovery(behaviours=3, **TINY).fit(recordings)


def test_a_folder_is_read_by_name(recordings):
    assert list(recordings) == ["ann_sample", "bob_sample"]


def test_every_frame_has_a_label(fitted, recordings):
    lengths = {name: len(motion) for name, motion in recordings.items()}
    assert fitted.labels_.groupby("recording").size().to_dict() == lengths
    assert set(fitted.labels_["cluster"]) == set(range(fitted.n_clusters_)) == {0, 1, 2}


def test_what_was_fitted_is_recognised(fitted, recordings):
    again = fitted.predict(recordings)
    known = again["cluster"].to_numpy() >= 0
    assert known.mean() > 0.9
    same = again["cluster"].to_numpy() == fitted.labels_["cluster"].to_numpy()
    assert same[known].mean() > 0.9


def test_clusters_can_be_had_at_once(recordings, fitted):
    estimator = clone(fitted)
    pd.testing.assert_frame_equal(estimator.fit_predict(recordings), fitted.labels_)


def test_a_stored_model_is_the_same(fitted, recordings, tmp_path):
    fitted.save(tmp_path / "model")
    loaded = kinembed.BehaviourDiscovery.load(tmp_path / "model")
    assert loaded.get_params() == fitted.get_params()
    pd.testing.assert_frame_equal(loaded.labels_, fitted.labels_)
    pd.testing.assert_frame_equal(loaded.predict(recordings), fitted.predict(recordings))
    assert len(loaded.plot_embedding("bob_sample").data) == len(
        fitted.plot_embedding("bob_sample").data
    )


def test_a_damaged_model_is_refused(fitted, tmp_path):
    fitted.save(tmp_path)
    for name in ("network", "clusters", "discovery"):
        path = tmp_path / f"{name}.safetensors"
        content = path.read_bytes()
        path.write_bytes(pickle.dumps("evil"))
        with pytest.raises(CheckpointError, match=str(path)):
            kinembed.BehaviourDiscovery.load(tmp_path)
        path.write_bytes(content)
    (tmp_path / "clusters.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"clusters\.safetensors is absent"):
        kinembed.BehaviourDiscovery.load(tmp_path)


def test_figures_show_the_recording(fitted):
    axes = fitted.plot_timeline("bob_sample").axes[0]
    assert axes.get_title(loc="left") == "bob_sample"
    assert next(text.get_text() for text in axes.get_yticklabels()) == "Clusters (you set 3)"
    drawn = fitted.plot_embedding()
    assert drawn.layout.title.text == "ann_sample: movement map"
    points = np.concatenate([trace.x for trace in drawn.data if trace.mode == "markers"])
    assert len(points) == len(fitted.discovery_.projections["ann_sample"].values)


def test_only_what_was_fitted_is_drawn(fitted):
    with pytest.raises(DataError, match="'eve' was not fitted; there are ann_sample, bob_sample"):
        fitted.plot_timeline("eve")


def test_before_fitting_nothing_is_known(recordings):
    estimator = kinembed.BehaviourDiscovery()
    for use in (lambda: estimator.predict(recordings), estimator.plot_timeline):
        with pytest.raises(NotFittedError):
            use()


def test_no_recording_is_an_error(fitted):
    with pytest.raises(DataError, match=r"kinembed\.read\(folder\) reads some"):
        kinembed.BehaviourDiscovery().fit({})
    with pytest.raises(DataError, match=r"kinembed\.read\(folder\) reads some"):
        fitted.predict({})


def test_a_setting_is_not_given_beside_the_time_that_it_follows_from(recordings):
    both = kinembed.BehaviourDiscovery(embedding={"stride": 3}, shortest_behaviour_s="auto")
    with pytest.raises(
        DataError, match=r"embedding\.stride would follow from .*shortest_behaviour"
    ):
        both.fit(recordings)


def test_a_misspelt_setting_is_named(recordings):
    with pytest.raises(ValueError, match="stepps"):
        kinembed.BehaviourDiscovery(training={"stepps": 1}).fit(recordings)


def test_the_ten_lines_of_the_first_page_run(tmp_path, monkeypatch):
    """Synthetic recordings, and a network that is quickly trained."""
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/index.md").read_text(), re.DOTALL)
    assert len(lines.splitlines()) <= 10
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("walks", "new_walks")):
        write_sample(tmp_path / name, seed=seed, duration_s=4.0)
    names = {"TINY": TINY}
    exec(lines.replace("seed=0)", "seed=0, **TINY)"), names)  # noqa: S102 our own page
    assert set(names["labels"]["recording"]) == {"sample"}
    assert {"timeline.png", "embedding.html"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.slow
def test_the_notebook_for_colab_runs_without_a_clone(tmp_path):
    """Installed packages alone; steps and recordings are cut."""
    cuts = {'"steps": 300': '"steps": 3', "duration_s=60.0": "duration_s=4.0"}
    shown = kinds(outputs(execute("00_ten_lines.ipynb", tmp_path, cuts)))
    assert {"image/png", "application/vnd.plotly.v1+json"} <= set(shown)
    assert {path.name for path in tmp_path.iterdir()} == {"walks", "new_walks", "model"}


# The others fit arrays of rows and columns, which recordings are not.
@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_mixin_order,
    ],
    ids=lambda check: check.__name__,
)
def test_scikit_learns_own_checks(check):
    check("BehaviourDiscovery", kinembed.BehaviourDiscovery())

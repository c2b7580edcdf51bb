import numpy as np
import pytest
import torch
from helpers.killed import KilledAfter, KilledError
from pydantic import ValidationError
from safetensors.torch import load_file

from kinembed.core.digests import write_local
from kinembed.core.errors import CheckpointError, DataError
from kinembed.training.checkpoints import CheckpointFolder, fingerprint
from kinembed.training.motion_prediction import Callback, TrainingParameters, fit, initial_network
from kinembed.training.objectives import MseObjective

pytestmark = pytest.mark.slow

PARAMETERS = TrainingParameters(
    network={"units": 8},
    windows={"source": 5, "target": 4},
    steps=12,
    batch_size=4,
    learning_rate=1e-2,
    input_noise=0.1,
    device="cpu",
    checkpoint_every=3,
    history_every=4,
)


@pytest.fixture
def values():
    time = np.arange(80)
    return np.column_stack([np.sin(time / 3), np.cos(time / 3), np.sin(time / 5)])


OBJECTIVES = ["mse", "joint", "adversarial"]


DROPPING = PARAMETERS.network.model_copy(update={"dropout": 0.3})


PUBLISHED_CONTINUOUS = {
    "network": PARAMETERS.network.model_copy(update={"cell": "published_gru"}),
    "objective": "joint",
    "window_draw": "segment",
}


class Notes:
    """A callback that notes steps and weights; may end the training or be killed at a check."""

    every = 4

    def __init__(self, end_at=None, killed_at=None):
        self.notes = []
        self.end_at, self.killed_at = end_at, killed_at

    def check(self, step, network):
        assert not network.training
        if step == self.killed_at:
            raise KilledError
        self.notes.append([step, sum(w.abs().sum().item() for w in network.parameters())])
        return step == self.end_at

    def tensors(self):
        return {"notes": torch.tensor(self.notes, dtype=torch.float64).reshape(-1, 2)}

    def restore(self, tensors):
        self.notes = tensors["notes"].tolist()

    def identity(self):
        return {"end_at": self.end_at}


def steps_of(callback):
    return [step for step, _ in callback.notes]


def weights(result):
    return torch.cat([tensor.flatten() for tensor in result.network.state_dict().values()])


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_training_begins_with_the_initial_network(values, objective):
    """The same whatever the objective."""
    hardly = PARAMETERS.model_copy(update={"steps": 1, "learning_rate": 1e-30})
    hardly = hardly.model_copy(update={"objective": objective})
    before = torch.random.get_rng_state()
    network = initial_network(values.shape[1], hardly)
    assert torch.equal(torch.random.get_rng_state(), before)
    begun = fit(values, hardly, sequence="a").network.state_dict()
    torch.testing.assert_close(dict(network.state_dict()), dict(begun), rtol=0, atol=0)


def test_loss_falls(values):
    history = fit(values, PARAMETERS.model_copy(update={"steps": 150}), sequence="a").history
    assert history["loss"].iloc[-1] < 0.5 * history["loss"].iloc[0]


def test_history_gives_the_mean_loss_of_each_group_of_steps(values):
    history = fit(values, PARAMETERS, sequence="a").history
    assert history["step"].tolist() == [4, 8, 12]
    every = fit(values, PARAMETERS.model_copy(update={"history_every": 1}), sequence="a").history
    np.testing.assert_allclose(history["loss"].iloc[0], every["loss"].iloc[:4].mean())


def test_history_has_a_column_for_every_loss(values):
    joint = PARAMETERS.model_copy(update={"objective": "joint"})
    history = fit(values, joint, sequence="a").history
    assert list(history) == ["step", "loss", "fidelity", "continuity"]
    assert history["step"].tolist() == [4, 8, 12]
    assert np.isfinite(history).all(axis=None)


def test_same_seed_same_weights_other_seed_other_weights(values):
    first, again = (fit(values, PARAMETERS, sequence="a") for _ in range(2))
    other = fit(values, PARAMETERS.model_copy(update={"seed": 1}), sequence="a")
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(other))


@pytest.mark.parametrize("change", [{}, {"network": DROPPING}, {"objective": "adversarial"}])
def test_training_leaves_the_global_random_state_alone(values, change):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    fit(values, PARAMETERS.model_copy(update=change), sequence="a")
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize(
    "change",
    [{"objective": name} for name in OBJECTIVES] + [{"network": DROPPING}, PUBLISHED_CONTINUOUS],
)
def test_a_killed_run_continues_to_the_weights_of_an_unbroken_one(values, tmp_path, change):
    parameters = PARAMETERS.model_copy(update=change)
    unbroken = fit(values, parameters, sequence="a")
    with pytest.raises(KilledError):
        fit(values, parameters, sequence="a", checkpoints=KilledAfter(tmp_path))
    continued = fit(values, parameters, sequence="a", checkpoints=CheckpointFolder(tmp_path))
    assert torch.equal(weights(continued), weights(unbroken))
    assert continued.history.equals(unbroken.history)


@pytest.mark.parametrize("change", [{"window_draw": "segment"}, {"targets": "present"}])
def test_checkpoints_of_trainings_from_before_there_was_a_choice_are_continued(change):
    """Their identity did not have it."""
    assert not change.keys() & PARAMETERS.identity().keys()
    changed = PARAMETERS.model_copy(update=change)
    assert changed.identity() == PARAMETERS.identity() | change


@pytest.mark.parametrize(
    ("targets", "wanted"),
    [
        ("future", lambda first: first + np.arange(5, 9)),
        ("present", lambda first: first + np.arange(1, 5)),  # the last 4 of 5 source frames
        ("shuffled", lambda first: np.roll(first, 1, axis=0) + np.arange(5, 9)),
    ],
)
def test_windows_are_trained_to_give_their_targets(monkeypatch, targets, wanted):
    """Values and weights are numbers of frames, so targets and what they count tell theirs."""
    steps = []
    monkeypatch.setattr(
        MseObjective, "step", lambda self, *given: steps.append(given) or {"loss": 0.0}
    )
    frames = np.arange(80.0)[:, None]
    changed = PARAMETERS.model_copy(update={"targets": targets, "input_noise": 0.0})
    fit(frames, changed, sequence="a", weights=frames)
    for source, target, counts in steps:
        np.testing.assert_array_equal(target[..., 0], wanted(source[:, :1, 0].numpy()))
        assert torch.equal(target, counts)


def test_the_future_is_learned_as_in_earlier_releases(values):
    """Bit for bit: windows, then noise, were drawn from the seed of a step, 0 of the first."""
    generator = torch.Generator().manual_seed(0)
    starts = torch.randint(72, (4,), generator=generator)
    windows = torch.as_tensor(values, dtype=torch.float32)[starts[:, None] + torch.arange(9)]
    source, target = windows.split([5, 4], dim=1)
    source = source + 0.1 * torch.randn(source.shape, generator=generator)
    network = initial_network(3, PARAMETERS)
    loss = torch.nn.functional.mse_loss(network(source, 4).target, target).item()
    found = fit(values, PARAMETERS.model_copy(update={"history_every": 1}), sequence="a")
    assert found.history["loss"][0] == loss


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"targets": "present", "objective": "joint"}, "'present' need objective 'mse'"),
        ({"targets": "present", "windows": {"source": 3, "target": 4}}, "as many source frames"),
        ({"targets": "shuffled", "batch_size": 1}, "batch_size of at least 2"),
    ],
)
def test_targets_that_cannot_be_are_refused(change, message):
    with pytest.raises(ValidationError, match=message):
        TrainingParameters(**change)


def test_a_segment_draw_trains_on_every_segment_alike(values, monkeypatch):
    """Of 80 frames the first 12 hold as many of the windows as the other 68."""
    sources = []
    original = MseObjective.step

    def step(self, source, target, weights=None):
        sources.append(source.numpy())
        return original(self, source, target, weights)

    monkeypatch.setattr(MseObjective, "step", step)
    changes = {"window_draw": "segment", "input_noise": 0.0, "batch_size": 400, "steps": 1}
    fit(values, PARAMETERS.model_copy(update=changes), sequence="a", cuts=(12,))
    begins = [values[:3].astype(np.float32) == one[0] for one in sources[0]]
    early = sum(found.all(axis=1).any() for found in begins)
    assert early == pytest.approx(200, abs=50)


def test_dropout_is_drawn_anew_in_every_step(values):
    """A network that does not learn predicts otherwise all the same."""
    still = PARAMETERS.model_copy(
        update={"network": DROPPING, "learning_rate": 1e-30, "history_every": 1, "batch_size": 1}
    )
    one_window = values[: PARAMETERS.windows.total]
    losses = fit(one_window, still.model_copy(update={"input_noise": 0.0}), sequence="a").history
    assert losses["loss"].nunique() == len(losses)


def test_checkpoints_of_mse_keep_their_names_and_place(values, tmp_path):
    """Runs that are under way continue under later versions."""
    fit(values, PARAMETERS, sequence="a", checkpoints=CheckpointFolder(tmp_path))
    (path,) = tmp_path.glob("*.safetensors")
    expected = fingerprint(PARAMETERS.identity(), torch.as_tensor(values, dtype=torch.float32))
    assert path.stem == f"a-{expected[:16]}"
    stored = load_file(path)
    names = list(initial_network(values.shape[1], PARAMETERS).state_dict())
    of_adam = [
        f"optimiser.{index}.{key}"
        for index in range(len(names))
        for key in ("step", "exp_avg", "exp_avg_sq")
    ]
    assert set(stored) == {*(f"network.{name}" for name in names), *of_adam, "losses"}
    assert stored["losses"].shape == (PARAMETERS.steps,)


def test_a_run_does_not_continue_from_the_checkpoint_of_another_configuration(values, tmp_path):
    folder = CheckpointFolder(tmp_path)
    fit(values, PARAMETERS, sequence="a", checkpoints=folder)
    larger = PARAMETERS.model_copy(update={"batch_size": 5})
    result = fit(values, larger, sequence="a", checkpoints=folder)
    assert torch.equal(weights(result), weights(fit(values, larger, sequence="a")))


def test_a_damaged_checkpoint_is_named(values, tmp_path):
    fit(values, PARAMETERS, sequence="a", checkpoints=CheckpointFolder(tmp_path))
    (path,) = tmp_path.glob("*.safetensors")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match=f"{path.name}.*delete it to start anew"):
        fit(values, PARAMETERS, sequence="a", checkpoints=CheckpointFolder(tmp_path))


def test_a_checkpoint_of_another_shape_is_refused(values, tmp_path):
    folder = CheckpointFolder(tmp_path)
    fit(values, PARAMETERS, sequence="a", checkpoints=folder)
    (path,) = tmp_path.glob("*.safetensors")
    content = path.read_bytes()
    folder.clear()
    other = TrainingParameters(**{**PARAMETERS.model_dump(), "network": {"units": 5}})
    fit(values, other, sequence="a", checkpoints=folder)
    (theirs,) = tmp_path.glob("*.safetensors")
    write_local(theirs, content)
    with pytest.raises(CheckpointError, match="is of another network"):
        fit(values, other, sequence="a", checkpoints=folder)


@pytest.mark.parametrize(
    ("objective", "message"),
    [
        ("mse", "the loss is inf at step 0; lower training.learning_rate"),
        ("joint", "the loss of objective joint is inf at step 0; lower training.learning_rate"),
        ("adversarial", "the loss of objective adversarial is inf at step 0; lower"),
    ],
)
def test_a_loss_that_is_not_finite_says_what_to_lower(values, objective, message):
    parameters = PARAMETERS.model_copy(update={"objective": objective})
    with pytest.raises(DataError, match=f"^{message}"):
        fit(values * 1e30, parameters, sequence="a")


def test_no_window_reaches_across_a_cut(monkeypatch):
    """Values are the number of the interval, so a window within one interval is constant."""
    cuts = [11, 12, 33, 40, 55]
    intervals = np.searchsorted(cuts, np.arange(80), side="right")
    drawn = []

    def step(self, source, target, weights):
        drawn.append(torch.cat([source, target], dim=1)[..., 0])
        return {"loss": 0.0}

    monkeypatch.setattr(MseObjective, "step", step)
    clean = PARAMETERS.model_copy(update={"input_noise": 0.0, "steps": 50})
    fit(intervals[:, None].astype(float), clean, sequence="a", cuts=cuts)
    windows = torch.cat(drawn)
    assert (windows == windows[:, :1]).all()
    assert set(windows[:, 0].tolist()) == {0.0, 2.0, 4.0, 5.0}  # the others are too short


def test_cuts_and_callbacks_keep_checkpoints_of_their_own(values, tmp_path):
    folder = CheckpointFolder(tmp_path)
    for cuts, callback in [((), None), ((40,), None), ((41,), None), ((), Notes()), ((), Notes(8))]:
        fit(values, PARAMETERS, sequence="a", cuts=cuts, checkpoints=folder, callback=callback)
    assert len(list(tmp_path.glob("*.safetensors"))) == 5


def test_intervals_that_are_all_too_short_are_refused(values):
    with pytest.raises(
        DataError, match="80 frames in 10 intervals has no interval that is not shorter"
    ):
        fit(values, PARAMETERS, sequence="a", cuts=range(8, 80, 8))


def test_a_callback_checks_now_and_then_and_at_the_end(values):
    callback = Notes()
    assert isinstance(callback, Callback)
    unwatched = fit(values, PARAMETERS, sequence="a")
    checked = fit(
        values, PARAMETERS.model_copy(update={"steps": 10}), sequence="a", callback=callback
    )
    assert steps_of(callback) == [4, 8, 10]
    assert checked.network.training
    full = fit(values, PARAMETERS, sequence="a", callback=Notes())
    assert torch.equal(weights(full), weights(unwatched))


def test_a_training_that_a_callback_ended_stays_ended(values, tmp_path):
    folder, first, second = CheckpointFolder(tmp_path), Notes(end_at=8), Notes(end_at=8)
    ended = fit(values, PARAMETERS, sequence="a", checkpoints=folder, callback=first)
    assert ended.history["step"].tolist() == [4, 8]
    again = fit(values, PARAMETERS, sequence="a", checkpoints=folder, callback=second)
    assert torch.equal(weights(again), weights(ended))
    assert again.history.equals(ended.history)
    assert second.notes == first.notes
    assert steps_of(second) == [4, 8]


@pytest.mark.parametrize(
    ("end_at", "killed_at"),
    [(None, 4), (None, 8), (None, 12), (None, "checkpoint"), (8, 4), (8, 8), (8, "checkpoint")],
)
def test_a_killed_callback_has_seen_what_an_unbroken_one_has(values, tmp_path, end_at, killed_at):
    """Checkpoints come every 3 steps and looks every 4, so a look may lie after a checkpoint."""
    whole, killed, continued = Notes(end_at), Notes(end_at, killed_at), Notes(end_at)
    unbroken = fit(values, PARAMETERS, sequence="a", callback=whole)
    folder = (KilledAfter if killed_at == "checkpoint" else CheckpointFolder)(tmp_path)
    with pytest.raises(KilledError):
        fit(values, PARAMETERS, sequence="a", checkpoints=folder, callback=killed)
    result = fit(
        values, PARAMETERS, sequence="a", checkpoints=CheckpointFolder(tmp_path), callback=continued
    )
    assert torch.equal(weights(result), weights(unbroken))
    assert result.history.equals(unbroken.history)
    assert continued.notes == whole.notes


def test_mixed_precision_learns_too(values):
    mixed = PARAMETERS.model_copy(update={"precision": "mixed", "steps": 60})
    history = fit(values, mixed, sequence="a").history
    assert history["loss"].iloc[-1] < history["loss"].iloc[0]


def test_a_misspelt_parameter_is_named():
    with pytest.raises(ValueError, match="learning_rat"):
        TrainingParameters(learning_rat=1e-3)


def test_checkpoints_of_individuals_are_kept_and_forgotten(values, tmp_path):
    folder = CheckpointFolder(tmp_path)
    fit(values, PARAMETERS, sequence="cage/mouse 1", checkpoints=folder)
    assert len(list((tmp_path / "cage").glob("mouse 1-*.safetensors"))) == 1
    folder.clear()
    assert not list(tmp_path.rglob("*.safetensors"))

"""Two runs never mix: each claims what it uses (:mod:`kinembed.core.run_claims`)."""

import atexit
from pathlib import Path
from typing import Any

from kedro.config import MissingConfigException
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.pipeline import Pipeline

from kinembed.core.errors import KinembedError
from kinembed.core.run_claims import Claim, HeldClaim, alone, claim_of, take
from kinembed.datasets.paths import clear_leftovers_of, used_paths
from kinembed.hooks.stored import Catalog, stored_datasets

CLAIMS = ".runs"
"""Folder in that of the data, where runs that live claim what they use."""


class ClaimHook:
    """While a run lives no other one changes what it uses, or uses what it changes."""

    def __init__(self) -> None:
        self._data = Path()
        self._held: HeldClaim | None = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Find the folder of the data.

        Parameters
        ----------
        context : KedroContext
            Project folder and loader of the configuration, whose globals name the folders ``data``
            and ``models``.

        Raises
        ------
        KinembedError
            When one of them is an address, such as that of an object store.
        """
        try:
            folders = context.config_loader["globals"]
        except (MissingConfigException, KeyError):
            folders = {}
        for name in ("data", "models"):
            _refuse_address(name, str(folders.get(name, "")))
        self._data = context.project_path / str(folders.get("data", "data"))

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: Catalog
    ) -> None:
        """Claim what the run uses, and clear up after runs that were killed.

        Parameters
        ----------
        run_params : dict of str to object
            What Kedro knows of the run: ``run_id``.
        pipeline : Pipeline
            The nodes that will run.
        catalog : CatalogProtocol
            The datasets by name.

        Raises
        ------
        KinembedError
            When another run lives that uses the same data, or the folder of data cannot be written.
        """
        self._release()  # a run of this process that was interrupted
        datasets, outputs = stored_datasets(pipeline, catalog), pipeline.all_outputs()
        used = used_paths(datasets, outputs, self._data)
        if not used["writes"]:
            return
        folder = self._data / CLAIMS
        self._held = _taken(folder, claim_of(str(run_params["run_id"]), **used))
        atexit.register(self._release)
        with alone(folder):
            clear_leftovers_of(datasets, outputs)

    @hook_impl
    def before_dataset_saved(self) -> None:
        """Save nothing when another run has taken this one for dead.

        Raises
        ------
        KinembedError
            When it has.
        """
        if self._held is not None:
            self._held.check()

    @hook_impl
    def after_pipeline_run(self) -> None:
        """The data is free."""
        self._release()

    @hook_impl
    def on_pipeline_error(self) -> None:
        """The data is free."""
        self._release()

    def _release(self) -> None:
        held, self._held = self._held, None
        atexit.unregister(self._release)
        if held is not None:
            held.release()


def _taken(folder: Path, claim: Claim) -> HeldClaim:
    """It is the first that a run writes."""
    try:
        return take(folder, claim)
    except OSError as error:
        raise KinembedError(
            f"{folder.parent} cannot hold results ({error.strerror}): name another folder in the "
            "variable KINEMBED_DATA. Earlier results are untouched."
        ) from error


def _refuse_address(name: str, folder: str) -> None:
    """Checkpoints, raw files and claims need a file system: moves in one step, and locks."""
    if "://" in folder:
        raise KinembedError(
            f"{folder} is no folder of this machine: results cannot be kept in an object store; "
            f"set KINEMBED_{name.upper()} to a folder, and copy it there afterwards (or mount the "
            "store)"
        )

"""Which model each recording belongs to: the table by which every stage joins the two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kinembed.core.errors import DataError

Share = Literal["each", "all"]
"""How recordings share models: each has one of its own, or all have one together."""
SHARED = "all"
"""Name of the model that all recordings share."""


@dataclass(frozen=True)
class ModelAssignment:
    """The model of every recording.

    Attributes
    ----------
    models : mapping of str to str, or None
        Recording -> model; None, for results of versions that stored no table: every recording
        has the model of its name.
    """

    models: Mapping[str, str] | None

    def by_recording(self, of_models: Mapping[str, Any]) -> dict[str, Any]:
        """What is stored of models, by recording.

        Parameters
        ----------
        of_models : mapping of str to Any
            Model -> anything.

        Returns
        -------
        dict of str to Any
            Recording -> what is stored of its model.

        Raises
        ------
        DataError
            When nothing is stored of a recording's model.
        """
        table = self._table(of_models)
        for recording, model in table.items():
            if model not in of_models:
                raise DataError(
                    f"{recording}: nothing is stored of its model {model!r}, but of "
                    f"{', '.join(of_models) or 'none'}; run the stage training once more"
                )
        return {recording: of_models[model] for recording, model in table.items()}

    def recordings_of_each(self, recordings: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The recordings that each model is fitted on.

        Parameters
        ----------
        recordings : iterable of str
            Names of all recordings, for results without a table.

        Returns
        -------
        dict of str to tuple of str
            Model -> its recordings, in the order of the table.
        """
        fitted_on: dict[str, tuple[str, ...]] = {}
        for recording, model in self._table(recordings).items():
            fitted_on[model] = (*fitted_on.get(model, ()), recording)
        return fitted_on

    def by_model(self, of_recordings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """What is stored of recordings, by the model that is fitted on them.

        Parameters
        ----------
        of_recordings : mapping of str to Any
            Recording -> anything.

        Returns
        -------
        dict of str to dict of str to Any
            Model -> recording -> what is stored of it.

        Raises
        ------
        DataError
            When nothing is stored of a recording.
        """
        table = self.recordings_of_each(of_recordings)
        absent = [one for some in table.values() for one in some if one not in of_recordings]
        if absent:
            raise DataError(
                f"nothing is stored of the recordings {', '.join(absent)}, but of "
                f"{', '.join(of_recordings) or 'none'}; run the stages before this one once more"
            )
        return {
            model: {recording: of_recordings[recording] for recording in some}
            for model, some in table.items()
        }

    def _table(self, names: Iterable[str]) -> Mapping[str, str]:
        return {name: name for name in names} if self.models is None else self.models


def assign_models(recordings: Iterable[str], share: Share) -> ModelAssignment:
    """The model of every recording.

    Parameters
    ----------
    recordings : iterable of str
        Their names.
    share : {"each", "all"}
        ``each``: every recording has a model of its own, which bears its name; ``all``: they share
        the model ``all``.

    Returns
    -------
    ModelAssignment
        Its table is never None.
    """
    return ModelAssignment({name: SHARED if share == "all" else name for name in recordings})

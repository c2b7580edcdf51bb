"""Which model each recording belongs to: the table by which every stage joins the two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kinembed.core.errors import DataError

# How recordings share models. each: every recording has a model of its own.
Share = Literal["each"]


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

    def recording_of_each(self, recordings: Iterable[str]) -> dict[str, str]:
        """The recording that each model is fitted on.

        Parameters
        ----------
        recordings : iterable of str
            Names of all recordings, for results without a table.

        Returns
        -------
        dict of str to str
            Model -> recording.

        Raises
        ------
        DataError
            When a model has several recordings.
        """
        fitted_on: dict[str, str] = {}
        for recording, model in self._table(recordings).items():
            if model in fitted_on:
                raise DataError(
                    f"model {model!r} has the recordings {fitted_on[model]} and {recording}, but "
                    "is fitted on one; give each recording a model of its own"
                )
            fitted_on[model] = recording
        return fitted_on

    def by_model(self, of_recordings: Mapping[str, Any]) -> dict[str, Any]:
        """What is stored of recordings, by the model that is fitted on each.

        Parameters
        ----------
        of_recordings : mapping of str to Any
            Recording -> anything.

        Returns
        -------
        dict of str to Any
            Model -> what is stored of its recording.

        Raises
        ------
        DataError
            When a model has several recordings, or nothing is stored of its recording.
        """
        table = self.recording_of_each(of_recordings)
        absent = [recording for recording in table.values() if recording not in of_recordings]
        if absent:
            raise DataError(
                f"nothing is stored of the recordings {', '.join(absent)}, but of "
                f"{', '.join(of_recordings) or 'none'}; run the stages before this one once more"
            )
        return {model: of_recordings[recording] for model, recording in table.items()}

    def _table(self, names: Iterable[str]) -> Mapping[str, str]:
        return {name: name for name in names} if self.models is None else self.models


def assign_models(recordings: Iterable[str], share: Share) -> ModelAssignment:
    """The model of every recording.

    Parameters
    ----------
    recordings : iterable of str
        Their names.
    share : {"each"}
        ``each``: every recording has a model of its own, which bears its name.

    Returns
    -------
    ModelAssignment
        Its table is never None.
    """
    return ModelAssignment({"each": {name: name for name in recordings}}[share])

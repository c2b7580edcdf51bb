"""How the configuration is read: as Kedro does, with earlier names of parameters accepted."""

from pathlib import Path
from typing import Any

import yaml
from kedro.config import BadConfigException, OmegaConfigLoader

from kinembed.core.renames import has_earlier_names, under_present_names


class ConfigLoader(OmegaConfigLoader):
    """Kedro's loader; parameters have their present names, whichever an experiment uses."""

    def __getitem__(self, key: str) -> dict[str, Any]:
        """Configuration of one kind.

        Parameters
        ----------
        key:
            The kind: parameters, catalog ...

        Returns
        -------
        dict
            The configuration, merged over environments.

        Raises
        ------
        BadConfigException
            When both names of one parameter are set.
        """
        found: dict[str, Any] = super().__getitem__(key)
        if key != "parameters" or not has_earlier_names(found):
            return found
        try:
            return under_present_names(found, self._shipped())
        except ValueError as error:
            raise BadConfigException(str(error)) from error

    def _shipped(self) -> dict[str, Any]:
        """Parameters of the base environment, as they are written."""
        folder = Path(self.conf_source) / str(self.base_env)
        groups: dict[str, Any] = {}
        for path in sorted(folder.glob("parameters*.yml")):
            groups |= yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return groups

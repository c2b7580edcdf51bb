"""How the configuration is read: as Kedro does, with earlier names of parameters accepted."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from kedro.config import BadConfigException, OmegaConfigLoader

from kinembed.core.derived_settings import conflict
from kinembed.core.renames import GONE, GROUPS, has_earlier_names, under_present_names
from kinembed.parameter_names import setting_names, suggestion

FOR_ALL_GROUPS = re.compile(r"\$\{runtime_params:\s*(\w+)")
"""A name in ``--params`` that configuration reads in several files: ``preset``, ``seed``."""
GROUP = re.compile(r"^(\w+):", re.MULTILINE)
"""A group of parameters, where a file of YAML sets it."""


class ConfigLoader(OmegaConfigLoader):
    """Kedro's loader; parameters have their present names, whichever an experiment uses."""

    def __getitem__(self, key: str) -> dict[str, Any]:
        """Read the configuration of one kind.

        Parameters
        ----------
        key : str
            The kind: ``parameters``, ``catalog``, ``mlflow``, ``globals`` or ``credentials``.

        Returns
        -------
        dict of str to object
            The configuration, merged over environments.

        Raises
        ------
        BadConfigException
            When the earlier and the present name of one parameter are both set, or ``--params``
            names an unknown group of parameters, an unknown preset, or a setting that follows from
            ``time_scale.shortest_behaviour_s`` beside it.
        MissingConfigException
            When no file holds configuration of this kind.
        KeyError
            When there is no such kind.
        """
        if key == "parameters":
            self._refuse_unknown_preset()
        found: dict[str, Any] = super().__getitem__(key)
        if key != "parameters":
            return found
        self._refuse_unknown_groups()
        self._refuse_derived_settings(found)
        if not has_earlier_names(found):
            return found
        try:
            return under_present_names(found, self._shipped())
        except ValueError as error:
            raise BadConfigException(str(error)) from error

    def _refuse_unknown_preset(self) -> None:
        """Else the message would name a table of the configuration, and no preset."""
        preset = self.runtime_params.get("preset")
        known = {} if preset is None else self._shipped().get("training_presets", {})
        if known and preset not in known:
            raise BadConfigException(
                f"--params: there is no preset {preset!r}; there are {', '.join(known)}"
            )

    def _refuse_unknown_groups(self) -> None:
        """A misspelt group in ``--params`` would change nothing, without a word."""
        asked = self.runtime_params.keys() - GROUPS.keys() - GONE.keys()
        if not asked or asked <= (known := self._written_groups() | self._for_all_groups()):
            return
        known |= self._known_groups()  # seldom: all is read again
        for name in asked - known:
            full = next(_full_names(name, self.runtime_params[name]))
            raise BadConfigException(_unknown(full, known))

    def _written_groups(self) -> set[str]:
        """Groups that files of YAML set at their top; there may be others, in other files."""
        environment = self.env or self.default_run_env
        folders = (Path(self.conf_source) / str(one) for one in (self.base_env, environment))
        patterns = self.config_patterns["parameters"]
        paths = {path for one in folders for pattern in patterns for path in one.glob(pattern)}
        texts = (path.read_text("utf-8") for path in paths if path.suffix == ".yml")
        return {name for text in texts for name in GROUP.findall(text)}

    def _known_groups(self) -> set[str]:
        """Groups of the configuration without ``--params``, whatever holds it."""
        asked, self.runtime_params = self.runtime_params, {}
        try:
            return set(super().__getitem__("parameters"))
        finally:
            self.runtime_params = asked

    def _refuse_derived_settings(self, found: dict[str, Any]) -> None:
        """Else what was asked for would be replaced without a word."""
        if (found.get("time_scale") or {}).get("shortest_behaviour_s") is None:
            return
        given = (name for one in self.runtime_params.items() for name in _full_names(*one))
        problem = conflict(given)
        if problem:
            raise BadConfigException(f"--params: {problem}")

    def _for_all_groups(self) -> set[str]:
        """Names of ``--params`` that are no group: values of the configuration refer to them."""
        texts = (path.read_text("utf-8") for path in Path(self.conf_source).rglob("*.yml"))
        return {name for text in texts for name in FOR_ALL_GROUPS.findall(text)}

    def _shipped(self) -> dict[str, Any]:
        """Parameters of the base environment, as they are written."""
        folder = Path(self.conf_source) / str(self.base_env)
        groups: dict[str, Any] = {}
        for path in sorted(folder.glob("parameters*.yml")):
            groups |= yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return groups


def _full_names(name: str, value: Any) -> Iterator[str]:
    """What was typed: ``--params`` nests values at the dots of their names."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _full_names(f"{name}.{key}", inner)
    else:
        yield name


def _unknown(name: str, known: Iterable[str]) -> str:
    group = name.partition(".")[0]
    hint = (
        suggestion(name, [*known, *setting_names()])
        or suggestion(group, known)
        or f"there are {', '.join(sorted(known))}"
    )
    return f"--params: there is no parameter {name!r}; {hint} (docs/parameters.md lists all)"

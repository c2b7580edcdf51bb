"""A folder as a Kedro project: configurations to change, and the results beside them."""

import shutil
from importlib.metadata import version
from pathlib import Path

from click import ClickException

import kinembed

EXPERIMENT = "recordings"
"""The configuration that the commands run."""
MODELS = Path("data/06_models")
NAMES = Path("data/08_reporting", EXPERIMENT, "names.yml")
SHIPPED = ("logging.yml", "base", "sample", EXPERIMENT)
"""Files and folders of conf/ that a project gets."""
_PYPROJECT = """\
# A Kedro project that runs the pipelines of the installed package kinembed: kedro run
[tool.kedro]
package_name = "kinembed"
project_name = "{name}"
kedro_init_version = "{kedro}"
source_dir = "."
"""


def open_project(folder: Path) -> Path:
    """Take a folder as a project; one that is empty or absent becomes one.

    Parameters
    ----------
    folder : Path
        A project, whose configurations stay as they are, or where one is made.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    ClickException
        When the folder holds other files, or is a file.
    """
    return folder.resolve() if is_project(folder) else make_project(folder, shipped())


def make_project(folder: Path, configurations: Path) -> Path:
    """Make a project that has its configurations to change.

    Parameters
    ----------
    folder : Path
        Where; it is empty or absent.
    configurations : Path
        Folder whose ``base``, ``sample``, ``recordings`` and ``logging.yml`` are copied.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    ClickException
        When the folder holds files already, or is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ClickException(f"{folder} is not empty and no project of kinembed; name another one")
    for name in SHIPPED:
        _copy(configurations / name, folder / "conf" / name)
    text = _PYPROJECT.format(name=folder.resolve().name, kedro=version("kedro"))
    (folder / ".telemetry").write_text("consent: false\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")  # last: it makes the project
    return folder.resolve()


def project_beside(model: Path, folder: Path) -> Path:
    """Take a folder as a project that labels by the model of another one.

    Parameters
    ----------
    model : Path
        The project that holds the model; its configurations and names of clusters are copied.
    folder : Path
        A project, which stays as it is, or where one is made.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    ClickException
        When the folder holds other files, or is a file.
    """
    if not is_project(folder):
        make_project(folder, model / "conf")
    if (model / NAMES).is_file():
        _copy(model / NAMES, folder / NAMES)
    return folder.resolve()


def is_project(folder: Path) -> bool:
    """Find whether a folder is a project.

    Parameters
    ----------
    folder : Path
        Any folder; it may be absent.

    Returns
    -------
    bool
        Whether it has the configurations of one.
    """
    return (folder / "pyproject.toml").is_file() and (folder / "conf" / EXPERIMENT).is_dir()


def shipped() -> Path:
    """Find the configurations that came with the package.

    Returns
    -------
    Path
        ``conf`` in the installed package, or beside ``src`` in a clone.
    """
    package = Path(kinembed.__file__).parent
    installed = package / "conf"
    return installed if installed.is_dir() else package.parents[1] / "conf"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)  # names keep their age

"""What results were made with: versions, the code's state, the processors of this machine.

Nothing here tells whose machine it is: no host name, no user, no path.
"""

import json
import os
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import kinembed

PACKAGES = ("torch", "scikit-learn", "numpy", "scipy")
CPU_INFO = Path("/proc/cpuinfo")
"""Where Linux names the processor, which Python does not."""


@dataclass(frozen=True)
class CodeState:
    """A commit of git, and whether files differ from it.

    Attributes
    ----------
    commit : str
        Hash of the commit that is checked out, 40 hexadecimal digits.
    dirty : bool
        Whether files differ from that commit; files that git does not know count, ignored ones do
        not.
    """

    commit: str
    dirty: bool


def code_state(folder: Path) -> CodeState | None:
    """Find the commit of the checkout that a folder lies in.

    Parameters
    ----------
    folder : Path
        Any folder of the checkout.

    Returns
    -------
    CodeState or None
        The commit and whether files differ from it; None outside a checkout, without a commit or
        without git.
    """
    try:
        commit, changes = (
            subprocess.run(
                ["git", "-C", str(folder), *command], capture_output=True, check=True, text=True
            ).stdout.strip()
            for command in (["rev-parse", "HEAD"], ["status", "--porcelain"])
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return CodeState(commit, bool(changes))


def made_with() -> dict[str, str]:
    """Describe the versions, the code and the processors that make a result.

    Returns
    -------
    dict of str to str
        Version of kinembed, Python and each of PACKAGES; ``commit``, ``processor`` and
        ``accelerator`` in words; in the order in which they are shown.
    """
    found = versions_and_processor()
    processor = found.pop("processor")
    return found | {
        "commit": _commit(),
        "processor": processor,
        "accelerator": _accelerator(),
    }


def versions_and_processor() -> dict[str, str]:
    """Describe versions and processor alone, which takes milliseconds: torch is not imported.

    Returns
    -------
    dict of str to str
        Version of kinembed, Python and each of PACKAGES; ``processor`` in words.
    """
    versions = {"kinembed": kinembed.__version__, "Python": platform.python_version()}
    versions |= {package: version(package) for package in PACKAGES}
    return versions | {"processor": f"{os.cpu_count()} cores, {_processor()}"}


def write_made_with(table: Path) -> None:
    """Store beside a table what it was made with, as ``<name>.made_with.json``.

    Parameters
    ----------
    table : Path
        File of the table.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    content = json.dumps(made_with(), indent=1) + "\n"
    table.with_suffix(".made_with.json").write_text(content, encoding="utf-8")


def _commit() -> str:
    state = code_state(Path(kinembed.__file__).parent)
    if state is None:
        return "unknown (not a checkout of git)"
    return state.commit + (" and changes that are not committed" if state.dirty else "")


def _processor() -> str:
    lines = CPU_INFO.read_text().splitlines() if CPU_INFO.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _accelerator() -> str:
    import torch  # here, because commands that need no network do not wait for it

    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()} (CUDA {torch.version.cuda})"
    return "Apple GPU (MPS)" if torch.backends.mps.is_available() else "none"

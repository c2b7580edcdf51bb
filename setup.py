"""Puts the configurations, which lie beside the package, into the wheel."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = ("logging.yml", "base/*.yml", "sample/*.yml", "recordings/*.yml")
"""Files of conf/ that are installed as kinembed/conf."""


class BuildWithConfigurations(build_py):
    """Copies them with the package; in a clone (``pip install --editable``) they stay."""

    def run(self) -> None:
        """Build the package, then add the configurations."""
        super().run()
        if not self.editable_mode:
            for path in _shipped():
                target = Path(self.build_lib, "kinembed", path)
                self.mkpath(str(target.parent))
                self.copy_file(str(path), str(target))


def _shipped() -> list[Path]:
    return [path for pattern in SHIPPED for path in sorted(Path("conf").glob(pattern))]


setup(cmdclass={"build_py": BuildWithConfigurations})

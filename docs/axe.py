"""Checks all pages of a folder by axe-core, in both colour schemes; the largest take minutes.

make axe
"""

import sys
import tempfile
import time
from pathlib import Path

from helpers.axe import violations
from helpers.browser import browser


def check(path: Path, profile: Path) -> int:
    """Print what is found on a page, and return how much it is."""
    count = 0
    with browser(profile) as page:
        for scheme in ("light", "dark"):
            start = time.monotonic()
            page.look(1280, 900, scheme)
            page.open(path)
            found = violations(page)
            print(f"{path}, {scheme}: {len(found)} ({time.monotonic() - start:.0f} s)", flush=True)
            print(*found, sep="\n", end="\n" if found else "")
            count += len(found)
    return count


def main(folder: Path) -> int:
    """Check the pages, small ones first."""
    pages = sorted(folder.resolve().rglob("*.html"), key=lambda path: path.stat().st_size)
    pages = [path for path in pages if path.name != "404.html"]  # needs styles from /, a server's
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        return sum(check(path, Path(profile)) for path in pages)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0)

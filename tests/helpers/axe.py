"""What axe-core finds on pages: ``PYTHONPATH=tests python -m helpers.axe site`` runs it on a folder."""

import json
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from helpers.browser import Page, browser

FOUND = """axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.html.slice(0, 200)}`)))"""
SCHEMES = ("light", "dark")


def script() -> str | None:
    """axe-core itself, where the package that brings it is installed."""
    try:
        package = distribution("axe-playwright-python")
    except PackageNotFoundError:
        return None
    return Path(str(package.locate_file("axe_playwright_python/axe.min.js"))).read_text()


def violations(page: Page) -> list[str]:
    """Of the page that is open: rule, place and element of each."""
    page.value(f"{script()};0")
    page.value("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)))")
    found: list[str] = page.value(FOUND)
    return found


def main(folder: Path) -> int:
    """Print what is found on each page of a folder, in both colour schemes."""
    count = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for path in sorted(folder.resolve().rglob("*.html")):
            with browser(Path(profile)) as page:
                for scheme in SCHEMES:
                    page.look(1280, 900, scheme)
                    page.open(path)
                    found = violations(page)
                    count += len(found)
                    print(json.dumps({"page": str(path), "scheme": scheme, "found": found}), flush=True)
    return count


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0)

"""What axe-core finds on a page: ``docs/axe.py`` asks it about all pages of the site."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from helpers.browser import Page

FOUND = """axe.run(document, {resultTypes: ['violations'], preload: false}).then((found) =>
    found.violations.flatMap((rule) => rule.nodes.map((node) =>
        `${rule.id}: ${node.target.join(' ')}: ${node.html.slice(0, 200)}`)))"""


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
    found: list[str] = page.value(FOUND)
    return found

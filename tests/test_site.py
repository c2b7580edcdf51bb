"""The site as ``make docs`` builds it: whole, without warnings, with nothing from elsewhere."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from helpers.axe import script, violations
from helpers.browser import browser

pytestmark = pytest.mark.project

ROOT = Path(__file__).parents[1]
PAGES = ["index.html", "method.html", "recordings.html", "tutorials/first_look.html"]
OF_ROOT = ["changelog.html", "code_of_conduct.html", "contributing.html", "report_a_weakness.html"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


@dataclass
class Page(HTMLParser):
    """What a page loads, where it leads to, and the places in it that others lead to."""

    path: Path
    loaded: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)

    def __post_init__(self):
        super().__init__()
        self.feed(self.path.read_text())

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.places.add(given.get("id", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif given.get(LOADED.get(tag, ""), "") and given.get("rel") not in {"prev", "next"}:
            self.loaded.append(given[LOADED[tag]])

    def target(self, link):
        return Path(os.path.normpath(self.path.parent / unquote(urlsplit(link).path)))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}


def test_every_page_of_the_documents_is_there(site, pages):
    assert {site / name for name in PAGES + OF_ROOT} <= set(pages)
    written = list((ROOT / "docs").rglob("*.md"))
    assert len(pages) == len(written) + len(OF_ROOT) + len(NOTEBOOKS)


def test_notebooks_are_pages_with_text_code_and_the_file_itself(site):
    for path in NOTEBOOKS:
        page = (site / f"notebooks/{path.stem}.html").read_text()
        cells = json.loads(path.read_text())["cells"]
        code = sum(cell["cell_type"] == "code" for cell in cells)
        assert page.count('class="highlight"') == code
        assert "</h1>" in page
        assert (site / f"notebooks/{path.name}").read_bytes() == path.read_bytes()


def test_nothing_is_loaded_from_elsewhere(site, pages):
    for path, page in pages.items():
        assert page.loaded
        outside = [name for name in page.loaded if urlsplit(name).scheme not in {"", "data"}]
        assert outside == [], path
        assert [name for name in page.loaded if not page.target(name).is_file()] == [], path
    for sheet in site.rglob("*.css"):
        assert not re.search(r"@import|url\([\"']?(?:https?:)?//", sheet.read_text()), sheet


def test_no_link_leads_nowhere(pages):
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link == ".":
                continue
            target = page.target(link) if parts.path else path
            assert target.is_file(), f"{path}: {link}"
            if target.suffix == ".html" and parts.fragment:
                assert unquote(parts.fragment) in pages[target].places, f"{path}: {link}"


def test_every_module_of_the_library_stands_in_the_reference_once():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (library,) = [
        contract["source_modules"]
        for contract in contracts["contracts"]
        if "kedro" in contract.get("forbidden_modules", [])
    ]
    text = "\n".join(path.read_text() for path in ROOT.glob("docs/reference/*.md"))
    found = Counter(re.findall(r"^::: (\S+)$", text, re.MULTILINE))
    assert found == Counter(library), "docs/reference/: a line '::: <module>' for each"


def test_the_reference_shows_settings_and_sections_of_docstrings(site):
    text = (site / "reference/segmentation.html").read_text()
    assert "principal components that are clustered" in text
    assert "Field(" not in text
    assert not re.search(r":(?:func|class|mod|meth|data):", text)


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_a_browser_asks_nobody_for_anything(site, tmp_path):
    with browser(tmp_path) as page:
        page.look(390, 800, "dark")
        page.open(site / "index.html")
        assert {urlsplit(address).scheme for address in page.requests} <= {"file", "data", "blob"}
        assert page.value("document.querySelector('h1').textContent").startswith("kinembed")
        assert page.value("document.documentElement.scrollWidth") <= 390
        assert page.value("document.body.dataset.mdColorScheme") == "slate"


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
@pytest.mark.skipif(script() is None, reason="axe-playwright-python is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_pages_of_each_kind(site, tmp_path, scheme):
    """``make axe`` checks all of them."""
    with browser(tmp_path) as page:
        page.look(1280, 900, scheme)
        for name in (
            "index.html",
            "faq.html",
            "tutorials/first_look.html",
            "results/appendix/geometry.html",
        ):
            page.open(site / name)
            assert violations(page) == [], name

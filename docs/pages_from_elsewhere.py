"""Hook of the site: pages of what lies outside ``docs/``, documents of the root and notebooks.

Links among all of them are written as in the repository, where they lead from file to file.
"""

import json
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
OF_ROOT = {
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code_of_conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "report_a_weakness.md",
}
NOTE = (
    "This page is the notebook [{name}]({name}), `notebooks/{name}` in a clone. It was not "
    "executed here: tables and figures appear when you run it. In a clone `.venv` is its kernel."
)
TO_NOTEBOOK = re.compile(r"(?<=\]\()\.\./((?:\.\./)*notebooks/\w+)\.ipynb(?=\))")


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Add the pages, and the notebooks themselves to take away."""
    for name, page in OF_ROOT.items():
        text = page_of_root((ROOT / name).read_text())
        files.append(File.generated(config, page, content=text))
    for path in NOTEBOOKS:
        text = page_of_notebook(path)
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=text))
        files.append(File.generated(config, f"notebooks/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Lead to a notebook's page, not out of ``docs/``."""
    return TO_NOTEBOOK.sub(r"\1.md", markdown)


def page_of_root(text: str) -> str:
    """Links as they are within ``docs/``."""
    for name, page in OF_ROOT.items():
        text = text.replace(f"]({name})", f"]({page})")
    return text.replace("](docs/", "](")


def page_of_notebook(path: Path) -> str:
    """Text as it is, code as blocks; the note stands below the title."""
    cells = json.loads(path.read_text())["cells"]
    title, rest = "\n\n".join(map(_block, cells)).split("\n", 1)
    return f"{title}\n\n{NOTE.format(name=path.name)}\n{rest}"


def _block(cell: dict[str, Any]) -> str:
    text = "".join(cell["source"])
    if cell["cell_type"] == "code":
        return f"```python\n{text}\n```"
    return text.replace("](../docs/", "](../")

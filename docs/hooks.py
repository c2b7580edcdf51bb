"""Hooks of the site: links to a folder lead to its page, as they do where files are browsed."""

import re
from typing import Any

FOLDER_LINK = re.compile(r"(?<=\]\()((?:[\w.-]+/)+)(?=\))")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Write ``results/`` as ``results/README.md``."""
    return FOLDER_LINK.sub(r"\1README.md", markdown)

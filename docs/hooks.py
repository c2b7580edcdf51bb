"""Hooks of the site: links to a folder lead to its page; the empty corner of a table is no head."""

import re
from typing import Any

EMPTY_HEAD = re.compile(r"<th( [^>]*)?></th>")
FOLDER_LINK = re.compile(r"(?<=\]\()((?:[\w.-]+/)+)(?=\))")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Write ``results/`` as ``results/README.md``."""
    return FOLDER_LINK.sub(r"\1README.md", markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Make a cell of each head without text."""
    return EMPTY_HEAD.sub(r"<td\1></td>", html)

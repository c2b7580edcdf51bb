"""How docstrings are read for the reference: an extension of griffe, which mkdocstrings uses.

Docstrings here are meant to be read in the code: ``name: what it is`` in one line where numpydoc
wants two, and references such as ``:func:`embed```. Settings say what they mean in pydantic's
``Field(description=...)``.
"""

import ast
import re
from typing import Any

import griffe

SECTION = re.compile(r"^(?:Attributes|Raises)\n-+\n(?:\S.*\n(?:[ \t]+.*\n)*)+", re.MULTILINE)
ENTRY = re.compile(r"^(\w+): +(?=\S)", re.MULTILINE)
ROLE = re.compile(r":[a-z]+:`(?:~[\w.]*\.(?=\w))?([^`]+)`")
LITERAL = re.compile(r"::$", re.MULTILINE)


class Docstrings(griffe.Extension):
    """Docstrings as numpydoc and Markdown want them."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite a docstring when the object is found that has it."""
        if obj.docstring is not None:
            obj.docstring.value = tidied(obj.docstring.value)

    def on_attribute_instance(self, *, attr: griffe.Attribute, **_: Any) -> None:
        """Take the description of a setting for its docstring, and its default for its value."""
        field = attr.value
        if not isinstance(field, griffe.ExprCall) or str(field.function) != "Field":
            return
        named = [one for one in field.arguments if isinstance(one, griffe.ExprKeyword)]
        told = {one.name: str(one.value) for one in named}
        if "description" in told and attr.docstring is None:
            text = ast.literal_eval(told["description"])
            attr.docstring = griffe.Docstring(text, parent=attr, lineno=attr.lineno)
        default = next((one for one in field.arguments if one not in named), None)
        attr.value = default if default is not None else told.get("default_factory")


def tidied(docstring: str) -> str:
    """A docstring with its sections as numpydoc has them, and references as code."""
    sections = SECTION.sub(lambda found: ENTRY.sub(r"\1\n    ", found[0]), f"{docstring}\n")
    return LITERAL.sub(":", ROLE.sub(r"`\1`", sections)).rstrip("\n")

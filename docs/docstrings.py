"""How docstrings are read for the reference: an extension of griffe, which mkdocstrings uses.

Docstrings are numpydoc's, with references such as ``:func:`embed``` that Markdown does not know.
Settings say what they mean in pydantic's ``Field(description=...)``.
"""

import ast
import re
from typing import Any

import griffe

ROLE = re.compile(r":[a-z]+:`(?:~[\w.]*\.(?=\w))?([^`]+)`")
LITERAL = re.compile(r"::$", re.MULTILINE)


class Docstrings(griffe.Extension):
    """Docstrings without roles, and settings with their descriptions and defaults."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite a docstring when the object is found that has it."""
        if obj.docstring is not None:
            obj.docstring.value = without_roles(obj.docstring.value)

    def on_attribute_instance(self, *, attr: griffe.Attribute, **_: Any) -> None:
        """Use the description of a setting as its docstring, and its default as its value."""
        field = attr.value
        if not isinstance(field, griffe.ExprCall) or str(field.function) != "Field":
            return
        named = [one for one in field.arguments if isinstance(one, griffe.ExprKeyword)]
        keywords = {one.name: str(one.value) for one in named}
        if "description" in keywords and attr.docstring is None:
            text = ast.literal_eval(keywords["description"])
            attr.docstring = griffe.Docstring(text, parent=attr, lineno=attr.lineno)
        default = next((one for one in field.arguments if one not in named), None)
        attr.value = default if default is not None else keywords.get("default_factory")


def without_roles(docstring: str) -> str:
    """A docstring whose references are code, and whose literal blocks are indented text alone."""
    return LITERAL.sub(":", ROLE.sub(r"`\1`", docstring))

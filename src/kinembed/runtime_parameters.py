"""What ``--params`` says: Kedro's reading of it, but a name written like a number stays text.

YAML reads ``26_01`` as 2601, ``1e3`` as 1000.0, ``01`` as 1 and ``12:30`` as 750. As text, they are
names where a name is wanted, and pydantic makes numbers of them where a number is.
"""

import re
from typing import Any

import click
from kedro.framework.cli.utils import _split_params

ALTERED = re.compile(
    r"[+-]?(\d[\d_]*_[\d_.]*|0[0-9xob]\w*|[\d.]+e[+-]?\d+|\d+(:\d+)+(\.\d*)?)", re.I
)
"""Text that YAML takes for a number which is written otherwise."""


def split_parameters(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """Split the text of ``--params`` into nested values.

    Parameters
    ----------
    context : click.Context
        The context of the command.
    option : click.Parameter
        The option, for messages.
    value : object
        ``key=value``, joined by commas; or a dict, which is used as it is.

    Returns
    -------
    dict of str to object
        Values by name, nested at the dots of their keys.

    Raises
    ------
    click.UsageError
        When an item has no key or no ``=``.
    """
    if isinstance(value, dict):
        return value
    return _split_params(context, option, ",".join(map(_as_text, str(value).split(","))))


def _as_text(item: str) -> str:
    """An item whose value is put in quotes if YAML would alter it."""
    key, equals, value = item.partition("=")
    return f"{key}{equals}'{value.strip()}'" if ALTERED.fullmatch(value.strip()) else item

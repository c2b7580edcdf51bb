"""Parquet files whose columns are others than they should be, written by pyarrow."""

from io import BytesIO
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ODD_VALUES = (np.nan, np.inf, -np.inf, 1e300, -1e12, 0, -1, 1 << 40, None)
KINDS = ("string", "bool_", "int8", "float16", "binary", "date32", "uint64", "float32", "null")


def mutate_parquet(content: bytes, chance: Random) -> bytes:
    """The table with a column or rows changed; what pyarrow cannot do cuts the file off."""
    try:
        table = pq.read_table(BytesIO(content))
        table = chance.choice(CHANGES)(table, chance.randrange(table.num_columns), chance)
        stream = BytesIO()
        pq.write_table(table, stream)
    except (pa.ArrowException, ValueError, OSError, OverflowError, TypeError, KeyError):
        return content[: chance.randrange(len(content) + 1)]
    return stream.getvalue()


def dropped(table, column, chance):
    return table.remove_column(column)


def renamed(table, column, chance):
    names = [*table.column_names]
    odd = ("", "x", "a_x", "a_X", "\n", "_x", "=1_x", "time", "frame", "ä" * 300, *names)
    names[column] = chance.choice(odd)
    return table.rename_columns(names)


def values_swapped(table, column, chance):
    values = table.column(column).to_pylist()
    share = chance.choice((0.0, 0.3, 1.0))
    odd = chance.choice((*ODD_VALUES, *values))
    place = chance.randrange(len(values) or 1)
    changed = [
        odd if at == place or chance.random() < share else value for at, value in enumerate(values)
    ]
    return table.set_column(column, table.column_names[column], pa.array(changed))


def of_other_kind(table, column, chance):
    kind = getattr(pa, chance.choice(KINDS))()
    new = table.column(column).cast(kind, safe=False)
    return table.set_column(column, table.column_names[column], new)


def wrapped(table, column, chance):
    """Lists, structures or dictionaries where numbers were."""
    values = table.column(column).to_pylist()
    new = chance.choice(
        (
            pa.array([[value] for value in values]),
            pa.array([{"a": value} for value in values]),
            pa.array(values).dictionary_encode(),
        )
    )
    return table.set_column(column, table.column_names[column], new)


def rows_changed(table, column, chance):
    start, stop = sorted(chance.randrange(table.num_rows + 1) for _ in range(2))
    return chance.choice(
        (table.slice(start, stop - start), pa.concat_tables([table, table]), table.slice(0, 0))
    )


CHANGES = (
    *(dropped, renamed, renamed, values_swapped, values_swapped, values_swapped, of_other_kind),
    *(of_other_kind, wrapped, rows_changed),
)

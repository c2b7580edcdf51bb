"""Parquet files of other people, read so that they take no more memory than recordings may.

A column of equal values is tiny in the file, whatever the number of its rows; texts that repeat
stay one text in memory.
"""

from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from kinembed.core.errors import FormatError
from kinembed.core.limits import check_unpacked

_BYTES_OF_VALUE = 8
_BROKEN = (pa.ArrowException, OSError, ValueError)
"""What pyarrow lets out; names that are not UTF-8 are a ValueError."""


def column_names(content: bytes) -> list[str]:
    """Read the names of the columns alone.

    Parameters
    ----------
    content : bytes
        Content of the file.

    Returns
    -------
    list of str
        None for what is no Parquet file.
    """
    try:
        return list(pq.read_schema(BytesIO(content)).names)
    except _BROKEN:
        return []


def read_parquet(content: bytes, *, file: str) -> pa.Table:
    """Read the table of a Parquet file.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    pyarrow.Table
        Columns of texts are dictionaries.

    Raises
    ------
    FormatError
        When it is no Parquet file, or would fill more memory than recordings of its size may.
    """
    try:
        stored = pq.ParquetFile(BytesIO(content))
        check_unpacked(_size(stored.metadata), len(content), file=file, what="its table")
        texts = [one.name for one in stored.schema_arrow if pa.types.is_string(one.type)]
        return pq.read_table(BytesIO(content), read_dictionary=texts)
    except _BROKEN as problem:
        raise FormatError(file, f"expected a Parquet file, but {problem}") from problem


def _size(metadata: pq.FileMetaData) -> int:
    """Bytes in memory: of every value as a number, or as the file says that it unpacks to."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    parts = [group.column(number) for group in groups for number in range(group.num_columns)]
    return sum(
        max(_BYTES_OF_VALUE * part.num_values, part.total_uncompressed_size) for part in parts
    )

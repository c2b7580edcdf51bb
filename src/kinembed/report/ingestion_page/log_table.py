"""The table that the log ends with: one line for each recording."""

from collections.abc import Sequence

from kinembed.report.ingestion_page.rows import RecordingRow

LOGGED = 500
"""Recordings that the log lists, at most; the page has all of them."""
HEAD = (
    "recording",
    "frames",
    "rate (Hz)",
    "duration (s)",
    "frames seen (%)",
    "joints used",
    "left out",
    "longest gap (s)",
)


def log_table(rows: Sequence[RecordingRow]) -> str:
    """Tabulate recordings as text.

    Parameters
    ----------
    rows : sequence of RecordingRow
        At least one.

    Returns
    -------
    str
        Lines of equal columns: a heading, and a line for each recording.
    """
    lines = [HEAD, *map(_cells, rows[:LOGGED])]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = [_line(cells, widths) for cells in lines]
    if len(rows) > LOGGED:
        table.append(f"and {len(rows) - LOGGED} more recordings, which the page lists")
    return "\n".join(table)


def _cells(row: RecordingRow) -> tuple[str, ...]:
    brought = "" if row.frame_rate == row.common_rate else f" -> {row.common_rate:g}"
    return (
        row.name,
        f"{row.frames}",
        f"{row.frame_rate:g}{brought}",
        f"{row.duration_s:.1f}",
        f"{100 * (1 - row.lost_share):.1f}",
        f"{row.joints_used}",
        f"{row.left_out}",
        f"{row.longest_gap_s:.2f}",
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = cells
    first, *others = widths
    padded = [number.rjust(width) for number, width in zip(numbers, others, strict=True)]
    return "  ".join([name.ljust(first), *padded])

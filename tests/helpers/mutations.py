"""Files that are almost right: mutations that know what texts and binary files consist of.

Each takes the content and a source of chance: :class:`random.Random`, or what
``hypothesis.strategies.randoms`` draws. What the content is, its bytes tell.
"""

import gzip
import re
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from random import Random

import numpy as np
from helpers.mutated_hdf5 import mutate_hdf5
from helpers.mutated_tables import mutate_parquet
from scipy.io import savemat
from scipy.sparse import csc_array

Mutation = Callable[[str, Random], str]
ODD_NUMBERS = (
    *("0", "-0", "1", "-1", "0.5", "1e-320", "1e30", "-1e30", "1e308", "1e400", "-1e400", "1e9"),
    *("1000000001", "1e6", "65536", "2147483648", "-9223372036854775809", "18446744073709551616"),
    *(
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1e",
        "--1",
        "0x10",
        "1_000",
        "1,5",
        "1.5.2",
        "+1",
        "\u0661",
    ),
    *("9" * 400, "0." + "0" * 400 + "1", "1e999999999", "True", "null"),
)
ODD_TEXTS = (
    *(
        "",
        " ",
        "\t",
        '"',
        "'",
        "''",
        ",",
        ";",
        "\n",
        "\r",
        "\x00",
        "\x0b",
        "\x85",
        "\u2028",
        "\ufeff",
    ),
    *("a\nb", "../../x", "=1+1", "<script>", "%s%n", "\u202e", "\U0001f980", "ä" * 300, "x" * 5000),
    *("{", "}", "[", "]", "[" * 200, "#", ":", "_x", "_likelihood", "single", "nan_x", "&a", "*a"),
)
ODD_BYTES = (b"\x00", b"\xff", b"\x80", b"\x7f", b"\n", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80")
WORDS = re.compile(r"[^\W\d][\w.]*")
NUMBERS = re.compile(r"[+-]?\d+\.?\d*(?:[eE][+-]?\d+)?")
TOKENS = re.compile(r"\s+|[\w.+-]+|.")
MAT_NAMES = ("pred", "p_max", "sampleID", "expmapchannels")
MAT_VALUES = (
    *(np.zeros((3, 96)), np.full((3, 96), np.nan), np.full((2, 96), 1e30), np.zeros((0, 96))),
    *(np.ones((6, 3, 4)), np.full((6, 3, 4), np.inf), np.ones((6, 2, 3, 4)), np.ones((6, 3, 1200))),
    *(np.ones((6, 3, 4), np.complex128), np.ones((6, 3, 4), np.int8), np.ones((3, 96), bool)),
    *(
        np.ones((6, 4)),
        np.arange(6.0),
        np.arange(6.0) * 1e9,
        np.arange(6.0)[::-1],
        np.zeros((0, 0)),
    ),
    *("text", "", {"a": 1.0}, np.array([[1, "x"]], dtype=object), csc_array(np.eye(3)), 5.0),
)
GZIP, HDF5, PARQUET = b"\x1f\x8b", b"\x89HDF", b"PAR1"
MOST_MUTATIONS = 4


def mutant(content: bytes, chance: Random) -> bytes:
    """The content with one to four mutations; most mutants have one."""
    for _ in range(MOST_MUTATIONS):
        content = mutated(content, chance)
        if not content or chance.random() < 0.6:
            break
    return content


def mutated(content: bytes, chance: Random) -> bytes:
    """The content with one mutation that fits what it is, now and then with one of plain bytes."""
    if chance.random() < 0.15:
        return bytes_mutated(content, chance)
    if content.startswith(GZIP):
        return gzip_mutated(content, chance)
    if HDF5 in content[:1024]:
        return mutate_hdf5(content, chance)
    if content.startswith(PARQUET):
        return mutate_parquet(content, chance)
    if content.startswith(b"MATLAB"):
        return mat_mutated(content, chance)
    if b"\x00" in content[:1024]:
        return bytes_mutated(content, chance)
    return text_mutated(content, chance)


def text_mutated(content: bytes, chance: Random) -> bytes:
    if chance.random() < 0.05:
        return encoded_otherwise(content, chance)
    text = content.decode("utf-8", "surrogateescape")
    return chance.choice(OF_TEXT)(text, chance).encode("utf-8", "surrogateescape")


def encoded_otherwise(content: bytes, chance: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp037"))
    return text.encode(encoding, "replace")


def number_swapped(text: str, chance: Random) -> str:
    return replaced(text, NUMBERS, lambda _: chance.choice(ODD_NUMBERS), chance)


def number_nudged(text: str, chance: Random) -> str:
    """Counts that are off by one, and numbers of another size."""

    def nudged(found: str) -> str:
        value = float(found) * chance.choice((1, 1, 2, -1, 1000, 1e-3)) + chance.choice((0, 1, -1))
        return f"{value:.17g}"

    return replaced(text, NUMBERS, nudged, chance)


def all_numbers_swapped(text: str, chance: Random) -> str:
    odd, share = chance.choice(ODD_NUMBERS), chance.choice((0.1, 0.5, 1.0))
    return NUMBERS.sub(lambda found: odd if chance.random() < share else found[0], text)


def word_renamed(text: str, chance: Random) -> str:
    words = [*WORDS.findall(text)[:2000], *ODD_TEXTS]
    return replaced(text, WORDS, lambda _: chance.choice(words), chance)


def word_renamed_throughout(text: str, chance: Random) -> str:
    words = WORDS.findall(text)
    if not words:
        return text
    return text.replace(chance.choice(words), chance.choice((*words, *ODD_TEXTS)))


def token_dropped(text: str, chance: Random) -> str:
    return replaced(text, TOKENS, lambda _: "", chance)


def token_swapped(text: str, chance: Random) -> str:
    return replaced(text, TOKENS, lambda _: chance.choice(ODD_TEXTS), chance)


def line_dropped(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True)
    start = chance.randrange(len(lines) + 1)
    return "".join(lines[:start] + lines[start + chance.randrange(1, 4) :])


def line_doubled(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    at, times = chance.randrange(len(lines)), chance.choice((1, 1, 1, 2, 50))
    return "".join(lines[:at] + [lines[at]] * times + lines[at:])


def lines_exchanged(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def cut_off(text: str, chance: Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def ends_changed(text: str, chance: Random) -> str:
    end = chance.choice(("\r\n", "\r", "\n\n", "\n \n", "", "\x0b", "\u2028", "\x00"))
    return text.replace("\n", end)


def separator_changed(text: str, chance: Random) -> str:
    old = chance.choice((",", "\t", " ", ":", "\n", "."))
    return text.replace(old, chance.choice((",", "\t", " ", ";", "", ",,", ", ", '"')))


def nested(text: str, chance: Random) -> str:
    """As deep in one another as recursion does not reach."""
    opening, closing = chance.choice(
        (("[", "]"), ("{", "}"), ('{"a":', "}"), ("\n- ", ""), ("(", ")"))
    )
    times, at = chance.choice((1, 5, 40, 2000)), chance.randrange(len(text) + 1)
    return text[:at] + opening * times + text[at:] + closing * times


def slice_moved(text: str, chance: Random) -> str:
    start, stop = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    stop, at = min(stop, start + 500), chance.randrange(len(text) + 1)
    return text[:at] + text[start:stop] + text[at:]


OF_TEXT: tuple[Mutation, ...] = (
    *(number_swapped, number_swapped, number_nudged, number_nudged, all_numbers_swapped),
    *(word_renamed, word_renamed, word_renamed_throughout, token_dropped, token_swapped),
    *(line_dropped, line_doubled, lines_exchanged, cut_off, ends_changed, separator_changed),
    *(nested, slice_moved),
)


def replaced(text: str, pattern: re.Pattern[str], new: Callable[[str], str], chance: Random) -> str:
    """One of the matches of a pattern gives way to another text."""
    found = [match.span() for match in pattern.finditer(text[:100_000])]
    if not found:
        return text
    start, stop = found[chance.randrange(len(found))]
    return text[:start] + new(text[start:stop]) + text[stop:]


def bytes_mutated(content: bytes, chance: Random) -> bytes:
    return chance.choice(OF_BYTES)(content, chance)


def place_in(content: bytes, chance: Random) -> int:
    """Anywhere, but rather where headers are."""
    reach = chance.choice((64, 512, 2048, len(content), len(content)))
    return chance.randrange(min(reach, len(content)) or 1)


def bit_flipped(content: bytes, chance: Random) -> bytes:
    changed, at = bytearray(content), place_in(content, chance)
    changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


def field_swapped(content: bytes, chance: Random) -> bytes:
    """An extreme number of one to eight bytes, in either order of bytes, at a field's place."""
    size = chance.choice((1, 2, 4, 8))
    at = place_in(content, chance) // size * size
    extreme = chance.choice((0, 1, 2, 127, 128, 255, 256, 1 << 8 * size - 1, (1 << 8 * size) - 1))
    order = chance.choice(("little", "big"))
    new = (extreme % (1 << 8 * size)).to_bytes(size, order)
    return content[:at] + new + content[at + size :]


def real_swapped(content: bytes, chance: Random) -> bytes:
    kind = chance.choice(("<f", "<d", ">f", ">d"))
    size = struct.calcsize(kind)
    at = place_in(content, chance) // size * size
    extreme = chance.choice((0.0, -1.0, np.nan, np.inf, -np.inf, 3e38, 1e-40))
    return content[:at] + struct.pack(kind, extreme) + content[at + size :]


def odd_put_in(content: bytes, chance: Random) -> bytes:
    at, odd = place_in(content, chance), chance.choice(ODD_BYTES)
    return content[:at] + odd + content[at + chance.choice((0, len(odd))) :]


def bytes_cut_off(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def slice_doubled(content: bytes, chance: Random) -> bytes:
    start, length = place_in(content, chance), chance.choice((1, 4, 16, 512, len(content)))
    return content[: start + length] + content[start:]


def slice_dropped(content: bytes, chance: Random) -> bytes:
    start, length = place_in(content, chance), chance.choice((1, 4, 16, 512))
    return content[:start] + content[start + length :]


OF_BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(bit_flipped, field_swapped, field_swapped, real_swapped, odd_put_in, bytes_cut_off),
    *(slice_doubled, slice_dropped),
)


def gzip_mutated(content: bytes, chance: Random) -> bytes:
    """A mutant of what is compressed, compressed again."""
    try:
        inside = gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return bytes_mutated(content, chance)
    return gzip.compress(mutated(inside, chance), 1)


def mat_mutated(content: bytes, chance: Random) -> bytes:
    """A mutant of one compressed variable of a MATLAB file before 7.3, compressed again."""
    if chance.random() < 0.3:
        return mat_of_other_arrays(chance)
    elements = list(mat_elements(content))
    if not elements:
        return bytes_mutated(content, chance)
    start, packed = elements[chance.randrange(len(elements))]
    try:
        inside = zlib.decompress(packed)
    except zlib.error:
        return bytes_mutated(content, chance)
    changed = zlib.compress(bytes_mutated(inside, chance), 1)
    tag = struct.pack("<II", 15, len(changed))
    return content[:start] + tag + changed + content[start + 8 + len(packed) :]


def mat_of_other_arrays(chance: Random) -> bytes:
    """Well-formed files whose variables have other shapes and kinds than recordings."""
    stream = BytesIO()
    names = [name for name in MAT_NAMES if chance.random() < 0.6]
    savemat(stream, {name: chance.choice(MAT_VALUES) for name in names})
    return stream.getvalue()


def mat_elements(content: bytes):
    """Place and content of each compressed element."""
    at = 128
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<II", content, at)
        if kind == 15:
            yield at, content[at + 8 : at + 8 + length]
        at += 8 + length

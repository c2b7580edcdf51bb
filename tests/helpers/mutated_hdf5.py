"""HDF5 files whose objects are others than they should be, written by h5py."""

from io import BytesIO
from random import Random

import numpy as np

ODD_VALUES = (np.nan, np.inf, -np.inf, 1e300, -1e300, 1e12, 0, -1, 1 << 40)
ODD_ATTRIBUTES = (
    *("", "x", "ä" * 300, "a\nb", b"\xff\xfe", b"", "[" * 500, '{"a": 1}', "[]", "nan", "1e400"),
    *(0, -1, 3, 1 << 40, np.nan, np.inf, 1e300, True, np.arange(3), np.zeros((2, 2)), np.zeros(0)),
)
MOST_BYTES, DEEPEST = 1 << 20, 8
KINDS = ("f4", "f2", "i8", "i1", "u8", "?", "c16", "S3", "S0", "O", ">f8", "V3")


def mutate_hdf5(content: bytes, chance: Random) -> bytes:
    """The file with one object or attribute changed; a file that h5py cannot open stays."""
    import h5py

    stream = BytesIO(content)
    try:
        with h5py.File(stream, "r+") as file:
            objects: list[str] = []
            file.visit(objects.append)
            chance.choice(CHANGES)(file, chance.choice(objects) if objects else "/", chance)
    except Exception:
        return content[: chance.randrange(len(content) + 1)]
    return stream.getvalue()


def dropped(file, name, chance):
    del file[name]


def renamed(file, name, chance):
    file.move(name, name + chance.choice(("2", "/a", "\n", "ä" * 100, ".")))


def copied(file, name, chance):
    """A second one: of another name, or in another group."""
    file.copy(name, chance.choice(("copy", f"{name}_copy", "tracks", "processing/copy")))


def linked(file, name, chance):
    """A link in its place: to nothing, to the root, to itself, into another file."""
    import h5py

    del file[name]
    target = chance.choice(("nowhere", "/", name))
    into = h5py.ExternalLink("/etc/hostname", "/") if chance.random() < 0.2 else None
    file[name] = into or h5py.SoftLink(target)


def emptied(file, name, chance):
    """A group where a dataset was, or the other way round."""
    import h5py

    was_group = isinstance(file[name], h5py.Group)
    kept = dict(file[name].attrs)
    del file[name]
    made = file.create_dataset(name, data=np.arange(6.0)) if was_group else file.create_group(name)
    made.attrs.update(kept)


def attribute_changed(file, name, chance):
    of = file[name] if chance.random() < 0.9 else file
    if not of.attrs:
        of.attrs["dims"] = chance.choice(ODD_ATTRIBUTES)
        return
    key = chance.choice(sorted(of.attrs))
    value = chance.choice((*ODD_ATTRIBUTES, *(of.attrs[other] for other in sorted(of.attrs))))
    del of.attrs[key]
    if chance.random() < 0.75:
        of.attrs[key] = value


def shaped_otherwise(file, name, chance):
    values = array_of(file, name)
    shapes = (
        *(values.ravel(), values.T, values[None], values[..., None], values[:0], values[:1]),
        *(values[..., :1], values[:-1], np.concatenate([values, values]), values.ravel()[:1]),
        np.moveaxis(values, 0, -1) if values.ndim else values,
    )
    put(file, name, chance.choice(shapes))


def of_other_kind(file, name, chance):
    kind = chance.choice(KINDS)
    values = array_of(file, name)
    if kind == "O":
        import h5py

        put(file, name, np.array([str(one) for one in values.ravel()], h5py.string_dtype()))
    else:
        put(file, name, values.astype(kind))


def values_swapped(file, name, chance):
    values = array_of(file, name).copy()
    odd, share = chance.choice(ODD_VALUES), chance.choice((0.0, 0.1, 1.0))
    flat = values.ravel()
    places = [at for at in range(min(len(flat), 500)) if chance.random() < share]
    places = places or [chance.randrange(len(flat))]
    if values.dtype.kind in "fiu":
        flat[places] = np.array(odd).astype(values.dtype)
    else:
        flat[places] = chance.choice((b"", b"x", b"\xff\n", b"y" * 300))
    put(file, name, values)


def declared_larger(file, name, chance):
    """A chunked dataset that declares far more than is stored."""
    values = array_of(file, name)
    first = chance.choice((1000, 10**6, 10**9, 10**13))
    kept = dict(file[name].attrs)
    del file[name]
    shape = (first, *values.shape[1:])
    chunks = tuple(max(1, min(length, 16)) for length in shape)
    made = file.create_dataset(name, shape, "f8", chunks=chunks, compression="gzip")
    made.attrs.update(kept)


CHANGES = (
    *(dropped, renamed, copied, linked, emptied, attribute_changed, attribute_changed),
    *(shaped_otherwise, shaped_otherwise, of_other_kind, values_swapped, values_swapped),
    *(values_swapped, declared_larger),
)


def array_of(file, name):
    """The values of a dataset; of a group those of one that lies in it."""
    import h5py

    for _ in range(DEEPEST):  # an earlier mutation may have linked a group to itself
        if isinstance(file[name], h5py.Group):
            name = f"{name}/{next(iter(file[name]))}"
    if file[name].nbytes > MOST_BYTES:
        raise ValueError("an earlier mutation declared it too large to be changed")
    return np.atleast_1d(file[name][()])


def put(file, name, values):
    """Values in the place of others, with their attributes."""
    kept = dict(file[name].attrs)
    del file[name]
    file[name] = values
    file[name].attrs.update(kept)

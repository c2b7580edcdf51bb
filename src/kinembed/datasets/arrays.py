"""Embeddings and projections as safetensors files."""

import json
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from kinembed.core.errors import MALFORMED, FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.segmentation.embedding import Embeddings, Projection
from kinembed.segmentation.principal_components import BASIS_ARRAYS, basis_arrays, basis_of


def _load(content: bytes, file: str, names: set[str], *optional: str) -> dict[str, Any]:
    try:
        arrays: dict[str, Any] = load(content)
    except (SafetensorError, ValueError, json.JSONDecodeError) as error:
        raise FormatError(file, f"not a file of stored arrays ({error})") from error
    if set(arrays).difference(optional) != names:
        raise FormatError(file, f"expected arrays {sorted(names)}, found {sorted(arrays)}")
    return arrays


def _embeddings(arrays: dict[str, Any]) -> Embeddings:
    return Embeddings(
        arrays["values"].astype(np.float64),
        arrays["frame_index"],
        int(arrays["frame_count"][0]),
        float(arrays["frame_rate"][0]),
        tuple(arrays["cuts"].tolist()) if "cuts" in arrays else (),
        basis_of(arrays),
        arrays.get("seen"),
    )


class EmbeddingsDataset(RecordDataset[Embeddings]):
    """Values in single precision, as the network computed them."""

    def encode(self, record: Embeddings) -> bytes:
        """Encode an embedding.

        Arrays have the names of the record's fields; scalars are arrays of one element.

        Parameters
        ----------
        record : Embeddings
            Its values, shape (rows, dimensions), are stored in single precision.

        Returns
        -------
        bytes
            Content of a safetensors file.
        """
        content: bytes = save(
            {
                "values": np.ascontiguousarray(record.values, dtype=np.float32),
                "frame_index": np.ascontiguousarray(record.frame_index),
                "frame_count": np.array([record.frame_count]),
                "frame_rate": np.array([record.frame_rate]),
                "cuts": np.array(record.cuts, dtype=np.int64),
            }
            | basis_arrays(record.basis)
            | ({} if record.seen is None else {"seen": record.seen})
        )
        return content

    def decode(self, content: bytes, file: str) -> Embeddings:
        """Decode an embedding; inverse of :meth:`encode`.

        Files of earlier versions may lack cuts and basis.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        Embeddings
            Values in double precision; no cuts, and None as the basis, where the file has none.

        Raises
        ------
        FormatError
            When `content` is no safetensors file, or its arrays are not those of an embedding.
        """
        names = {"values", "frame_index", "frame_count", "frame_rate"}
        arrays = _load(content, file, names, "cuts", "seen", *BASIS_ARRAYS)
        try:
            return _embeddings(arrays)
        except MALFORMED as error:
            raise FormatError(file, f"not a stored embedding ({error})") from error


class ProjectionDataset(RecordDataset[Projection]):
    """Components, the frames they stand for, and their shares of variance."""

    def encode(self, record: Projection) -> bytes:
        """Encode a projection as three arrays, which have the names of the record's fields.

        Parameters
        ----------
        record : Projection
            Its values have the shape (rows, components).

        Returns
        -------
        bytes
            Content of a safetensors file.
        """
        content: bytes = save(
            {
                "values": np.ascontiguousarray(record.values),
                "frame_index": np.ascontiguousarray(record.frame_index),
                "explained_variance": np.ascontiguousarray(record.explained_variance),
            }
        )
        return content

    def decode(self, content: bytes, file: str) -> Projection:
        """Decode a projection; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        Projection
            Values, frames and explained variance as they were saved.

        Raises
        ------
        FormatError
            When `content` is no safetensors file, or has other arrays than those of a projection.
        """
        return Projection(**_load(content, file, {"values", "frame_index", "explained_variance"}))

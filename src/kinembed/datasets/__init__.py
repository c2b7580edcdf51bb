"""How the library's records are stored: the types that the catalog names."""

from importlib import import_module
from typing import Any

_MODULES = {
    "CSVDataset": "csv_tables",
    "CheckpointsDataset": "checkpoints",
    "ClipsDataset": "clips",
    "ClusterModelDataset": "cluster_model",
    "EmbeddingsDataset": "arrays",
    "FilesDataset": "files",
    "JSONDataset": "json_files",
    "MaximisedDataset": "maximised",
    "ModelAssignmentDataset": "model_assignment",
    "ModelDataset": "model",
    "MotionDataset": "motion",
    "NamesDataset": "names",
    "FrameFeaturesDataset": "video",
    "OptionalCSVDataset": "csv_tables",
    "ParquetDataset": "parquet_tables",
    "PicturesDataset": "two_stream",
    "ProjectionDataset": "arrays",
    "PyfuncDataset": "pyfunc",
    "ActionClassifierDataset": "action_classifier",
    "SegmentationsDataset": "segmentations",
    "StoredProvenance": "stored_provenance",
    "StoredTables": "tables",
    "TextDataset": "text_files",
    "TimeScaleDataset": "time_scale",
    "TwoStreamDataset": "two_stream",
    "VersionedPartitions": "partitions",
    "VideoDataDataset": "video",
    "VideoModelDataset": "video",
}


def __getattr__(name: str) -> Any:
    """A dataset type, its module imported when the catalog first needs it (one needs torch)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_MODULES)

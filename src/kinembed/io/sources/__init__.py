"""Where recordings come from: a folder of the user's, or files that somebody published.

A trial has up to three raw files, its *roles*: the motion, the skeleton that it moves (an AMC file
says nothing about it) and the annotation. All three carry the name of the trial.
"""

from kinembed.io.sources.annotation_folder import with_annotations
from kinembed.io.sources.archive import acquire_archive
from kinembed.io.sources.folder import acquire_folder, acquire_tree
from kinembed.io.sources.records import Absent, Acquired, RawFile, Role, fingerprint
from kinembed.io.sources.registry import (
    RegistryEntry,
    acquire_registry,
    load_registry,
    parse_registry,
    select,
)

__all__ = [
    "Absent",
    "Acquired",
    "RawFile",
    "RegistryEntry",
    "Role",
    "acquire_archive",
    "acquire_folder",
    "acquire_registry",
    "acquire_tree",
    "fingerprint",
    "load_registry",
    "parse_registry",
    "select",
    "with_annotations",
]

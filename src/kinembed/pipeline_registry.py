"""The pipelines by name; ``kedro run`` runs all stages in order, but not what lies beside them.

A pipeline is imported when it is asked for: together they need ten seconds of processor time.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from kedro.pipeline import Pipeline

from kinembed.core.errors import KinembedError
from kinembed.core.renames import warn

STAGES = (
    "ingestion",
    "expmap",
    "concatenation",
    "training",
    "embedding",
    "clustering",
    "evaluation",
    "reporting",
)
# They use results of the stages, and run when they are asked for.
BESIDE = (
    "baseline_comparison",
    "inference",
    "interpretation",
    "published_loss_cuts",
    "published_annotated_cuts",
    "separability_study",
    "ablation",
    "stability",
    "results",
    "recognition",
    "geometry",
    "maximisation",
    "frame_features",
    "video",
    "transfer",
    "few_shot",
)
# They make what another pipeline makes, of other networks or data: name -> package, function.
VARIANTS = {
    "maximisation_seq2seq": ("maximisation", "create_seq2seq_pipeline"),
    "maximisation_two_stream": ("maximisation", "create_two_stream_pipeline"),
    "two_stream": ("recognition", "create_two_stream_pipeline"),
    "two_stream_videos": ("recognition", "create_videos_pipeline"),
}
# Earlier names, accepted for one release.
EARLIER = {
    "benchmark": "baseline_comparison",
    "convergence": "separability_study",
    "few_labels": "few_shot",
    "percepts": "frame_features",
    "sweep": "ablation",
    "two_stream_films": "two_stream_videos",
}
DEFAULT = "__default__"
NAMES = (DEFAULT, *STAGES, *BESIDE, *VARIANTS)
VIEWER = "kedro_viz.server"
"""Imported where Kedro-Viz draws. There each stage is a namespace, which it shows as one box until
a click opens it; in runs, nodes keep their short names."""


class UnknownPipelineError(KinembedError, KeyError):
    """A pipeline of that name is not registered."""

    __str__ = Exception.__str__  # a KeyError shows the representation of its key


class LazyPipelines(Mapping[str, Pipeline]):
    """Pipelines by name, each imported when it is first asked for."""

    def __getitem__(self, name: str) -> Pipeline:
        if name in EARLIER:
            warn(f"pipeline {name!r} is now called {EARLIER[name]!r}")
        return _pipeline(EARLIER.get(name, name))

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


def register_pipelines() -> LazyPipelines:
    """Name the pipelines.

    Returns
    -------
    LazyPipelines
        One pipeline per stage, ``__default__`` for all of them, and those beside them.
    """
    return LazyPipelines()


@cache
def _pipeline(name: str) -> Pipeline:
    if name == DEFAULT:
        return sum(map(_stage, STAGES), Pipeline([]))
    if name not in NAMES:
        raise UnknownPipelineError(f"there is no pipeline {name!r}; there are {', '.join(NAMES)}")
    package, create = VARIANTS.get(name, (name, "create_pipeline"))
    made: Pipeline = getattr(import_module(f"kinembed.pipelines.{package}"), create)()
    return made


def _stage(name: str) -> Pipeline:
    """One of the default pipeline, in a box of its own where it is drawn."""
    stage = _pipeline(name)
    if VIEWER not in sys.modules:
        return stage
    return Pipeline(stage, namespace=name, prefix_datasets_with_namespace=False)

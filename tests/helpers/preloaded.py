"""What the server of `helpers.forked` imports and prepares before it forks.

Kedro and this project are not among it: they read the environment when imported.
"""

import gc
from contextlib import suppress
from importlib import import_module
from io import StringIO
from pathlib import Path

from helpers.parsed import keep_parsed
from omegaconf import OmegaConf

CONFIGURATION = Path(__file__).parents[2] / "conf"

LIBRARIES = [
    "cv2",
    "fastapi",
    "flask",
    "fsspec.implementations.local",
    "hmmlearn.hmm",
    "ipykernel.kernelapp",
    "IPython",
    "jinja2",
    "matplotlib.backends.backend_agg",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "mlflow.pyfunc",
    "mlflow.store.tracking.sqlalchemy_store",
    "mpl_toolkits.mplot3d",
    "omegaconf",
    "pandas",
    "PIL.GifImagePlugin",
    "PIL.PngImagePlugin",
    "plotly.express",
    "plotly.graph_objects",
    "pooch",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "pydantic",
    "ruptures",
    "safetensors.torch",
    "scipy.interpolate",
    "scipy.io",
    "scipy.signal",
    "scipy.stats",
    "scipy.cluster.hierarchy",
    "sklearn.cluster",
    "sklearn.datasets",
    "sklearn.decomposition",
    "sklearn.gaussian_process",
    "sklearn.kernel_approximation",
    "sklearn.metrics",
    "sklearn.mixture",
    "sympy",
    "torch._dynamo",
    "xarray",
]


def draw_plotly() -> None:
    """Each property of a figure is checked by a module of its own: some 800 small files."""
    from plotly import graph_objects

    axis = {"title": {"text": "x"}, "showgrid": False, "range": [0, 1], "visible": True}
    marker = {"size": 3, "color": [1], "colorscale": [[0, "#000"], [1, "#fff"]], "opacity": 1}
    traces = [
        kind(x=[1], y=[2], mode="lines", name="a", line={"color": "#000"}, marker=marker, **more)
        for kind, more in ((graph_objects.Scatter, {}), (graph_objects.Scatter3d, {"z": [3]}))
    ]
    figure = graph_objects.Figure(traces)
    figure.update_layout(title={"text": "a"}, xaxis=axis, yaxis=axis, template="plotly_white")
    figure.update_layout(scene={"xaxis": axis, "yaxis": axis, "zaxis": axis}, legend={"x": 1})
    figure.to_html(include_plotlyjs=False)


def list_packages() -> None:
    """MLflow looks through the files of all installed packages when it stores a first model."""
    from mlflow.utils import requirements_utils

    requirements_utils._init_modules_to_packages_map()


def parse_configuration() -> None:
    """A copy of the project has the same."""
    keep_parsed()
    for path in CONFIGURATION.rglob("*.yml"):
        OmegaConf.load(StringIO(path.read_text(encoding="utf-8")))


gc.disable()  # everything stays; looking through it takes a fifth of the time
for library in LIBRARIES:
    with suppress(ImportError):  # without the extras: it is imported by nothing then
        import_module(library)
draw_plotly()
list_packages()
parse_configuration()
gc.freeze()
gc.enable()

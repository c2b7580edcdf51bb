"""Maps of what an action classifier uses in clips, layer by layer, and tests of these maps.

Maps (L-STG-GradCAM) are those of the behaviour that a clip shows, whatever a network assigns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from pydantic import Field, PositiveFloat, PositiveInt

from kinembed.analysis.layer_geometry import grad_cam
from kinembed.analysis.layer_geometry.occlusion import Map, Occluder, occlusion_drops
from kinembed.analysis.layer_geometry.stability import noise_correlations, rank_correlation
from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.networks.stgcn import StGcn
from kinembed.recognition.skeleton.clips import Clips, Positions, held, recorded_rows
from kinembed.recognition.skeleton.model import ActionClassifier
from kinembed.training.devices import resolve_device

TESTS = (
    *("joints_most", "joints_random", "joints_least"),
    *("places_most", "places_random", "places_least"),  # a stored name of cells
    *("noise_rank", "empty"),
)
"""Of a map: drops of the behaviour's probability where joints, or single cells, are hidden that
matter most, any, or least; rank correlation with maps under noise; 1 where the map is all zero."""


class MapParameters(Parameters):
    """How maps are tested and drawn.

    Attributes
    ----------
    hidden_joints : int
        Joints that an occlusion hides.
    random_draws : int
        Random choices of as many joints, for comparison.
    noise : float
        Standard deviation of the noise added to positions, in standard deviations of all of them.
    noise_draws : int
        Maps of one clip under noise.
    bins : int
        Equal intervals of a clip's time in a mean over clips.
    layers : tuple of str
        Layers that are drawn side by side.
    """

    hidden_joints: PositiveInt = Field(6, description="that an occlusion hides")
    random_draws: PositiveInt = Field(10, description="of as many joints, for comparison")
    noise: PositiveFloat = Field(
        0.02, description="added to positions, in standard deviations of all of them"
    )
    noise_draws: PositiveInt = Field(5, description="maps of one clip, each with other noise")
    bins: PositiveInt = Field(20, description="intervals of a clip's time in a mean over clips")
    layers: tuple[str, ...] = Field(
        ("input", "blocks.3", "blocks.6", "blocks.9"),
        min_length=1,
        description="that are drawn side by side",
    )


@dataclass(frozen=True, eq=False)
class ClipMaps:
    """Maps of some clips at each layer, and their tests.

    Attributes
    ----------
    seed : int
        Of the network that the maps are from.
    maps : mapping of str to tuple of ndarray of float, shape (rows, joints)
        Layer -> map of each clip, at least 0, of recorded frames alone. The first layers have a row
        for each frame, later ones for two or four.
    tests : DataFrame
        A row for each clip and layer, clip by clip. Columns ``clip``, ``behaviour``, ``layer`` and
        TESTS.
    """

    seed: int
    maps: Mapping[str, tuple[Map, ...]]
    tests: pd.DataFrame


def clip_maps(
    action_classifier: ActionClassifier,
    clips: Clips,
    labels: Sequence[str],
    parameters: MapParameters,
) -> ClipMaps:
    """Compute maps of each clip at each block, for the behaviour it shows, and test them.

    Maps are L-STG-GradCAM (Das, Shekkizhar & Ortega, arXiv 2312.07777); tests hide joints and add
    noise.

    Parameters
    ----------
    action_classifier : ActionClassifier
        Its network is set to evaluate; its seed determines what is hidden at random and the noise.
    clips : Clips
        Clips of the network's skeleton and frame rate.
    labels : sequence of str
        Behaviour of each clip.
    parameters : MapParameters
        How many joints are hidden, how often, and how strong the noise is.

    Returns
    -------
    ClipMaps
        Of all clips, in their order.

    Raises
    ------
    DataError
        When the network does not know a behaviour, a clip is shorter than the network's kernel, or
        all joints or more were to be hidden.
    ValueError
        When there is not one label for each clip.
    """
    clips.check_lengths()
    codes = _codes(action_classifier, labels)
    mapper = _Mapper.of(action_classifier, clips, parameters)
    found = [mapper.map_and_test(*one) for one in zip(clips.positions, codes, strict=True)]
    rows = [
        {"clip": name, "behaviour": label, "layer": layer} | dict(zip(TESTS, tests, strict=True))
        for name, label, by_layer in zip(clips.names, labels, found, strict=True)
        for layer, (_, tests) in by_layer.items()
    ]
    maps = {
        layer: tuple(by_layer[layer][0] for by_layer in found)
        for layer in action_classifier.network.layers
    }
    return ClipMaps(action_classifier.seed, maps, pd.DataFrame(rows))


@dataclass(frozen=True, eq=False)
class _Mapper:
    """A network and what tests of its maps need."""

    network: StGcn
    occluder: Occluder
    noise: float
    noise_draws: int
    frames: int
    generator: np.random.Generator

    @classmethod
    def of(
        cls, action_classifier: ActionClassifier, clips: Clips, parameters: MapParameters
    ) -> "_Mapper":
        network = action_classifier.network.to(
            resolve_device(action_classifier.parameters.device)
        ).eval()
        # Where joints were on average in training: what the first layer sees as nothing special.
        means = network.norm.state_dict()["running_mean"].cpu().numpy()
        fill = means.reshape(-1, network.channels).T
        spread = np.concatenate([one.reshape(-1) for one in clips.positions]).std()
        return cls(
            network,
            Occluder(parameters.hidden_joints, parameters.random_draws, fill),
            parameters.noise * float(spread),
            parameters.noise_draws,
            action_classifier.parameters.crop_frames,
            np.random.default_rng(action_classifier.seed),
        )

    def map_and_test(
        self, positions: Positions, code: int
    ) -> dict[str, tuple[Map, tuple[float, ...]]]:
        """By layer: the map of recorded frames, and TESTS of the map of all that is seen."""
        whole = held(positions, self.frames)
        where = next(self.network.parameters()).device
        sequence = torch.as_tensor(whole.transpose(2, 0, 1).copy(), device=where)
        layers = self.network.layers
        seen = grad_cam(self.network, layers, sequence[None], np.array([code]))
        maps = {layer: values[0] for layer, values in seen.items()}
        drops = occlusion_drops(self.network, sequence, code, maps, self.occluder, self.generator)
        ranks = noise_correlations(
            self.network, layers, sequence, code, self.noise, self.noise_draws, self.generator
        )
        return {
            layer: (
                values[: recorded_rows(len(positions), len(whole), len(values))],
                (
                    *drops[layer, "joints"],
                    *drops[layer, "cells"],
                    ranks[layer],
                    float(not values.any()),
                ),
            )
            for layer, values in maps.items()
        }


def gradcam_table(found: Sequence[ClipMaps], dataset: str) -> pd.DataFrame:
    """Average tests of maps over the clips of each behaviour.

    Parameters
    ----------
    found : sequence of ClipMaps
        Maps of the same clips by networks of different seeds; one or more.
    dataset : str
        Name of the clips in the table.

    Returns
    -------
    DataFrame
        A row for each seed, layer and behaviour. Columns ``dataset``, ``seed``, ``layer``,
        ``behaviour``, ``clips`` (their number), TESTS, and ``seeds_rank``: the rank correlation of
        a clip's map with those of the other networks, nan where there is no other.
    """
    tables = []
    for one in found:
        others = [other for other in found if other is not one]
        ranks = pd.DataFrame([_between(one, other) for other in others])
        agreed = ranks.mean() if others else np.nan  # of those that are known
        by_class = one.tests.assign(seeds_rank=agreed).groupby(["layer", "behaviour"], sort=False)
        means = by_class[[*TESTS, "seeds_rank"]].mean()
        means.insert(0, "clips", by_class.size())
        tables.append(means.reset_index().assign(dataset=dataset, seed=one.seed))
    table = pd.concat(tables, ignore_index=True).sort_values(
        ["seed", "layer", "behaviour"], ignore_index=True
    )
    return table[["dataset", "seed", "layer", "behaviour", "clips", *TESTS, "seeds_rank"]]


def class_maps(found: Sequence[ClipMaps], joints: Sequence[str], bins: int) -> pd.DataFrame:
    """Average the maps of the clips of each behaviour.

    The greatest value of each clip's map is 1 before the mean, so that clips count alike.

    Parameters
    ----------
    found : sequence of ClipMaps
        Maps of one network or several; each has its own rows.
    joints : sequence of str
        Names of the joints, in the order of the maps.
    bins : int
        Equal intervals that each clip's time is divided into.

    Returns
    -------
    DataFrame
        Columns ``seed``, ``layer``, ``behaviour``, ``joint``, ``bin`` (from 0), ``importance``
        (in [0, 1]).
    """
    tables = []
    for one in found:
        behaviours = one.tests.drop_duplicates("clip")["behaviour"].to_numpy()
        for layer, maps in one.maps.items():
            maps_of_bins = np.stack([binned(values, bins) for values in maps])
            for behaviour in np.unique(behaviours):
                mean = maps_of_bins[behaviours == behaviour].mean(axis=0)
                grid = pd.DataFrame(mean, columns=list(joints)).rename_axis("bin").reset_index()
                long = grid.melt("bin", var_name="joint", value_name="importance")
                tables.append(long.assign(seed=one.seed, layer=layer, behaviour=behaviour))
    every = pd.concat(tables, ignore_index=True)
    return every[["seed", "layer", "behaviour", "joint", "bin", "importance"]]


def binned(values: Map, bins: int) -> Float[np.ndarray, "bins joints"]:
    """Sample a map at the middles of equal intervals of the clip's time.

    Parameters
    ----------
    values : ndarray of float, shape (rows, joints)
        Map of one clip, at least 0.
    bins : int
        Number of intervals.

    Returns
    -------
    ndarray of float, shape (bins, joints)
        Divided by the greatest value of the whole map; all 0 where the map is.
    """
    at = ((np.arange(bins) + 0.5) / bins * len(values)).astype(int)
    greatest = values.max()
    return np.asarray(values[at] / greatest if greatest > 0 else values[at])


def _between(one: ClipMaps, other: ClipMaps) -> Float[np.ndarray, "rows"]:
    """Rank correlation of two networks' maps, a value for each row of ``tests``."""
    by_layer = [
        [rank_correlation(*(maps.ravel() for maps in pair)) for pair in zip(*both, strict=True)]
        for both in ((one.maps[layer], other.maps[layer]) for layer in one.maps)
    ]
    return np.asarray(by_layer, dtype=np.float64).T.ravel()  # rows go clip by clip


def _codes(action_classifier: ActionClassifier, labels: Sequence[str]) -> list[int]:
    unknown = sorted(set(labels) - set(action_classifier.behaviours))
    if unknown:
        raise DataError(
            f"the network does not know {', '.join(unknown)}; it was trained on "
            f"{', '.join(action_classifier.behaviours)}"
        )
    return [action_classifier.behaviours.index(label) for label in labels]

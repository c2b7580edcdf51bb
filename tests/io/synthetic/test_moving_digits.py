import numpy as np
import pytest
import torch
from pydantic import ValidationError

from kinembed.core.errors import DataError
from kinembed.io.synthetic.moving_digits import (
    MovingDigits,
    MovingDigitsParameters,
    positions,
    render,
    unit_values,
)

IMAGES = torch.randint(1, 256, (5, 4, 4), generator=torch.Generator().manual_seed(0)).byte()


def digits_of(images=IMAGES, **changes):
    return MovingDigits(images, MovingDigitsParameters(**({"side": 11} | changes)))


def draw(digits, batch=3, frames=20, seed=0):
    return digits.draw(batch, frames, torch.Generator().manual_seed(seed))


def bounced(start, velocity, frames, room):
    """Step by step: a step beyond a wall is turned back."""
    path = []
    for _ in range(frames):
        path.append(start)
        start += velocity
        if start < 0:
            start, velocity = -start, -velocity
        elif start > room:
            start, velocity = 2 * room - start, -velocity
    return path


def test_a_digit_turns_back_at_the_wall():
    path = positions(torch.tensor([1.0, 4.0]), torch.tensor([2.0, -3.0]), 6, room=5)
    assert path[0].tolist() == [1, 3, 5, 3, 1, 1]
    assert path[1].tolist() == [4, 1, 2, 5, 2, 1]


@pytest.mark.slow
def test_positions_are_those_of_a_digit_that_bounces_step_by_step():
    generator = torch.Generator().manual_seed(0)
    start = 36 * torch.rand(20, generator=generator, dtype=torch.float64)
    velocity = 10 * torch.rand(20, generator=generator, dtype=torch.float64) - 5
    expected = [
        bounced(*digit, 100, 36) for digit in zip(start.tolist(), velocity.tolist(), strict=True)
    ]
    path = positions(start, velocity, 100, room=36)
    torch.testing.assert_close(path, torch.tensor(expected, dtype=torch.float64))
    assert path.min() >= 0
    assert path.max() <= 36


@pytest.mark.parametrize(("digits", "side"), [(1, 11), (2, 11), (3, 4), (2, 5)])
def test_frames_are_those_that_a_loop_paints(digits, side):
    generator = torch.Generator().manual_seed(1)
    images = IMAGES[torch.randint(5, (3, digits), generator=generator)]
    corners = torch.randint(side - 3, (2, 3, digits, 6), generator=generator)
    corners[:, 0, :, 0], corners[:, 0, :, 1] = 0, side - 4  # in the first corner, and in the last
    expected = np.zeros((3, 6, side, side), np.uint8)
    for video, digit, frame in np.ndindex(3, digits, 6):
        row, column = corners[:, video, digit, frame].tolist()
        there = expected[video, frame, row : row + 4, column : column + 4]
        np.maximum(there, images[video, digit].numpy(), out=there)
    np.testing.assert_array_equal(render(images, corners, side).numpy(), expected)


def test_where_digits_overlap_the_brighter_pixel_is_seen():
    images = torch.tensor([[[[9, 1], [1, 1]], [[5, 5], [5, 5]]]], dtype=torch.uint8)
    corners = torch.tensor([[[[0], [0]]], [[[0], [1]]]])
    assert render(images, corners, 3)[0, 0].tolist() == [[9, 5, 5], [1, 5, 5], [0, 0, 0]]


def test_equal_seeds_give_equal_videos_and_others_do_not():
    digits = digits_of()
    assert torch.equal(draw(digits), draw(digits))
    assert not torch.equal(draw(digits), draw(digits, seed=1))
    assert torch.equal(draw(digits, frames=7), draw(digits)[:, :7])


def test_every_digit_stays_whole():
    """One digit of ones: each frame shows all its pixels."""
    videos = draw(digits_of(torch.ones(1, 4, 4).byte(), digits=1, fastest=30.0), 20, 100)
    assert (videos.sum((2, 3)) == 16).all()


def test_speeds_lie_in_their_range_and_directions_in_all_quarters():
    digits = digits_of(torch.ones(1, 1, 1).byte(), digits=1, side=200, slowest=10, fastest=20)
    places = draw(digits, 200, 2).flatten(2).int().argmax(-1)
    places = torch.stack([places // 200, places % 200], -1).double()
    free = ((places > 25) & (places < 175)).all(-1).all(-1)  # far from every wall
    moves = places.diff(dim=1)[free, 0]
    speeds = moves.norm(dim=-1)
    assert speeds.min() > 10 - 1.5
    assert speeds.max() < 20 + 1.5
    assert speeds.std() > 2
    assert {(-1, -1), (-1, 1), (1, -1), (1, 1)} <= set(map(tuple, moves.sign().int().tolist()))


def test_any_number_of_digits():
    ones = torch.ones(1, 1, 1).byte()
    videos = draw(digits_of(ones, digits=30, side=40))
    assert 20 < videos[:, 0].sum((1, 2)).float().mean() <= 30


def test_a_digit_as_large_as_the_frame_stands_still():
    videos = draw(digits_of(IMAGES[:1], side=4, digits=1))
    assert (videos == IMAGES[0]).all()


def test_values_for_a_network_lie_in_the_unit_interval():
    values = unit_values(torch.arange(256).byte().view(1, 1, 16, 16))
    assert values.shape == (1, 1, 256)
    assert values.min() == 0
    assert values.max() == 1
    assert values[0, 0, 51] == pytest.approx(0.2)


def test_digits_larger_than_a_frame_are_refused():
    with pytest.raises(DataError, match="digits of 4 pixels do not fit in a frame of 3"):
        digits_of(side=3)


@pytest.mark.parametrize(
    "wrong", [{"digits": 0}, {"slowest": 6.0}, {"slowest": -1.0}, {"number": 2}]
)
def test_bad_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        MovingDigitsParameters(**wrong)

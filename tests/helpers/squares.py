"""Networks of videos so small that they are trained in no time."""

from kinembed.video.prediction import VideoTrainingParameters
from kinembed.video.prediction.digit_source import DigitParameters

SMALL = VideoTrainingParameters(
    network={"units": 6},
    windows={"source": 4, "target": 3},
    steps=3,
    batch_size=4,
    device="cpu",
    checkpoint_every=2,
    history_every=1,
)
FLIGHTS = DigitParameters(
    videos={"side": 7, "digits": 1, "slowest": 0.5, "fastest": 1.5}, held_out=(1, 2)
)

"""Records the player of the sample's report, for the first page of the site.

make run
PYTHONPATH=tests .venv/bin/python docs/moving_picture.py data/08_reporting/sample/report.html
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from helpers.browser import Page, browser
from PIL import Image

TARGET = Path(__file__).parent / "images/discovery.webp"
WIDTH, HEIGHT = 1000, 900
"""Pixels of the browser."""
STRIPS = (("skeleton", "embedding"), ("rows", "rows"))
"""First and last element of each part of the picture, from top to bottom."""
STARTS_S = (3.0, 11.0, 19.0, 26.0, 34.0, 44.0)
"""An interval in each behaviour of the sample."""
PICTURES, RATE = 12, 8
"""Of each interval, and a second."""
MOVE = """((scrub) => {
    const seconds = Number(document.getElementById("time").textContent.split(" ")[2]);
    scrub.value = Math.round((TIME / seconds) * scrub.max);
    scrub.dispatchEvent(new Event("input"));
})(document.getElementById("scrub"))"""
QUALITY, SHOWN_WIDTH = 30, 640


def strips(page: Page) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom of each part, in pixels of the page."""
    found = []
    for names in STRIPS:
        first, last = (
            page.value(f"document.getElementById('{name}').getBoundingClientRect().toJSON()")
            for name in names
        )
        edges = first["left"] - 3, first["top"], last["right"] + 3, last["bottom"]
        found.append(tuple(map(int, edges)))
    return found


def picture(page: Page, time_s: float, boxes: list[tuple[int, int, int, int]]) -> Image.Image:
    """The parts at a time of the recording, one below the other."""
    page.value(MOVE.replace("TIME", str(time_s)))
    page.value("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    whole = Image.open(BytesIO(page.picture())).convert("RGB")
    parts = [whole.crop(edges) for edges in boxes]
    joined = Image.new("RGB", (parts[0].width, sum(part.height for part in parts)), "white")
    top = 0
    for part in parts:
        joined.paste(part, (0, top))
        top += part.height
    return joined.resize((SHOWN_WIDTH, round(joined.height * SHOWN_WIDTH / joined.width)))


def main(report: Path) -> None:
    """Write the moving picture."""
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with folder as profile, browser(Path(profile)) as page:
        page.look(WIDTH, HEIGHT)
        page.open(report.resolve())
        page.wait("document.getElementById('time').textContent !== ''")
        boxes = strips(page)
        times = [start + one / RATE for start in STARTS_S for one in range(PICTURES)]
        first, *others = [picture(page, time, boxes) for time in times]
    first.save(
        TARGET, save_all=True, append_images=others, duration=1000 // RATE, loop=0, quality=QUALITY
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))

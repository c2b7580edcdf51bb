"""The page as a person uses it: mouse and keyboard in Chromium, which has no window here."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from helpers.axe import script, violations
from helpers.browser import browser
from helpers.made_up import HOSTILE, error_of, page_of, results_of, unseen_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
]
LAST = 149
"""The toy motion has 300 frames at 50 Hz, of which every second one is kept."""
FRAME = "Number(document.getElementById('scrub').value)"


@pytest.fixture(scope="module")
def report(tmp_path_factory, toy_motion):
    """A page of two sequences; everything of the first is named so as to do harm."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    short = replace(
        toy_motion,
        values=toy_motion.values[:200],
        channels=tuple(channel.replace("hips", HOSTILE) for channel in toy_motion.channels),
        skeleton=replace(toy_motion.skeleton, joints=(HOSTILE, "arm", "arm_end")),
    )
    hostile = results_of(short, f"../{HOSTILE}", (HOSTILE, "wild"))
    swings = results_of(toy_motion, "swings")
    path.write_text(page_of(hostile, swings))
    return path


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(chromium, report):
    """The page at its beginning, on a desktop; nothing may go wrong on it in any test."""
    chromium.errors.clear()
    chromium.requests.clear()
    chromium.look(1280, 900)
    chromium.open(report.with_name("nothing.html"))
    chromium.open(report, "#swings")
    chromium.wait("document.getElementById('time').textContent !== ''")
    yield chromium
    assert chromium.errors == []
    assert {address.split(":")[0] for address in chromium.requests} == {"file", "data"}


@pytest.fixture(scope="module", autouse=True)
def _empty_page(report):
    report.with_name("nothing.html").write_text("<!doctype html><title>nothing</title>")


def text(page, selector):
    return page.value(f"document.querySelector({selector!r}).textContent")


def picture_of(page, canvas):
    return page.value(f"document.getElementById('{canvas}').toDataURL()")


def test_it_plays_to_the_end_and_again(page):
    page.press("Home")
    page.click("#play")
    page.wait(f"{FRAME} >= 5")
    assert text(page, "#play") == "Pause"
    page.value("document.getElementById('speed').value = '4'")
    page.value("document.getElementById('speed').dispatchEvent(new Event('change'))")
    page.wait(f"{FRAME} === {LAST}")
    page.wait("document.getElementById('play').textContent === 'Play'")
    page.press(" ")
    page.wait(f"0 < {FRAME} && {FRAME} < {LAST}")
    page.press(" ")
    stopped = page.value(FRAME)
    page.value("new Promise((go) => setTimeout(go, 300))")
    assert page.value(FRAME) == stopped


def test_space_is_left_to_the_control_that_has_the_focus(page):
    page.press("Home")
    page.value("document.getElementById('cards-play').focus()")
    before = text(page, "#cards-play")
    page.press(" ")
    assert text(page, "#cards-play") != before
    assert text(page, "#play") == "Play"
    page.press(" ")
    page.value("document.activeElement.blur()")


def test_a_click_on_a_segment_leaves_space_to_the_player(page):
    page.click("button.segment")
    page.press(" ")
    assert text(page, "#play") == "Pause"
    page.press(" ")
    assert text(page, "#play") == "Play"


@pytest.mark.skipif(script() is None, reason="axe-playwright-python is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page, scheme):
    page.look(1280, 900, scheme)
    assert violations(page) == []


def test_controls_have_names_headers_have_text_and_all_lies_in_a_landmark(page):
    """What axe-core checks as button-name, empty-table-header and region, and more of it."""
    assert page.value("document.querySelectorAll('main').length") == 1
    nameless = (
        "[...document.querySelectorAll('button, select, input')].filter((one) => "
        "!(one.ariaLabel || one.textContent.trim()) && !one.labels?.length).length"
    )
    assert page.value("document.querySelectorAll('button.segment').length") > 0
    assert page.value(nameless) == 0
    assert page.value("document.querySelectorAll('th').length") > 0
    empty = "[...document.querySelectorAll('th')].filter((one) => !one.textContent.trim()).length"
    assert page.value(empty) == 0
    ours = "[...document.body.children].filter((one) => !one.id.startsWith('js-plotly'))"
    outside = f"{ours}.filter((one) => !/MAIN|SCRIPT/.test(one.tagName)).length"
    assert page.value(outside) == 0


def test_everything_follows_the_scrub_bar(page):
    before = {name: picture_of(page, name) for name in ("skeleton", "embedding")}
    page.click("#scrub", across=0.75)
    frame = page.value(FRAME)
    assert frame == pytest.approx(0.75 * LAST, abs=2)
    assert text(page, "#time") == f"{frame / 25:.2f} of 6.00 s"
    shown = text(page, "#now")
    assert shown.count("Bcluster 1") == 2
    assert shown.count("Bwild") == 1
    cursor = page.value("document.getElementById('cursor').getBoundingClientRect().left")
    tracks = page.value("document.getElementById('tracks').getBoundingClientRect().toJSON()")
    assert cursor - tracks["left"] == pytest.approx(tracks["width"] * frame / 150, abs=3)
    for name, picture in before.items():
        assert picture_of(page, name) != picture, name


def test_a_click_on_a_segment_goes_to_its_start(page):
    page.click("#rows .segment[aria-label^='Clusters (you set 2), B cluster 1']")
    assert page.value(FRAME) == 80  # frame 160
    page.click("#rows .segment[aria-label^='annotation, A calm']")
    assert page.value(FRAME) == 0
    page.press(" ")
    page.wait(f"{FRAME} > 0")  # space plays, it does not click that segment again


def test_a_click_on_the_error_goes_there(page):
    page.click("#error", across=0.4)
    assert page.value(FRAME) == pytest.approx(60, abs=1)


def test_the_keyboard_goes_by_frames_seconds_and_segments(page):
    steps = [("ArrowRight", False, 1), ("ArrowRight", True, 26), ("ArrowLeft", False, 25)]
    steps += [("ArrowLeft", True, 0), ("ArrowLeft", False, 0), ("n", False, 80), ("n", False, 80)]
    steps += [
        ("p", False, 0),
        ("End", False, LAST),
        ("ArrowRight", False, LAST),
        ("Home", False, 0),
    ]
    for key, shift, frame in steps:
        page.press(key, shift)
        assert page.value(FRAME) == frame, key


def test_the_pointer_is_told_what_it_is_on(page):
    page.point("#rows .segment[aria-label^='annotation, B']")
    assert text(page, "#tooltip") == "B wild: 3.00 to 6.00 s (3.00 s)"
    page.point("h1")
    assert page.value("document.getElementById('tooltip').hidden")


def test_points_of_the_embedding_answer_to_hover_and_click(page):
    """The first circle lies to the left; somewhere on it a point is within reach."""
    found = [
        (across, text(page, "#tooltip"))
        for across in np.arange(0.02, 0.5, 0.02).tolist()
        if page.point("#embedding", across)
        and not page.value("document.getElementById('tooltip').hidden")
    ]
    across, told = found[0]
    assert told.startswith("A cluster 0 (overlaps most with annotated calm): frame ")
    page.click("#embedding", across)
    frame = int(told.split("frame ")[1].split(",")[0])
    assert page.value(FRAME) == -(-frame // 2)


def test_a_drag_turns_a_view_and_goes_nowhere(page):
    for name in ("skeleton", "embedding"):
        before = picture_of(page, name)
        page.drag(f"#{name}", 0.3, 0.7)
        assert picture_of(page, name) != before, name
        assert page.value(FRAME) == 0


def test_numbers_arrive_as_they_were_packed(page, toy_motion):
    shown = page.value("document.getElementById('error').data[0].y")
    expected = error_of(toy_motion).reshape(-1, 2).mean(axis=1)
    assert shown[:6] == [None] * 6
    np.testing.assert_allclose(shown[6:], expected[6:], atol=1e-4)


def test_the_overview_leads_to_every_sequence(page):
    page.click(".overview li:first-child a")
    page.wait("document.getElementById('name').textContent.startsWith('..')")
    assert page.value("document.getElementById('scrub').max") == "99"
    page.click(".overview li:last-child a")
    page.wait("document.getElementById('name').textContent === 'swings'")


def test_cards_move_while_they_are_seen_until_they_are_stopped(page):
    shown = "document.querySelector('.card canvas').toDataURL()"
    page.point(".card canvas")
    first = page.value(shown)
    page.wait(f"{shown} !== '{first}'")
    page.click("#cards-play")
    stopped = page.value(shown)
    page.value("new Promise((done) => setTimeout(done, 200))")
    assert page.value(shown) == stopped
    assert page.value(FRAME) == 0


def test_a_card_says_what_sets_it_apart_and_leads_to_its_frames(page):
    assert page.value("document.querySelectorAll('.card').length") == 2
    assert text(page, ".card:last-child h4") == "Bcluster 1 (overlaps most with annotated wild)"
    assert "arm has a larger range of motion in 1 s" in text(page, ".card:last-child .reasons")
    assert "Hz" in text(page, ".card:last-child .reasons")
    page.click(".card:last-child figure button")
    assert page.value(FRAME) >= 80


def test_hostile_names_do_nothing(page):
    page.click(".overview li:first-child a")
    page.wait("document.getElementById('name').textContent.startsWith('..')")
    assert text(page, "#name") == f"../{HOSTILE}"
    assert HOSTILE in text(page, "#legend")
    page.point("#rows .segment")
    assert HOSTILE in text(page, "#tooltip")
    page.press(" ")
    page.wait(f"{FRAME} > 2")
    assert page.value("window.harmed === undefined")
    assert page.value("document.querySelectorAll('img').length") == 0


def test_a_frame_is_drawn_in_less_than_a_thirtieth_of_a_second(page):
    took = page.value(
        """(() => {
            const scrub = document.getElementById("scrub");
            const start = performance.now();
            for (let frame = 0; frame < 100; frame++) {
                scrub.value = frame;
                scrub.dispatchEvent(new Event("input"));
            }
            return (performance.now() - start) / 100;
        })()"""
    )
    assert took < 1000 / 30


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page, width, scheme):
    page.look(width, 844, scheme)
    page.wait(f"document.documentElement.scrollWidth === {width}")
    assert page.value("document.getElementById('skeleton').clientWidth") > 0.35 * width
    dark = page.value("getComputedStyle(document.body).backgroundColor") == "rgb(22, 22, 22)"
    assert dark == (scheme == "dark")


def test_what_was_not_seen_is_hatched_hollow_and_no_behaviour(page, report, toy_motion):
    path = report.with_name("unseen.html")
    path.write_text(page_of(unseen_in(results_of(toy_motion, "cage/mouse 1"))))
    page.open(path, "#cage/mouse%201")
    page.wait("document.getElementById('time').textContent !== ''")
    assert "not seen" in text(page, "#legend")
    bar = "#rows .segment[aria-label^='Clusters (you set 2), - not seen']"
    style = page.value(f"getComputedStyle(document.querySelector({bar!r})).backgroundImage")
    assert "rgb(138, 138, 138)" in style
    assert text(page, ".what") == "6.0 s, 2 clusters, 13.3 % not seen, accuracy 1.000"
    assert page.value("document.querySelectorAll('.card').length") == 2
    assert "of what was seen of the recording" in text(page, ".card")
    page.click(bar)
    assert page.value(FRAME) == 60
    assert "-not seen" in text(page, "#now")
    page.point("#skeleton", across=0.5, down=0.5)

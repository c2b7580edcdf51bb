"""Chromium without a window, driven through its DevTools protocol over a pipe."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SWITCHES = ["headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "mute-audio"]
SWITCHES += ["disable-background-networking", "disable-component-update", "disable-sync"]
SWITCHES += ["remote-debugging-pipe", "hide-scrollbars", "disable-dev-shm-usage"]
KEY_CODES = {" ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowRight": 39, "n": 78, "p": 80}
TIMEOUT_S = 120.0


class Page:
    """One page of a browser; what went wrong on it collects in ``errors``."""

    def __init__(self, sent: int, received: int) -> None:
        self._sent, self._received = sent, received
        self._numbers = itertools.count(1)
        self._rest = b""
        self._session: str | None = None
        self.errors: list[str] = []
        self.requests: list[str] = []
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._ask(f"{domain}.enable")

    def open(self, path: Path, anchor: str = "") -> None:
        """Load a file and wait until its scripts have run."""
        address = path.as_uri() + anchor
        self._ask("Page.navigate", url=address)
        self.wait(f"document.readyState === 'complete' && location.href === '{address}'")

    def look(self, width: int, height: int, scheme: str = "light") -> None:
        """Set the size of the page and its colours."""
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._ask("Emulation.setEmulatedMedia", features=features)

    def value(self, expression: str) -> Any:
        """What an expression (or a promise of it) comes to in the page."""
        answer = self._ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Until a condition holds in the page."""
        deadline = time.monotonic() + TIMEOUT_S
        while not self.value(condition):
            assert time.monotonic() < deadline, f"never came true: {condition}"
            time.sleep(0.02)

    def press(self, key: str, shift: bool = False) -> None:
        """A key down and up again, as from a keyboard."""
        text = {"text": key} if len(key) == 1 else {}
        common = {
            "key": key,
            "windowsVirtualKeyCode": KEY_CODES[key],
            "modifiers": 8 if shift else 0,
        }
        self._ask("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        self._ask("Input.dispatchKeyEvent", type="keyUp", **common)

    def point(self, selector: str, across: float = 0.5, down: float = 0.5) -> tuple[float, float]:
        """Move the pointer to a place in an element, as shares of its size."""
        box = self.value(
            f"(() => {{ const found = document.querySelector({json.dumps(selector)});"
            "found.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const box = found.getBoundingClientRect();"
            "return [box.left, box.top, box.width, box.height]; })()"
        )
        x, y = box[0] + across * box[2], box[1] + down * box[3]
        self._mouse("mouseMoved", x, y)
        return x, y

    def click(self, selector: str, across: float = 0.5, down: float = 0.5) -> None:
        """A click there."""
        x, y = self.point(selector, across, down)
        self._mouse("mousePressed", x, y, button="left", clickCount=1)
        self._mouse("mouseReleased", x, y, button="left", clickCount=1)

    def drag(self, selector: str, start: float, stop: float) -> None:
        """Press, move along the middle of an element, let go."""
        x, y = self.point(selector, start)
        self._mouse("mousePressed", x, y, button="left", clickCount=1)
        width = self.value(f"document.querySelector({json.dumps(selector)}).clientWidth")
        self._mouse("mouseMoved", x + (stop - start) * width, y, button="left", buttons=1)
        self._mouse("mouseReleased", x + (stop - start) * width, y, button="left", clickCount=1)

    def picture(self, whole: bool = True) -> bytes:
        """The page as a PNG; `whole`: also what one would have to scroll to."""
        answer = self._ask("Page.captureScreenshot", captureBeyondViewport=whole)
        return base64.b64decode(answer["data"])

    def _mouse(self, kind: str, x: float, y: float, **details: Any) -> None:
        self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **details)

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._sent, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            received = os.read(self._received, 1 << 20)
            assert received, "the browser has ended"
            self._rest += received
        message, self._rest = self._rest.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        return answer

    def _note(self, event: dict[str, Any]) -> None:
        """Keep errors, warnings and requests."""
        details = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                self.errors.append(json.dumps(details["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if details["type"] in {"error", "warning"}:
                self.errors.append(json.dumps(details["args"]))
            case "Log.entryAdded" if details["entry"]["level"] in {"error", "warning"}:
                self.errors.append(details["entry"]["text"])
            case "Network.requestWillBeSent":
                self.requests.append(details["request"]["url"])


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """A page of a fresh browser that keeps its profile in `folder`."""
    executable = shutil.which("chromium")
    assert executable, "chromium is not installed"
    (asked, asks), (answers, answered) = os.pipe(), os.pipe()
    switches = " ".join(f"--{switch}" for switch in SWITCHES)
    # The browser reads questions from descriptor 3 and writes answers to 4.
    shell = f'exec "$0" {switches} --user-data-dir="$1" 3<&{asked} 4>&{answered}'
    process = subprocess.Popen(
        ["bash", "-c", shell, executable, str(folder)],
        pass_fds=(asked, answered),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    os.close(asked)
    os.close(answered)
    try:
        yield Page(asks, answers)
    finally:
        process.kill()
        process.wait()
        os.close(asks)
        os.close(answers)

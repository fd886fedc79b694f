"""From a key at the desk to the results painted for it, in a real browser."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from benchmarks.measuring import Timing
from benchmarks.subjects import DAY, LARGE, Lines, asked, filled
from config import Settings
from knowledge.base import KnowledgeBase
from server import create_app
from workers import create_server, listen

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUESTIONS = 24
"""Questions typed, each character of which is measured."""
PACE_MS = 120
"""Between two characters: a fast typist, or an input method that commits character by character."""
BURST_MS = 25
"""Between two characters of a burst, of which the last is measured: a committed phrase."""
PATIENCE_MS = 10_000

# The clock starts with the browser's own time of the key and stops in the task after the frame in
# which the results belong to what is typed (console/static/desk.js takes the class away).
_WATCH = """
() => {
  const box = document.getElementById("q"), main = document.getElementById("main");
  window.painted = [];
  let began = 0;
  box.addEventListener("beforeinput", (event) => { began = event.timeStamp; }, true);
  new MutationObserver(() => {
    if (!began || main.classList.contains("stale")) return;
    const since = began;
    began = 0;
    requestAnimationFrame(() => {
      const frame = new MessageChannel();
      frame.port1.onmessage = () => window.painted.push(performance.now() - since);
      frame.port2.postMessage(null);
    });
  }).observe(main, { childList: true, attributes: true, attributeFilter: ["class"] });
}
"""


def typing() -> Lines:
    """Key to paint at ten thousand passages; says so where there is no browser to measure in."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if chromium is None or importlib.util.find_spec("playwright") is None:
        yield "  left out: needs Chromium and Playwright"
        yield "  (apt-get install chromium fonts-noto-cjk; pip install -r requirements-dev.txt)"
        return
    with filled(LARGE) as (base, line):
        yield line
        with _served(base) as address, _opened(chromium, f"{address}/desk") as page:
            page.evaluate(_WATCH)
            questions = [q for q in asked() if " " not in q][:QUESTIONS]
            _type(page, questions[0], PACE_MS)  # warm
            singly = [ms for q in questions for ms in _type(page, q, PACE_MS)]
            bursts = [_type(page, q, BURST_MS)[-1] for q in questions]
    for label, found in (("key to paint, each character", singly), ("the last of a burst", bursts)):
        yield Timing(label, tuple(ms / 1000 for ms in found)).line()


def _type(page: Page, question: str, pace_ms: int) -> list[float]:
    """Milliseconds from each key to its results, for as many keys as got results of their own."""
    page.keyboard.press("Escape")
    page.wait_for_timeout(4 * PACE_MS)
    page.evaluate("window.painted.length = 0")
    page.keyboard.type(question, delay=pace_ms)
    page.wait_for_url(
        lambda url: parse_qs(urlsplit(url).query).get("q") == [question], timeout=PATIENCE_MS
    )
    return [float(ms) for ms in page.evaluate("window.painted")]


@contextmanager
def _served(base: KnowledgeBase) -> Iterator[str]:
    """The whole site over a base, its desk open because nobody has an account."""
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-") as folder:
        settings = Settings(_env_file=None, data=Path(folder), today=DAY)  # type: ignore[call-arg]
        app = create_app(settings, base.catalogue.engine, base, "t" * 8)
        listening = listen("127.0.0.1", 0)
        server = create_server(app, listening)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.close()


@contextmanager
def _opened(chromium: str, address: str) -> Iterator[Page]:
    """A page in a browser of its own, 1280 pixels wide."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        page.goto(address)
        yield page
        browser.close()

"""A real Chromium before the real server: what staff and citizens see and press.

Debian's ``chromium`` package is driven through Playwright; without it these tests are left out and
say how to get it. ``.ci/run`` installs it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
HOW_TO_GET_IT = "needs Chromium: apt-get install chromium fonts-noto-cjk"
PATIENCE_MS = 120_000
"""For what a page waits: on a busy machine a file of four megabytes is read for a while."""
expect.set_options(timeout=PATIENCE_MS)
FLAGS = (  # no sandbox where we are root; nothing asked of the network but our own server
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium) -> Iterator[Page]:
    """A window of its own, 1280 pixels wide, Chinese; fails on any error of a page's script."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(PATIENCE_MS)
    window = context.new_page()
    faults: list[str] = []
    window.on("pageerror", lambda error: faults.append(str(error)))
    yield window
    context.close()
    assert faults == []


@pytest.fixture
def picture(page):
    """Take a picture of the page, wide and on a tablet, where PICTURES names a folder."""
    folder = os.environ.get("PICTURES")

    def take(name: str) -> None:
        for width in (820, 1280) if folder else ():
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)

    return take

"""Pictures that talents send, from the webhook to recognition and back, over real HTTP."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from PIL import Image

from tests.serving import ROOT
from tests.wechat.fake_wechat import build_xml
from tests.wechat.test_processes import install, platform, until  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow
NOTICE = ROOT / "samples" / "05-2026年第四批高校毕业生生活补贴申领公告.pdf"
USER = "oPICTURE0000000000000000001"


def photographed(page: int = 0) -> bytes:
    """A page of a notice as a telephone takes it: a little askew, JPEG."""
    document = pypdfium2.PdfDocument(NOTICE)
    picture = document[page].render(scale=2).to_pil().convert("RGB")
    document.close()
    askew = picture.rotate(1.2, expand=True, fillcolor="white")
    kept = io.BytesIO()
    askew.save(kept, "JPEG", quality=80)
    return kept.getvalue()


def ask_with(server, platform, picture: bytes) -> str:  # noqa: F811
    """Send a picture; what the talent reads, in the response or by a message that follows."""
    hook = server.hook(platform)
    xml = build_xml(hook.gh, USER, "image", "about:blank")  # nothing is fetched from the network
    platform.media[re.search(r"<MediaId><!\[CDATA\[(.+?)]]>", xml)[1]] = picture
    shown = hook.push(USER, xml, "message")
    assert shown["problem"] is None
    if shown["kind"] == "text":
        return shown["content"]
    until(lambda: platform.received, 60)  # recognition took longer than the response may wait
    return platform.received[-1]["content"]


def test_a_photographed_notice_is_read_and_answered_about(install, platform):  # noqa: F811
    server = install(platform)
    until(lambda: any(c["path"].endswith("custom/send") for c in platform.calls), 20)
    said = ask_with(server, platform, photographed())
    assert "高校毕业生生活补贴" in said
    assert "依据：" in said


def test_what_is_no_picture_is_answered_by_asking_for_text(install, platform):  # noqa: F811
    server = install(platform)
    until(lambda: any(c["path"].endswith("custom/send") for c in platform.calls), 20)
    assert "文字" in ask_with(server, platform, b"\xff\xd8\xff\xe0 torn")
    blank = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(blank, "JPEG")
    assert "文字" in ask_with(server, platform, blank.getvalue())

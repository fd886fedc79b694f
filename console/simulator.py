"""A page to try the account on without WeChat: messages travel through the real webhook.

The server builds and signs what Tencent's platform would send; the browser itself posts it to the
webhook, so that the request and the reply on the screen are the ones on the wire.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from bot.rehearsal import DELAYS_S, Rehearsal, rehearsal_of
from bot.wechat.crypto import Envelope, Refused, signature_of
from bot.wechat.messages import MAX_BODY_BYTES, harmless
from bot.wechat.outbox import Outbox

COOKIE = "zhihui_try"
LONGEST_TEXT = 2000
"""Characters of a text; more than WeChat lets people type."""
LONGEST_KEY = 128
MOST_PICTURES = 50
"""Pictures kept; the oldest go first."""
LARGEST_PICTURE = 4 * 1024 * 1024

EXAMPLES = (
    "D类人才买房补多少钱",
    "大专学历可以落户吗",
    "12月的招聘会在哪里开",
    "落户要带什么材料",
)
NOTE = "演示城市：临江市（虚构）；未连接真实公众号"

_PICTURE = re.compile(r"try-[a-f0-9]{32}", re.ASCII)
_EVENTS = ("subscribe", "unsubscribe", "CLICK", "SCAN")
# What the kinds carry beyond the common fields; the files they name do not exist.
_CONTENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "image": (("PicUrl", "http://mmbiz.qpic.cn/try/0"),),
    "voice": (("MediaId", "try-voice"), ("Format", "amr")),
    "video": (("MediaId", "try-video"), ("ThumbMediaId", "try-thumb")),
    "location": (
        ("Location_X", "30.252400"),
        ("Location_Y", "120.165000"),
        ("Scale", "16"),
        ("Label", "中山路地铁站"),
    ),
    "link": (
        ("Title", "一篇文章"),
        ("Description", "文章摘要"),
        ("Url", "https://example.org/"),
    ),
}


class BadSending(Exception):
    """A message that the page may not send; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What a person does on the page.

    Attributes:
        kind: text, image, voice, video, location, link or event.
        text: typed text, for kind text.
        event: subscribe, unsubscribe, CLICK or SCAN, for kind event.
        key: the event's key.
        menu_id: ``bizmsgmenuid`` when the text came from tapping a line of a reply.
        media_id: of a picture that was put on the page before.
    """

    kind: str
    text: str = ""
    event: str = ""
    key: str = ""
    menu_id: str = ""
    media_id: str = ""

    @classmethod
    def from_json(cls, fields: Any) -> Sending:
        """Check what a browser sent.

        Raises:
            BadSending: anything that is not a message of one of the kinds.
        """
        if not isinstance(fields, Mapping):
            raise BadSending("请求格式不正确。")
        names = ("kind", "text", "event", "key", "menu_id", "media_id")
        values = {n: fields.get(n) or "" for n in names}
        if not all(isinstance(v, str) for v in values.values()):
            raise BadSending("请求格式不正确。")
        sending = cls(**{**values, "kind": values["kind"] or "text"})
        if sending.kind == "text" and not sending.text.strip():
            raise BadSending("请输入要发送的内容。")
        if len(sending.text) > LONGEST_TEXT:
            raise BadSending(f"内容过长，最多{LONGEST_TEXT}字。")
        if sending.kind == "event" and sending.event not in _EVENTS:
            raise BadSending("不支持的事件。")
        if sending.kind not in ("text", "event", *_CONTENTS):
            raise BadSending("不支持的消息类型。")
        if sending.media_id and not _PICTURE.fullmatch(sending.media_id):
            raise BadSending("没有这张图片。")
        if max(len(sending.key), len(sending.menu_id)) > LONGEST_KEY:
            raise BadSending("菜单标识过长。")
        return sending


def simulator_pages(
    token: str,
    account_id: str,
    envelope: Envelope | None = None,
    *,
    name: str = "临江人才",
    note: str = NOTE,
    examples: Sequence[str] = EXAMPLES,
    webhook: str = "/wechat",
    menu: Callable[[], Sequence[Mapping[str, Any]]] = tuple,
    outbox: Outbox | None = None,
    pictures: Path | None = None,
    clock: Callable[[], float] = time.time,
) -> Blueprint:
    """Build ``/try`` and what its script calls.

    In plain mode a signature covers no text: whoever opens this page could sign for any openid.
    Mount it beside a real account in safe mode only.

    Args:
        token: the Token that the webhook checks signatures with.
        account_id: the account's gh_ id (``ToUserName``).
        envelope: the webhook's envelope in safe mode, None in plain mode.
        name: the account's name on the page.
        note: what this demonstration is and is not.
        examples: questions to tap.
        webhook: path of the webhook.
        menu: gives the account's menu as it would be published ("menu/create").
        outbox: where messages after the reply are found; None: there are none.
        pictures: folder for what people send as pictures; None: pictures cannot be sent.
        clock: seconds since the epoch.
    """
    blueprint = Blueprint("simulator", __name__, template_folder="templates")

    @blueprint.before_request
    def limit() -> None:
        is_picture = request.endpoint == "simulator.keep_picture"
        request.max_content_length = LARGEST_PICTURE if is_picture else MAX_BODY_BYTES

    @blueprint.get("/try")
    def page() -> Response:
        """The chat; every load is a new person, who knows nothing of the one before.

        ``?account=unverified`` and ``?delay=6`` choose the account and how slow its answers are.
        """
        delay = request.args.get("delay", "0")
        rehearsal = Rehearsal(
            verified=request.args.get("account") != "unverified",
            delay_s=int(delay) if delay in map(str, DELAYS_S) else 0,
        )
        html = render_template(
            "try.html", name=name, note=note, examples=examples, is_sealed=envelope is not None,
            rehearsal=rehearsal, delays=DELAYS_S, menu=list(_menu_taps(menu())),
            has_pictures=pictures is not None,
        )  # fmt: skip
        response = Response(html, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            COOKIE,
            rehearsal.new_openid(),
            httponly=True,
            samesite="Strict",
            secure=request.is_secure,
            path="/try",
        )
        return response

    @blueprint.post("/try/send")
    def send() -> tuple[Response, int]:
        """One message as the platform would send it: 200 with address and body, 400 with why."""
        openid = _openid()
        if not openid:
            return jsonify(error="会话已失效，请刷新页面。"), 400
        try:
            sending = Sending.from_json(request.get_json(silent=True))
        except BadSending as error:
            return jsonify(error=str(error)), 400
        now = int(clock())
        # beyond what a JSON number holds, as the platform's are; it only ever travels as text
        message_id = "" if sending.kind == "event" else f"25{secrets.randbelow(10**15):015d}"
        clear = inbound_xml(sending, openid, account_id, now, message_id)
        query, body = _signed(clear, token, account_id, envelope, str(now))
        url = f"{webhook}?{urlencode({**query, 'openid': openid})}"
        return jsonify(url=url, body=body, clear=clear, message_id=message_id), 200

    @blueprint.post("/try/picture")
    def keep_picture() -> tuple[Response, int]:
        """Keep a picture to be sent; 201 with its media id, 400 with why not."""
        content = request.get_data()
        if not _openid() or pictures is None or not content:
            return jsonify(error="现在不能发送图片，请刷新页面。"), 400
        media_id = f"try-{secrets.token_hex(16)}"
        pictures.mkdir(parents=True, exist_ok=True)
        _make_room(pictures)
        (pictures / media_id).write_bytes(content)
        return jsonify(media_id=media_id), 201

    @blueprint.get("/try/inbox")
    def inbox() -> Response:
        """What was sent to this person after the reply, later than the message named."""
        after = request.args.get("after", "0")
        if outbox is None or not _openid() or not after.isdecimal():
            return jsonify(messages=[])
        found = outbox.since(_openid(), int(after[:18]))
        return jsonify(messages=[{"id": p.id, "text": p.text, "staff": p.staff} for p in found])

    @blueprint.post("/try/open")
    def unseal() -> tuple[Response, int]:
        """The clear reply of safe mode, for this person only: 404 in plain mode, 400 for others."""
        if envelope is None:
            return jsonify(error="当前为明文模式，无需解密。"), 404
        clear = _opened(request.get_data(), envelope)
        openid = _openid()
        # without this check, anybody could have replies to others decrypted here
        if not openid or f"<ToUserName><![CDATA[{openid}]]></ToUserName>" not in clear:
            return jsonify(error="这不是发给当前会话的回复。"), 400
        return jsonify(clear=clear), 200

    return blueprint


def inbound_xml(sending: Sending, openid: str, account_id: str, now: int, message_id: str) -> str:
    """The clear XML of a message, an element a line ("push: 接收普通消息").

    Args:
        sending: what the person did.
        openid: who.
        account_id: to which account.
        now: seconds since the epoch.
        message_id: decimal; "" for an event, which has none.
    """
    fields: list[tuple[str, str]] = [
        ("ToUserName", account_id),
        ("FromUserName", openid),
        ("CreateTime", str(now)),
        ("MsgType", sending.kind),
    ]
    if sending.kind == "text":
        fields.append(("Content", sending.text))
        if sending.menu_id:
            fields.append(("bizmsgmenuid", sending.menu_id))
    elif sending.kind == "event":
        fields += [("Event", sending.event), ("EventKey", sending.key)]
    else:
        fields += _CONTENTS[sending.kind]
        if sending.kind == "image":
            fields.append(("MediaId", sending.media_id or "try-image"))
        elif sending.kind == "voice" and sending.text:
            fields.append(("Recognition", sending.text))
    if message_id:
        fields.append(("MsgId", message_id))
    return "<xml>\n" + "".join(f"{_element(*f)}\n" for f in fields) + "</xml>"


_NUMBERS = ("CreateTime", "MsgId", "Location_X", "Location_Y", "Scale")


def _element(name: str, value: str) -> str:
    if name in _NUMBERS:
        return f"<{name}>{value}</{name}>"
    inside = harmless(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{inside}]]></{name}>"


def _signed(
    clear: str, token: str, account_id: str, envelope: Envelope | None, timestamp: str
) -> tuple[dict[str, str], str]:
    """Query parameters and body of the platform's request."""
    nonce = str(secrets.randbelow(10**10))
    query = {
        "signature": signature_of(token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    if envelope is None:
        return query, clear
    sealed = envelope.seal(clear, timestamp, nonce)
    query |= {"encrypt_type": "aes", "msg_signature": _field(sealed, "MsgSignature")}
    to = _element("ToUserName", account_id)
    return query, f"<xml>\n{to}\n{_element('Encrypt', _field(sealed, 'Encrypt'))}\n</xml>"


def _opened(body: bytes, envelope: Envelope) -> str:
    """The clear reply; "" when it is not one that our webhook sealed."""
    sealed = body.decode("utf-8", "replace")
    signature, timestamp, nonce = (
        _field(sealed, name) for name in ("MsgSignature", "TimeStamp", "Nonce")
    )
    try:
        return envelope.open(body, signature, timestamp, nonce).decode()
    except Refused:
        return ""


def _field(sealed: str, name: str) -> str:
    """A field of a sealed reply: base64, hex and digits, so that a pattern reads it."""
    pattern = rf"<{name}>(?:<!\[CDATA\[)?([A-Za-z0-9+/=_-]*)(?:\]\]>)?</{name}>"
    found = re.search(pattern, re.sub(r"[\n\r]", "", sealed))
    return found.group(1) if found else ""


def _openid() -> str:
    """Who sits before the page, as the page's cookie says; "" for nobody."""
    value = request.cookies.get(COOKIE, "")
    return value if rehearsal_of(value) else ""


def _menu_taps(menu: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(name, key) of every button that can be clicked."""
    for button in menu:
        yield from _menu_taps(button.get("sub_button", ()))
        if "key" in button:
            yield button["name"], button["key"]


def _make_room(folder: Path) -> None:
    """Only the newest pictures are kept: this page is open to everybody."""
    kept = sorted(folder.glob("try-*"), key=lambda p: p.stat().st_mtime)
    for path in kept[:-MOST_PICTURES]:
        path.unlink(missing_ok=True)

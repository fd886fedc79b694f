"""A page to try the account on without WeChat: messages travel through the real webhook.

The server builds and signs what Tencent's platform would send; the browser itself posts it to the
webhook, so that the request and the reply on the screen are the ones on the wire.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from bot.wechat.crypto import Envelope, Refused, signature_of
from bot.wechat.messages import MAX_BODY_BYTES, harmless

COOKIE = "zhihui_try"
LONGEST_TEXT = 2000
"""Characters of a text; more than WeChat lets people type."""
LONGEST_KEY = 64

EXAMPLES = (
    "D类人才买房补多少钱",
    "大专学历可以落户吗",
    "12月的招聘会在哪里开",
    "落户要带什么材料",
)
NOTE = "演示城市：临江市（虚构）；未连接真实公众号"

_OPENID = re.compile(r"oTRY[A-Za-z0-9_-]{24}", re.ASCII)
_EVENTS = ("subscribe", "unsubscribe", "CLICK", "SCAN")
# What the kinds carry beyond the common fields; the files they name do not exist.
_CONTENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "image": (("PicUrl", "http://mmbiz.qpic.cn/try/0"), ("MediaId", "try-image")),
    "voice": (("MediaId", "try-voice"), ("Format", "amr")),
    "video": (("MediaId", "try-video"), ("ThumbMediaId", "try-thumb")),
    "location": (
        ("Location_X", "31.230400"),
        ("Location_Y", "121.473700"),
        ("Scale", "16"),
        ("Label", "市政务服务中心"),
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
    """

    kind: str
    text: str = ""
    event: str = ""
    key: str = ""
    menu_id: str = ""

    @classmethod
    def from_json(cls, fields: Any) -> Sending:
        """Check what a browser sent.

        Raises:
            BadSending: anything that is not a message of one of the kinds.
        """
        if not isinstance(fields, Mapping):
            raise BadSending("请求格式不正确。")
        names = ("kind", "text", "event", "key", "menu_id")
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
        clock: seconds since the epoch.
    """
    blueprint = Blueprint("simulator", __name__, template_folder="templates")

    @blueprint.before_request
    def limit() -> None:
        request.max_content_length = MAX_BODY_BYTES

    @blueprint.get("/try")
    def page() -> Response:
        """The chat; every load is a new person, who knows nothing of the one before."""
        html = render_template(
            "try.html", name=name, note=note, examples=examples, is_sealed=envelope is not None
        )
        response = Response(html, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            COOKIE,
            "oTRY" + secrets.token_urlsafe(18),
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
    return value if _OPENID.fullmatch(value) else ""

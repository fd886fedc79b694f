"""What a talent sent, and how a text becomes a reply that WeChat accepts. Pure: no I/O, no clock.

The only module that knows the shape of WeChat's XML. Protocol rules are cited by their name in
Tencent's documentation (developers.weixin.qq.com, "push" and "passive reply") or, where that is
silent, by the public issue that measured them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wechatpy.parser import parse_message

MAX_BODY_BYTES = 64 * 1024
"""Largest request body we read; WeChat's own texts stay below 10 KB even in compat mode."""

MAX_TEXT_BYTES = 2048
"""Longest ``Content`` of a passive text reply; one byte more and the user sees the fault notice
(measured: MamaShip/Observer#77, AstrBot#5224; the official page is silent)."""

PAGE_BYTES = 1900
"""Bytes of one page of a longer reply; what is left tells how to get the next."""

MORE = "……"
"""Closes a text that was cut."""

_OPENID_CHARACTERS = 128
_KEY_CHARACTERS = 128

# XML 1.0 §2.2 forbids these even as references; expat and WeChat refuse the whole document.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PROLOG = re.compile(r"\s*(?:<\?xml[^<>]{0,200}\?>\s*)?<xml[\s/>]")
_SENTENCE_END = re.compile("\n|[。！？；!?][”’」』）)\"']*")
_TEXT_OPENS, _TEXT_CLOSES = "<Content><![CDATA[", "]]></Content>"


class BadMessage(Exception):
    """A request body that is not a message of the platform; the text says why, without the body."""


class Kind(StrEnum):
    """``MsgType`` of an incoming message ("push: 接收普通消息"); UNKNOWN is whatever comes next."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    SHORT_VIDEO = "shortvideo"
    LOCATION = "location"
    LINK = "link"
    EVENT = "event"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message or event as delivered.

    Attributes:
        openid: who sent it (``FromUserName``); personal data, never logged.
        account: the Official Account's gh_ id (``ToUserName``).
        kind: what it is.
        text: ``Content`` of a text without surrounding white space, else "".
        event: ``Event`` in lower case ("subscribe", "scan", "click"), since its case varies on the
            wire; "" when this is not an event.
        event_key: ``EventKey`` as sent: a menu key, a URL, a scene ("qrscene_…" on subscribe).
        message_id: ``MsgId`` in decimal (64 bits: beyond what a float holds); for an event the
            ``MsgID`` it reports on; "" when there is none.
        created_at: ``CreateTime``, seconds since the epoch by the platform's clock.
        menu_id: ``bizmsgmenuid`` of the menu item that the text was clicked from, else "".
        title: of a link.
        url: of a link or a picture.
        label: name of a place sent as location.
        recognition: recognised speech; empty or absent since mid-2023.
        media_id: of a picture, voice or video.
        latitude: of a place sent as location, degrees; None otherwise.
        longitude: the same.
    """

    openid: str
    account: str
    kind: Kind
    text: str = ""
    event: str = ""
    event_key: str = ""
    message_id: str = ""
    created_at: int = 0
    menu_id: str = ""
    title: str = ""
    url: str = ""
    label: str = ""
    recognition: str = ""
    media_id: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def dedupe_key(self) -> str:
        """What all deliveries of one message share and no other message has.

        The official key is MsgId, or FromUserName + CreateTime for events ("passive reply"). Equal
        MsgIds of different users (WxJava#333) and two events in one second
        (weixin-java-tools#66) were seen, hence the additions.
        """
        if self.kind is not Kind.EVENT and self.message_id:
            return f"{self.openid}:{self.message_id}"
        what = self.event if self.kind is Kind.EVENT else self.kind.value
        which = self.event_key or self.message_id or self.text
        if len(which) > _KEY_CHARACTERS:
            which = hashlib.sha256(which.encode()).hexdigest()
        return f"{self.openid}:{self.created_at}:{what}:{which}"


def parse(body: bytes) -> Inbound:
    """Read a clear (already decrypted) message.

    Control characters that users paste are dropped first, and a text that breaks out of its CDATA
    is taken literally: the platform escapes neither (WeRoBot#420, silenceper/wechat#750).

    Raises:
        BadMessage: anything that is not one message with a sender, a receiver, a type and whole
            numbers where the protocol has them; also a DOCTYPE or more than MAX_BODY_BYTES.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BadMessage(f"{len(body)} bytes, at most {MAX_BODY_BYTES} are read")
    # A broken byte sequence inside a text costs one character, not the whole question.
    xml = harmless(body.decode("utf-8-sig", "replace"))
    if not _PROLOG.match(xml):
        raise BadMessage("does not begin with <xml>; a DOCTYPE is refused")
    try:
        fields = _fields(xml)
        ambiguous = not isinstance(fields.get("Content"), str | None)
    except BadMessage:
        fields, ambiguous = {}, True
    if ambiguous:
        fields = _fields(_with_literal_text(xml))
    return _inbound(fields)


def _fields(xml: str) -> dict[str, Any]:
    """Children of the root by name; a str, None when empty, dict when nested, list when repeated.

    Raises:
        BadMessage: wechatpy could not read it.
    """
    try:
        message = parse_message(xml)
        fields: dict[str, Any] = dict(message._data)
    except Exception as error:  # wechatpy lets ExpatError, KeyError, TypeError and others through
        raise BadMessage(f"not a WeChat message: {type(error).__name__}") from error
    # wechatpy renames these two after its own classes; we keep the platform's words.
    if fields.get("Event") == "subscribe_scan":
        fields["Event"], fields["EventKey"] = "subscribe", f"qrscene_{fields.get('EventKey')}"
    elif fields.get("Event") == "subscribe_scan_product":
        fields["Event"] = "subscribe"
    return fields


def _with_literal_text(xml: str) -> str:
    """Escape all that lies between the first opening and the last closing of a text's CDATA.

    Raises:
        BadMessage: there is no such text.
    """
    start = xml.find(_TEXT_OPENS)
    end = xml.rfind(_TEXT_CLOSES)
    if not 0 <= start < end:
        raise BadMessage("ill-formed XML, or a Content that is not text")
    start += len(_TEXT_OPENS)
    return xml[:start] + _within_cdata(xml[start:end]) + xml[end:]


def _inbound(fields: dict[str, Any]) -> Inbound:
    def text(name: str) -> str:
        value = fields.get(name) or ""
        if not isinstance(value, str):
            raise BadMessage(f"{name} is nested or repeated")
        return value

    def detail(name: str) -> str:
        value = fields.get(name)
        return value if isinstance(value, str) else ""

    def number(name: str) -> str:
        value = text(name)
        if value and not (value.isascii() and value.isdigit() and len(value) <= 20):
            raise BadMessage(f"{name} is not a whole number")
        return value.lstrip("0")

    def degrees(name: str, most: float) -> float | None:
        try:
            value = float(detail(name))
        except ValueError:
            return None
        return value if abs(value) <= most else None  # False for nan too

    openid, account = text("FromUserName"), text("ToUserName")
    for name, value in (("FromUserName", openid), ("ToUserName", account)):
        if not 0 < len(value) <= _OPENID_CHARACTERS:
            raise BadMessage(f"{name} is missing or too long")
    name = text("MsgType").lower()
    kind = Kind(name) if name in set(Kind) else Kind.UNKNOWN
    is_event = kind is Kind.EVENT
    return Inbound(
        openid=openid,
        account=account,
        kind=kind,
        text=text("Content") if kind is Kind.TEXT else "",
        event=text("Event").lower() if is_event else "",
        event_key=text("EventKey") if is_event else "",
        message_id=number("MsgID" if is_event else "MsgId"),
        created_at=int(number("CreateTime") or 0),
        menu_id=detail("bizmsgmenuid"),
        title=detail("Title"),
        url=detail("Url") or detail("PicUrl"),
        label=detail("Label"),
        recognition=detail("Recognition"),
        media_id=detail("MediaId"),
        latitude=degrees("Location_X", 90),
        longitude=degrees("Location_Y", 180),
    )


def harmless(text: str) -> str:
    r"""Drop what XML 1.0 forbids (control characters, lone surrogates, U+FFFE/F); unify line ends.

    >>> harmless("补贴\x1d怎么\x02申请\r\n")
    '补贴怎么申请\n'
    """
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def fit(text: str, limit: int = MAX_TEXT_BYTES) -> str:
    """Cut a text to ``limit`` bytes of UTF-8 and close it with MORE; unchanged when it fits.

    The cut falls after a sentence or line where one ends in the second half, else between two
    characters; never inside ``<a …>…</a>`` unless that link alone is over the limit.

    >>> fit("第一句。第二句。第三句。", 32)
    '第一句。第二句。……'
    """
    if _size(text) <= limit:
        return text
    cut = _cut(text, limit - _size(MORE))
    return text[:cut].rstrip() + MORE


def split(text: str, limit: int = 2000) -> list[str]:
    """Cut a text into pieces of at most ``limit`` bytes, at the places that ``fit`` would choose.

    Joined in order the pieces are the text again; none is empty, and "" has none.
    """
    pieces = []
    while _size(text) > limit:
        cut = _cut(text, limit)
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text] if text else pieces


def paged(text: str, limit: int = PAGE_BYTES) -> list[str]:
    """A reply as pages to show one after another: one when it fits, else with room for a tail.

    >>> len(paged("短")), len(paged("长" * 1000))
    (1, 2)
    """
    return [text] if _size(text) <= MAX_TEXT_BYTES else [p.strip() for p in split(text, limit)]


def render_text_reply(inbound: Inbound, text: str, now: int) -> str:
    """The passive text reply to ``inbound``: sender and receiver swapped ("passive reply").

    Our own, because wechatpy pastes texts into CDATA unescaped: ``]]>`` would end the element.

    Args:
        inbound: what is answered.
        text: the answer, already fitted; forbidden characters are dropped here.
        now: seconds since the epoch.
    """
    return (
        "<xml>"
        f"<ToUserName><![CDATA[{_within_cdata(inbound.openid)}]]></ToUserName>"
        f"<FromUserName><![CDATA[{_within_cdata(inbound.account)}]]></FromUserName>"
        f"<CreateTime>{now}</CreateTime>"
        "<MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{_within_cdata(text)}]]></Content>"
        "</xml>"
    )


def _within_cdata(text: str) -> str:
    return harmless(text).replace("]]>", "]]]]><![CDATA[>")


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _cut(text: str, limit: int) -> int:
    """Where to cut: a position of 1..len(text) with at most ``limit`` bytes before it.

    Raises:
        ValueError: ``limit`` < 4, where a single character may not fit.
    """
    if limit < 4:
        raise ValueError(f"a limit of {limit} bytes holds no character")
    raw = text.encode("utf-8", "surrogatepass")
    while raw[limit] & 0xC0 == 0x80:  # a continuation byte: the character began before
        limit -= 1
    most = len(raw[:limit].decode("utf-8", "surrogatepass"))
    ends = [m.end() for m in _SENTENCE_END.finditer(text, 0, most) if m.end() > most // 2]
    for end in reversed(ends):
        if _outside_link(text, end) == end:
            return end
    whole = most
    while whole > 1 and _joins(text[whole - 1], text[whole]):
        whole -= 1
    return _outside_link(text, whole if whole > 1 else most) or most


def _outside_link(text: str, cut: int) -> int:
    """``cut``, or the beginning of the link that it would divide."""
    start = text.rfind("<a ", 0, cut + 2)
    if start < 0:
        return cut
    end = text.find("</a>", start)
    return start if end >= 0 and start < cut < end + len("</a>") else cut


def _joins(before: str, after: str) -> bool:
    """True where a cut would take an accent or a part off a composed emoji."""
    joiner = "\u200d"
    skin_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    return joiner in (before, after) or skin_tone or unicodedata.category(after).startswith("M")

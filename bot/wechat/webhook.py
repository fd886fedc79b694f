"""The one URL that the platform calls: verify, decrypt, claim, answer in time, fit, encrypt.

Whatever comes in, the answer is a 200 or a 4xx within the budget; the platform gives five seconds
("passive reply") and shows a fault notice for everything else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from bot.wechat.crypto import Envelope, Refused, is_parameter, is_signed
from bot.wechat.messages import MAX_BODY_BYTES, BadMessage, parse, render_text_reply
from bot.wechat.replying import BUDGET_S, Replying

logger = logging.getLogger(__name__)

CLOCK_DRIFT_S = 600.0
"""A signed timestamp further off than this is logged. Not refused: the drift of the platform's
and of customers' clocks is not known, and a replayed message only gets its old answer again."""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What the account's console page says.

    Attributes:
        token: the Token that signatures are made with.
        appid: the AppID; needed with an aes_key only.
        aes_key: the EncodingAESKey of safe and compat mode, 43 characters; "" for plain mode.

    Raises:
        ValueError: an empty token, or an aes_key that is malformed or comes without an AppID.
    """

    token: str = field(repr=False)
    appid: str = ""
    aes_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("the WeChat Token is empty: anybody could sign with it")
        if self.aes_key and not self.appid:
            raise ValueError("an EncodingAESKey needs the AppID beside it")
        self.envelope()

    def envelope(self) -> Envelope | None:
        """The envelope of safe and compat mode, None in plain mode."""
        return Envelope(self.token, self.appid, self.aes_key) if self.aes_key else None


def create_webhook(
    account: AccountSettings,
    replying: Replying,
    *,
    clock: Callable[[], float] = time.time,
    budget_s: float = BUDGET_S,
) -> Blueprint:
    """Build the routes GET and POST /wechat.

    Args:
        account: token, AppID and key of the account.
        replying: gets each message its reply.
        clock: wall clock, seconds since the epoch; never the policy day.
        budget_s: seconds until a reply must go out.
    """
    blueprint = Blueprint("wechat", __name__)
    envelope = account.envelope()

    @blueprint.get("/wechat", strict_slashes=False)
    def confirm() -> Response:
        """Echo ``echostr`` when the URL is saved in the console; 403 without a good signature."""
        if not _signed_plainly(account.token):
            return _nothing(403)
        return _plain(request.args.get("echostr", ""))

    @blueprint.post("/wechat", strict_slashes=False)
    def receive() -> Response:
        """Answer one message: 403 forged, 400 not a message, 411 or 413 by length, else 200."""
        deadline = time.monotonic() + budget_s
        if request.content_length is None:
            return _nothing(411)
        if request.content_length > MAX_BODY_BYTES:
            return _nothing(413)
        try:
            body = request.get_data(cache=False)
            inbound = parse(_opened(body, account.token, envelope))
        except Refused as error:
            logger.warning("request refused: %s", error)
            return _nothing(403)
        except BadMessage as error:
            logger.warning("request is not a message: %s", error)
            return _nothing(400)
        now = int(clock())
        _note_drift(now)
        reply = replying.reply_to(inbound, deadline, _stamp())
        if not reply:
            return _plain("success")  # "handled, nothing to show": never encrypted
        xml = render_text_reply(inbound, reply, now)
        if envelope:
            xml = envelope.seal(xml, str(now), request.args["nonce"])
        return Response(xml, content_type="text/xml; charset=utf-8")

    return blueprint


def _opened(body: bytes, token: str, envelope: Envelope | None) -> bytes:
    """The clear message of a POST, its sender verified.

    Raises:
        Refused: see `Envelope.open`; a clear message where a key is configured would otherwise let
            a replayed ``signature`` carry any text.
    """
    if envelope is None:
        if not _signed_plainly(token):
            raise Refused("signature does not fit")
        return body
    if request.args.get("encrypt_type") != "aes":
        raise Refused("not encrypted, although an EncodingAESKey is configured")
    timestamp, nonce = request.args.get("timestamp", ""), request.args.get("nonce", "")
    if not is_parameter(timestamp) or not is_parameter(nonce):
        raise Refused("timestamp or nonce is missing or malformed")
    return envelope.open(body, request.args.get("msg_signature", ""), timestamp, nonce)


def _signed_plainly(token: str) -> bool:
    sent = request.args
    return is_signed(
        sent.get("signature", ""), token, sent.get("timestamp", ""), sent.get("nonce", "")
    )


def _stamp() -> int:
    """The signed timestamp of this delivery; 0 when it is no number."""
    timestamp = request.args["timestamp"][:12]
    return int(timestamp) if timestamp.isascii() and timestamp.isdigit() else 0


def _note_drift(now: int) -> None:
    drift = now - _stamp()
    if _stamp() and abs(drift) > CLOCK_DRIFT_S:
        logger.warning("signed %d s ago: a replay, or one clock is wrong", drift)


def _plain(text: str) -> Response:
    response = Response(text, content_type="text/plain; charset=utf-8")
    # echostr is the caller's text: no browser may take it for a page.
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _nothing(status: int) -> Response:
    return Response(b"", status, content_type="text/plain; charset=utf-8")

"""The one URL that the platform calls: verify, decrypt, claim, answer in time, fit, encrypt.

Knows no policy: what to say arrives as ``respond``, how to apologise as ``EdgeWording``.
Whatever comes in, the answer is a 200 or a 4xx within the budget; the platform gives five seconds
("passive reply") and shows a fault notice for everything else.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Response, request

from bot.wechat.crypto import Envelope, Refused, is_parameter, is_signed
from bot.wechat.deliveries import POLL_S, Answered, Deliveries, InWork, Mine
from bot.wechat.messages import (
    MAX_BODY_BYTES,
    BadMessage,
    Inbound,
    Kind,
    fit,
    harmless,
    parse,
    render_text_reply,
)

logger = logging.getLogger(__name__)

BUDGET_S = 4.5
"""From the request's arrival to our reply; the platform gives up after 5 s."""

CAPACITY = 64
"""Messages in work at once, late ones included; the next one is told that we are busy."""

CLOCK_DRIFT_S = 600.0
"""A signed timestamp further off than this is logged. Not refused: the drift of the platform's
and of customers' clocks is not known, and a replayed message only gets its old answer again."""

MORE_WORD = "继续"
"""What a talent sends to get an answer that came too late; ``late_text`` must say so."""


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


@dataclass(frozen=True, slots=True)
class EdgeWording:
    """What a talent reads when no answer of ours is ready.

    Attributes:
        busy_text: too many messages are in work.
        failure_text: answering failed.
        late_text: the answer takes longer; asks to send MORE_WORD in a moment.
    """

    busy_text: str
    failure_text: str
    late_text: str


def create_webhook(
    account: AccountSettings,
    respond: Callable[[Inbound], str],
    deliveries: Deliveries,
    wording: EdgeWording,
    *,
    clock: Callable[[], float] = time.time,
    budget_s: float = BUDGET_S,
    capacity: int = CAPACITY,
) -> Blueprint:
    """Build the routes GET and POST /wechat.

    Args:
        account: token, AppID and key of the account.
        respond: makes the reply to one message, "" for none. Called once per message, in a thread
            of its own without Flask's context; may take longer than the budget and may raise.
        deliveries: the ledger.
        wording: texts for what goes wrong here.
        clock: wall clock, seconds since the epoch; never the policy day.
        budget_s: seconds until a reply must go out.
        capacity: most messages in work at once.
    """
    blueprint = Blueprint("wechat", __name__)
    envelope = account.envelope()
    desk = _Desk(respond, deliveries, wording, budget_s, capacity)

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
        reply = desk.reply_to(inbound, deadline)
        if not reply:
            return _plain("success")  # "handled, nothing to show": never encrypted
        xml = render_text_reply(inbound, reply, now)
        if envelope:
            xml = envelope.seal(xml, str(now), request.args["nonce"])
        return Response(xml, content_type="text/xml; charset=utf-8")

    return blueprint


class _Desk:
    """Gets the reply to each message within the budget, whatever happens to the work behind it."""

    def __init__(
        self,
        respond: Callable[[Inbound], str],
        deliveries: Deliveries,
        wording: EdgeWording,
        budget_s: float,
        capacity: int,
    ) -> None:
        self._respond = respond
        self._deliveries = deliveries
        self._wording = wording
        # Waiting for others ends a little before the caller stops waiting for us.
        self._margin_s = budget_s / 20
        self._free = threading.BoundedSemaphore(capacity)
        self._workers = ThreadPoolExecutor(capacity, thread_name_prefix="wechat")

    def reply_to(self, inbound: Inbound, deadline: float) -> str:
        """The reply, "" for none, at ``deadline`` (monotonic) at the latest.

        Everything that may block, the ledger included, happens in a worker: a database locked by a
        long write makes the answer late, never the response.
        """
        if not self._free.acquire(blocking=False):
            return self._wording.busy_text
        handover = _Handover()

        def work() -> None:
            try:
                self._work(inbound, deadline - self._margin_s, handover)
            except Exception as error:  # noqa: BLE001 - in a thread nobody else would see it
                _log("delivery not recorded", error)
                handover.give(self._wording.failure_text)
            finally:
                self._free.release()

        self._workers.submit(work)
        reply = handover.wait(deadline - time.monotonic())
        return self._wording.late_text if reply is None else reply

    def _work(self, inbound: Inbound, deadline: float, handover: _Handover) -> None:
        claim = self._deliveries.claim(
            inbound.dedupe_key,
            inbound.openid,
            inbound.kind.value,
            wait_s=deadline - time.monotonic(),
        )
        match claim:
            case Answered(delivery_id, reply):
                if handover.give(reply):
                    self._deliveries.sent(delivery_id)
            case Mine(delivery_id):
                reply = self._answer(inbound, delivery_id, deadline)
                if handover.give(reply):
                    self._deliveries.sent(delivery_id)
            case InWork():
                handover.give(self._wording.late_text)

    def _answer(self, inbound: Inbound, delivery_id: int, deadline: float) -> str:
        owed = None
        if inbound.kind is Kind.TEXT and inbound.text == MORE_WORD:
            owed = self._owed(inbound.openid, delivery_id, deadline)
        match owed:
            case Answered(earlier_id, reply):
                reply = self._deliveries.answer(delivery_id, reply)
                self._deliveries.sent(earlier_id)
                return reply
            case InWork():
                return self._deliveries.answer(delivery_id, self._wording.late_text)
        try:
            reply = fit(harmless(self._respond(inbound)).strip())
        except Exception as error:  # noqa: BLE001 - whatever respond does, the talent gets a reply
            _log("respond failed", error)
            return self._deliveries.answer(delivery_id, self._wording.failure_text, failed=True)
        return self._deliveries.answer(delivery_id, reply)

    def _owed(self, openid: str, delivery_id: int, deadline: float) -> Answered | InWork | None:
        """A late answer to this talent, waiting for one that is still being made."""
        while True:
            owed = self._deliveries.kept(openid, delivery_id)
            if not isinstance(owed, InWork) or time.monotonic() >= deadline:
                return owed
            time.sleep(POLL_S)


class _Handover:
    """Passes a reply from a worker to the request that waits, unless that has given up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._reply: str | None = None
        self._abandoned = False

    def give(self, reply: str) -> bool:
        """Worker's side; False when nobody waits any more, so nobody will see the reply."""
        with self._lock:
            if self._abandoned or self._reply is not None:
                return False
            self._reply = reply
            self._ready.set()
            return True

    def wait(self, seconds: float) -> str | None:
        """Request's side; None when no reply came in time."""
        self._ready.wait(max(0.0, seconds))
        with self._lock:
            self._abandoned = self._reply is None
            return self._reply


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


def _note_drift(now: int) -> None:
    timestamp = request.args["timestamp"]
    if not (timestamp.isascii() and timestamp.isdigit()):
        return
    drift = now - int(timestamp[:20])
    if abs(drift) > CLOCK_DRIFT_S:
        logger.warning("signed %d s ago: a replay, or one clock is wrong", drift)


def _log(what: str, error: Exception) -> None:
    """Log where an exception arose, without its own text: that may quote a talent's message."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    logger.error("%s: %s at %s", what, type(error).__name__, where)


def _plain(text: str) -> Response:
    response = Response(text, content_type="text/plain; charset=utf-8")
    # echostr is the caller's text: no browser may take it for a page.
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _nothing(status: int) -> Response:
    return Response(b"", status, content_type="text/plain; charset=utf-8")

"""How a message gets its answer to its sender, whatever the account may do and however long it
takes. Knows no policy: what to say arrives as ``respond``.

In time: in the response, which costs no quota. Late, and the account may send customer-service
messages: ``success`` at once, then the answer through the outbox, in parts that the person's
window has room for. Late otherwise: a notice with a number; the answer is fetched by it.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.privacy import alias, masked
from bot.wechat.deliveries import (
    LONGEST_WORK_S,
    MOST_ATTEMPTS,
    POLL_S,
    Answered,
    Deliveries,
    InWork,
    Mine,
    Record,
    Traffic,
)
from bot.wechat.messages import Inbound, Kind, harmless, paged
from bot.wechat.taps import tap
from bot.wechat.windows import WindowKind

logger = logging.getLogger(__name__)

BUDGET_S = 4.5
"""From the request's arrival to our reply; the platform gives up after 5 s."""
CAPACITY = 64
MOST_PARTS = 4
"""Customer-service messages of one answer; the person's window holds five after a message."""
PER_MINUTE = 30
"""Messages of one person that are answered in a minute; nobody reads faster."""
MOST_WAITING = 5
"""Messages of one person in work at once."""
QUOTED = 24
"""Characters of a question that are repeated above its late answer."""

_MORE = re.compile(r"(继续)|(?:继续|答案)\s*(\d{1,12})")
_NEXT_PAGE = "下一页"
_FIELDS = fields(Inbound)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a message is answered with.

    Attributes:
        text: the whole of it, "" for none.
        record: writes what belongs to it when it is stored; see `deliveries.Record`.
    """

    text: str
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class EdgeWording:
    """What a talent reads that is no answer.

    Attributes:
        busy_text: too many messages are in work.
        failure_text: answering failed.
        late_text: the answer takes longer; holds ``{question}``, ``{tap}`` and ``{number}``.
        late_plain: the same before the message has a number.
        still_text: asked for, and still not ready; holds ``{number}``.
        often_text: this person sends too much in a minute.
        late_head: stands above a late answer; holds ``{question}``.
        page_text: stands below a page that is not the last; holds ``{page}`` and ``{pages}``.
        owed_text: stands below another answer while one waits; ``{question}``, ``{tap}``,
            ``{number}``.
        unsure_text: the same where an earlier message may not have arrived.
        fetch_label: the words to tap for a late answer.
    """

    busy_text: str
    failure_text: str
    late_text: str
    late_plain: str
    still_text: str
    often_text: str
    late_head: str
    page_text: str
    owed_text: str
    unsure_text: str
    fetch_label: str


class Replying:
    """Gets the reply to each message within the budget, whatever happens to the work behind it."""

    def __init__(
        self,
        respond: Callable[[Inbound], Reply],
        deliveries: Deliveries,
        wording: EdgeWording,
        *,
        may_push: Callable[[str], bool] = lambda _: False,
        budget_s: float = BUDGET_S,
        capacity: int = CAPACITY,
        per_minute: int = PER_MINUTE,
        overhear: Callable[[str, str], str] = lambda _, text: text,
    ) -> None:
        """Reply by these rules.

        Args:
            respond: makes the reply to one message. Called once per message, in a thread of its
                own without Flask's context; may take longer than the budget and may raise.
            deliveries: the ledger.
            wording: texts for what goes wrong here.
            may_push: whether customer-service messages may be sent to an openid.
            budget_s: seconds until a reply must go out.
            capacity: most messages in work at once, late ones included; the next is told so.
            per_minute: messages of one person answered in a minute.
            overhear: (openid, text as sent) -> the text as it may be kept; takes out of it what
                a person gave for a sign-up. Called before the message is recorded; may raise.
        """
        self._overhear = overhear
        self._respond = respond
        self._deliveries = deliveries
        self._wording = wording
        self._may_push = may_push
        self._per_minute = per_minute
        # Waiting for others ends a little before the caller stops waiting for us.
        self._margin_s = budget_s / 20
        self._free = threading.BoundedSemaphore(capacity)
        self._workers = ThreadPoolExecutor(capacity, thread_name_prefix="wechat")

    def reply_to(self, inbound: Inbound, deadline: float, stamp: int = 0) -> str:
        """The reply, "" for none, at ``deadline`` (monotonic) at the latest.

        ``stamp`` is the platform's timestamp of this delivery.

        Everything that may block, the ledger included, happens in a worker: a database locked by a
        long write makes the answer late, never the response.
        """
        if not self._free.acquire(blocking=False):
            return self._wording.busy_text
        sent = inbound.text
        inbound = replace(
            inbound, text=masked(inbound.text), recognition=masked(inbound.recognition)
        )
        handover, arrived_at = _Handover(), time.time()

        def work() -> None:
            try:
                kept = inbound
                if sent != inbound.text:  # only what is masked could be lost
                    text = masked(self._overhear(inbound.openid, sent))
                    kept = replace(inbound, text=text)
                self._work(kept, deadline - self._margin_s, handover, arrived_at, stamp)
            except Exception as error:  # noqa: BLE001 - in a thread nobody else would see it
                log_fault("delivery not recorded", error)
                handover.give(self._wording.failure_text)
            finally:
                self._free.release()

        self._workers.submit(work)
        reply = handover.wait(deadline - time.monotonic())
        return self._late(inbound, handover.delivery_id) if reply is None else reply

    def take_up_abandoned(self) -> bool:
        """Answer one message whose worker died after the platform was told ``success``.

        Returns:
            False when there is none.
        """
        found = self._deliveries.take_abandoned()
        if found is None:
            return False
        mine, message = found
        inbound = read_message(message)
        logger.warning("message %d of %s taken up again", mine.delivery_id, alias(inbound.openid))
        handover = _Handover()
        handover.wait(0)  # nobody waits
        if mine.attempt > MOST_ATTEMPTS:
            self._finish(
                inbound, mine.delivery_id, self._wording.failure_text, handover, failed=True
            )
        else:
            self._answer(inbound, mine.delivery_id, handover, None)
        return True

    # -- strategies ----------------------------------------------------------------------

    def _late(self, inbound: Inbound, delivery_id: int | None) -> str:
        """What to say now about an answer that is not ready."""
        if self._may_push(inbound.openid):
            return ""  # success; the answer follows through the outbox
        if delivery_id is None:
            return self._wording.late_plain
        return self._wording.late_text.format(
            question=quoted(inbound),
            tap=_fetch_tap(self._wording.fetch_label, delivery_id),
            number=delivery_id,
        )

    def _finish(
        self,
        inbound: Inbound,
        delivery_id: int,
        reply: str,
        handover: _Handover,
        *,
        failed: bool = False,
        fetches: int | None = None,
        record: Record | None = None,
    ) -> None:
        """Record a reply and hand it over, push it or keep it."""
        pages = paged(reply)
        if handover.is_waiting:
            told = self._deliveries.answer(
                delivery_id,
                reply,
                failed=failed,
                handing=True,
                pages_left=len(pages) - 1,
                fetches=fetches,
                record=record,
            )
            if handover.give(self._page(paged(told), 0)):
                self._deliveries.sent(delivery_id)
            else:  # given up in this very moment
                parts, left = self._parts(inbound, told)
                self._deliveries.missed(delivery_id, parts, left)
            return
        parts, left = self._parts(inbound, reply)
        self._deliveries.answer(
            delivery_id,
            reply,
            failed=failed,
            push=parts,
            pages_left=left,
            fetches=fetches,
            record=record,
        )

    def _parts(self, inbound: Inbound, reply: str) -> tuple[list[str], int]:
        """(what to push, pages left over); nothing to push where that is not allowed."""
        if not reply or not self._may_push(inbound.openid):
            return [], len(paged(reply)) - 1 if reply else 0
        pages = paged(self._headed(inbound, reply))
        room = self._deliveries.windows.allowance(inbound.openid).left
        count = min(len(pages), MOST_PARTS, max(1, room))
        parts = pages[:count]
        if count < len(pages):
            parts[-1] = self._page(pages, count - 1)
        return parts, len(pages) - count

    def _headed(self, inbound: Inbound, reply: str) -> str:
        question = quoted(inbound)
        return self._wording.late_head.format(question=question) + reply if question else reply

    def _page(self, pages: list[str], index: int) -> str:
        """A page with how to get the next; the whole reply when there is one page."""
        if index + 1 >= len(pages):
            return pages[index] if pages else ""
        return pages[index] + self._wording.page_text.format(page=index + 1, pages=len(pages))

    # -- one delivery --------------------------------------------------------------------

    def _work(
        self, inbound: Inbound, deadline: float, handover: _Handover, arrived_at: float, stamp: int
    ) -> None:
        claim = self._deliveries.claim(
            inbound.dedupe_key,
            inbound.openid,
            inbound.kind.value,
            wait_s=deadline - time.monotonic(),
            message=written_message(inbound),
            opens=_opens(inbound),
            arrived_at=arrived_at,
            stamp=stamp,
            releases=self._may_push(inbound.openid),
        )
        match claim:
            case Answered(delivery_id, reply):
                handover.delivery_id = delivery_id
                if handover.give(self._page(paged(reply), 0)) and reply:
                    self._deliveries.sent(delivery_id)
            case Mine(delivery_id, _, traffic):
                handover.delivery_id = delivery_id
                wanted = _MORE.fullmatch(inbound.text) if inbound.kind is Kind.TEXT else None
                if wanted and self._fetch(inbound, delivery_id, wanted, deadline, handover):
                    return
                if inbound.text == _NEXT_PAGE and self._turn(inbound, delivery_id, handover):
                    return
                if traffic := self._in_turn(inbound, delivery_id, handover, traffic):
                    self._answer(inbound, delivery_id, handover, traffic)
            case InWork(delivery_id):
                # whoever has it answers; this delivery says what it can at its deadline
                handover.delivery_id = delivery_id

    def _in_turn(
        self, inbound: Inbound, delivery_id: int, handover: _Handover, traffic: Traffic | None
    ) -> Traffic | None:
        """Wait until this person's earlier messages are answered; None when there are too many."""
        give_up = time.monotonic() + LONGEST_WORK_S
        traffic = traffic or self._deliveries.traffic(inbound.openid, delivery_id)
        too_many = traffic.last_minute > self._per_minute or traffic.in_work >= MOST_WAITING
        if too_many and inbound.kind is not Kind.EVENT:
            self._finish(inbound, delivery_id, self._wording.often_text, handover, failed=True)
            return None
        while traffic.in_work and time.monotonic() < give_up:
            time.sleep(POLL_S)
            traffic = self._deliveries.traffic(inbound.openid, delivery_id)
        return traffic

    def _answer(
        self, inbound: Inbound, delivery_id: int, handover: _Handover, traffic: Traffic | None
    ) -> None:
        failed, handed, record = False, [], None
        try:
            made = self._respond(inbound)
            reply, record = harmless(made.text).strip(), made.record
            if traffic and traffic.is_withheld and not self._may_push(inbound.openid):
                # a reply is the only way there is to this person
                handed = self._deliveries.outbox.withheld(inbound.openid)
                reply = "\n\n".join([*(posted.text for posted in handed), *filter(None, [reply])])
            elif reply and traffic and (traffic.is_owed or traffic.is_withheld):
                reply = self._with_owed(inbound, delivery_id, reply)
        except Exception as error:  # noqa: BLE001 - whatever respond does, the talent gets a reply
            log_fault("respond failed", error)
            reply, failed, handed, record = self._wording.failure_text, True, [], None
        self._finish(inbound, delivery_id, reply, handover, failed=failed, record=record)
        if handed:
            self._deliveries.outbox.handed_over([posted.id for posted in handed])

    def _with_owed(self, inbound: Inbound, delivery_id: int, reply: str) -> str:
        """The reply, telling of an earlier answer that is ready and was not fetched."""
        owed = self._deliveries.kept(inbound.openid, delivery_id)
        if isinstance(owed, Answered) and owed.message:
            told = self._wording.owed_text.format(
                question=quoted(read_message(owed.message)),
                tap=_fetch_tap(self._wording.fetch_label, owed.delivery_id),
                number=owed.delivery_id,
            )
        elif self._deliveries.outbox.withheld(inbound.openid):
            told = self._wording.unsure_text
        else:
            return reply
        return reply + told if len(paged(reply + told)) == len(paged(reply)) else reply

    def _fetch(
        self,
        inbound: Inbound,
        delivery_id: int,
        wanted: re.Match[str],
        deadline: float,
        handover: _Handover,
    ) -> bool:
        """Give the late answer that is asked for; False when nothing is owed."""
        only = int(wanted[2]) if wanted[2] else None
        while True:
            owed = self._deliveries.kept(inbound.openid, delivery_id, only)
            if not isinstance(owed, InWork) or time.monotonic() + POLL_S >= deadline:
                break
            time.sleep(POLL_S)
        match owed:
            case None:
                return self._hand_withheld(inbound, delivery_id, handover)
            case InWork(earlier_id):
                number = only or earlier_id
                still = self._wording.still_text.format(number=number)
                self._deliveries.answer(delivery_id, still, handing=True)
                if handover.give(still):
                    self._deliveries.sent(delivery_id)
            case Answered(earlier_id, reply, message):
                asker = read_message(message) if message else inbound
                text = self._headed(asker, reply) if message else reply
                self._finish(inbound, delivery_id, text, handover, fetches=earlier_id)
        return True

    def _hand_withheld(self, inbound: Inbound, delivery_id: int, handover: _Handover) -> bool:
        """Show what the outbox could not send, or did not know whether it had."""
        withheld = self._deliveries.outbox.withheld(inbound.openid)
        if not withheld:
            return False
        text = "\n".join(posted.text for posted in withheld)
        self._finish(inbound, delivery_id, text, handover)
        self._deliveries.outbox.handed_over([posted.id for posted in withheld])
        return True

    def _turn(self, inbound: Inbound, delivery_id: int, handover: _Handover) -> bool:
        """Show the next page of the newest long reply; False when there is none."""
        found = self._deliveries.next_page(inbound.openid, delivery_id)
        if found is None:
            return False
        reply, left, earlier_id = found
        pages = paged(reply)
        # a pushed reply has a heading above it, so it may have broken into pages elsewhere
        shown = self._page(pages, max(0, len(pages) - left))
        self._deliveries.turned(earlier_id, left - 1)
        self._finish(inbound, delivery_id, shown, handover)
        return True


class _Handover:
    """Passes a reply from a worker to the request that waits, unless that has given up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._reply: str | None = None
        self._abandoned = False
        self.delivery_id: int | None = None

    @property
    def is_waiting(self) -> bool:
        """True while `give` may still succeed."""
        with self._lock:
            return not self._abandoned and self._reply is None

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


class Recovery:
    """A thread that answers what dead workers left; may run in several processes."""

    def __init__(self, replying: Replying, pause_s: float = 2.0) -> None:
        self._replying, self._pause_s = replying, pause_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wechat-recovery", daemon=True)

    def start(self) -> None:
        """Begin looking."""
        self._thread.start()

    def stop(self) -> None:
        """End after the message in hand."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stop.wait(self._pause_s):
            try:
                while not self._stop.is_set() and self._replying.take_up_abandoned():
                    pass
            except (SQLAlchemyError, ValueError) as error:
                log_fault("abandoned messages cannot be read", error)


def quoted(inbound: Inbound) -> str:
    """The beginning of what was asked, to stand above or beside its answer; "" for an event."""
    text = " ".join((inbound.text or inbound.recognition).split())
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"


def written_message(inbound: Inbound) -> str:
    """A message for the ledger to keep."""
    # field by field: asdict copies deeply, a twentieth of what a message costs (measured)
    return json.dumps({f.name: getattr(inbound, f.name) for f in _FIELDS}, ensure_ascii=False)


def read_message(message: str) -> Inbound:
    """A message as the ledger keeps it."""
    kept = json.loads(message)
    return Inbound(**{**kept, "kind": Kind(kept["kind"])})


def log_fault(what: str, error: Exception) -> None:
    """Log where an exception arose, without its own text: that may quote a talent's message."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    logger.error("%s: %s at %s", what, type(error).__name__, where)


def _opens(inbound: Inbound) -> WindowKind | None:
    """The reply window that a message or event opens.

    A tap on a line of a reply counts as a menu click, not as a message ("特别说明").
    """
    if inbound.kind is not Kind.EVENT:
        return WindowKind.CLICK if inbound.menu_id else WindowKind.MESSAGE
    if inbound.event == "subscribe":
        return WindowKind.FOLLOW
    if inbound.event == "scan":
        return WindowKind.SCAN
    return WindowKind.CLICK if inbound.event in _CLICKS else None


_CLICKS = ("click", "scancode_push", "scancode_waitmsg")


def _fetch_tap(label: str, delivery_id: int) -> str:
    return tap(label, f"答案{delivery_id}", f"answer-{delivery_id}")

"""Puts the two halves of the bot together: the wire that knows no policy, the dialogue that knows
no wire."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import wording
from bot.answering.answer import Answerer
from bot.conversations import Conversations, NewTurn
from bot.dialogue import Desk, Message, make_dialogue, moment_of
from bot.erasure import Erasure
from bot.handoff import Handoffs
from bot.office import OfficeNow
from bot.office_hours import OfficeHours
from bot.office_questions import OfficeQuestionRuns, OfficeQuestions, Results, run
from bot.office_settings import OfficeSettings
from bot.pictures import CannotSee
from bot.reception import Reception
from bot.rehearsal import Rehearsal, rehearsal_of
from bot.signups import Signups
from bot.switches import Switches
from bot.wechat.account import Account, Capability
from bot.wechat.client import Client
from bot.wechat.deliveries import Deliveries
from bot.wechat.errors import CallFailed
from bot.wechat.menu import menu_body, said
from bot.wechat.messages import Inbound, Kind
from bot.wechat.outbox import Sender
from bot.wechat.pictures import picture_of
from bot.wechat.replying import PER_MINUTE, EdgeWording, Recovery, Reply, Replying
from bot.wechat.taps import tap
from database import Direct
from knowledge.catalogue import Catalogue
from knowledge.retriever import Retriever
from knowledge.synonyms import Synonyms
from knowledge.validity import CHINA

logger = logging.getLogger(__name__)

PROBE_S = 6 * 3600.0
"""Between two questions to WeChat what the account may do."""
SWEEP_S = 60.0
RETENTION_S = 3600.0
QUESTIONS_S = 2.0
"""Between two looks whether the office's questions are to be asked."""
AFTER_A_CHANGE = "政策或同义词有改动，自动运行"

EDGE_WORDING = EdgeWording(
    busy_text=wording.BUSY,
    failure_text=wording.FAILURE,
    late_text=wording.LATE,
    late_plain=wording.LATE_PLAIN,
    still_text=wording.STILL_LATE,
    often_text=wording.OFTEN,
    late_head=wording.LATE_HEAD,
    page_text=wording.PAGE,
    owed_text=wording.OWED,
    unsure_text=wording.UNSURE,
    fetch_label=wording.FETCH,
)


@dataclass(frozen=True, slots=True)
class BotSettings:
    """What an operator decides about the bot.

    Attributes:
        office: who we are.
        reception: topics, scenes, halls and menu of the office's file.
        hours: when people answer, by the environment.
        is_staffed: whether staff take hand-offs at the desk, asked for every hand-off.
        per_minute: messages of one person answered in a minute.
        keep_days: until what was said is erased, by the environment.
        delay_s: every answer takes so much longer, to rehearse.
        try_pictures: where /try keeps the pictures sent on it; None where there is no /try.
    """

    office: wording.Office
    reception: Reception
    hours: OfficeHours
    is_staffed: Callable[[], bool] = lambda: False
    per_minute: int = PER_MINUTE
    keep_days: int = 180
    delay_s: float = 0.0
    try_pictures: Path | None = None


class Bot:
    """Everything between a message and its reply, in one process."""

    def __init__(
        self,
        engine: Engine,
        retriever: Retriever,
        settings: BotSettings,
        today: Callable[[], date],
        clause_url: Callable[[int], str],
        client: Client | None,
        event_url: Callable[[int], str] = lambda _: "",
        check_url: str = "",
    ) -> None:
        """Assemble; nothing runs yet, see `Keeper`.

        Args:
            engine: the migrated database.
            retriever: finds passages.
            settings: see BotSettings.
            today: the policy day in China.
            clause_url: passage id -> address of its public page, "" when there is none.
            client: calls WeChat; None while no AppSecret is set.
            event_url: event id -> address of its public page, "" when there is none.
            check_url: address of the page that asks what the walk asks, "" for none.
        """
        self._programme, self._today = retriever.programme, today
        self._settings, self._client = settings, client
        self.office_now = OfficeNow(
            OfficeSettings(engine), settings.reception, settings.hours, settings.keep_days
        )
        self.office = replace(settings.office, own=self.office_now.own)
        self.synonyms = Synonyms(engine)
        self.questions, self.runs = OfficeQuestions(engine), OfficeQuestionRuns(engine)
        self._answerer, self._today = Answerer(retriever, self.synonyms), today
        self._catalogue = Catalogue(engine)
        self.switches = Switches(engine)
        self.account = Account(self.switches, client)
        self._conversations = Conversations(engine)
        self.handoffs = Handoffs(engine)
        self.deliveries = Deliveries(engine)
        self.signups = Signups(
            engine, self._tell, now=lambda: moment_of(today(), datetime.now(CHINA))
        )
        self.erasure = Erasure(engine, self.signups)
        self._dialogue = make_dialogue(
            engine, retriever, today, self.office, clause_url, self.synonyms,
            reception=self.office_now,
            desk=Desk(self.handoffs, self.office_now, settings.is_staffed),
            switches=self.switches, forget=self.erasure.unsubscribed, tap=tap,
            event_url=event_url, signups=self.signups,
            check_url=check_url,
        )  # fmt: skip
        self.replying = Replying(
            self._respond,
            self.deliveries,
            EDGE_WORDING,
            may_push=self.may_push,
            per_minute=settings.per_minute,
            overhear=self._dialogue.overhear,
        )

    @property
    def client(self) -> Client | None:
        """Calls WeChat; None while no AppSecret is set."""
        return self._client

    def ask_own_questions(self) -> None:
        """Do the run of the office's questions that waits, if one does.

        One is due by itself after every change of what is published and of the synonyms.
        """
        mark = self._catalogue.changed()
        questions = self.questions.all()
        if questions and mark != self.runs.mark():
            self.runs.ask_for(AFTER_A_CHANGE, "", mark)
        if (waiting := self.runs.waiting()) is None:
            return
        try:
            results = run(questions, self._answerer, self._today(), self.office)
        except Exception as error:  # a question that breaks must not be asked for ever
            logger.exception("the office's questions could not be asked")
            self.runs.finish(waiting.id, Results(()), mark, type(error).__name__)
        else:
            self.runs.finish(waiting.id, results, mark)

    @property
    def menu(self) -> list[dict[str, Any]]:
        """The menu as WeChat takes it; [] for an office without one."""
        buttons = self.office_now.menu
        return list(menu_body(buttons)["button"]) if buttons else []

    def may_push(self, openid: str) -> bool:
        """Whether a message may be sent to a person after the reply."""
        if rehearsal := self._rehearsal(openid):
            return rehearsal.verified
        return self.account.may(Capability.CUSTOMER_SERVICE)

    def look_after_signups(self) -> None:
        """Tell those who signed up what has changed and what begins soon."""
        day = self._today()
        self.signups.keep_told(self._programme.events(day), moment_of(day, datetime.now(CHINA)))

    def _tell(self, connection: Connection, openid: str, text: str) -> bool:
        """Queue a text for a person where WeChat permits one now."""
        if not self.may_push(openid) or not self.deliveries.windows.allowance(openid).left:
            return False
        self.deliveries.outbox.put(openid, [text], connection=connection)
        return True

    def sender(self) -> Sender:
        """The threads that send what is due."""
        return Sender(
            self.deliveries.outbox, self.deliveries.windows, self.may_push, self._send,
            self.account,
        )  # fmt: skip

    def _send(self, openid: str, text: str) -> None:
        if self._rehearsal(openid):
            return  # its page reads the outbox
        assert self._client is not None, "nothing may be sent without a client"
        self._client.send_text(openid, text)

    def _rehearsal(self, openid: str) -> Rehearsal | None:
        """What somebody on /try rehearses; None for everybody else, and where there is no /try."""
        return rehearsal_of(openid) if self._settings.try_pictures else None

    def _respond(self, inbound: Inbound) -> Reply:
        rehearsal = self._rehearsal(inbound.openid)
        if delay_s := self._settings.delay_s + (rehearsal.delay_s if rehearsal else 0):
            time.sleep(delay_s)  # even for no time it would let go of the processor
        picture = (lambda: self._picture(inbound)) if inbound.kind is Kind.IMAGE else None
        has_place = inbound.latitude is not None and inbound.longitude is not None
        place = (inbound.latitude, inbound.longitude) if has_place else None
        outcome = self._dialogue.unrecorded(
            Message(
                openid=inbound.openid,
                kind=inbound.kind.value,
                text=inbound.text or inbound.recognition or said(inbound.event_key),
                event=inbound.event,
                key=inbound.event_key,
                tapped=inbound.menu_id,
                place=place,  # type: ignore[arg-type]
                picture=picture,
            )
        )
        turn = outcome.turn
        return Reply(outcome.shown, partial(self._record, turn) if turn else None)

    def _record(self, turn: NewTurn, connection: Direct) -> Callable[[str], str]:
        turn_id = self._conversations.record(turn, connection)
        return partial(wording.numbered, turn_id=turn_id)

    def _picture(self, inbound: Inbound) -> bytes:
        try:
            if self._settings.try_pictures and self._rehearsal(inbound.openid):
                return (self._settings.try_pictures / Path(inbound.media_id).name).read_bytes()
            return picture_of(inbound, self._client)
        except (CallFailed, OSError) as error:
            raise CannotSee(type(error).__name__) from None


class Keeper:
    """What one process does for all: sends, takes up what dead workers left, erases by age."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._sender = bot.sender()
        self._recovery = Recovery(bot.replying)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin; the first probe of the account runs in the background."""
        self._sender.start()
        self._recovery.start()
        self._thread.start()

    def stop(self) -> None:
        """End after what is under way."""
        self._stop.set()
        self._recovery.stop()
        self._sender.stop()

    def _run(self) -> None:
        due = {self._bot.account.probe: (0.0, PROBE_S), self._sweep: (0.0, SWEEP_S),
               self._erase: (0.0, RETENTION_S),
               self._bot.ask_own_questions: (0.0, QUESTIONS_S)}  # fmt: skip
        while not self._stop.is_set():
            for act, (at, every_s) in due.items():
                if time.monotonic() >= at:
                    due[act] = (time.monotonic() + every_s, every_s)
                    try:
                        act()
                    except SQLAlchemyError as error:
                        logger.warning("not done for now: %s", type(error).__name__)
            self._stop.wait(1.0)

    def _sweep(self) -> None:
        for openid in self._bot.handoffs.close_idle():
            self._bot.deliveries.outbox.put(openid, [wording.HAND_OFF_IDLE])
        self._bot.look_after_signups()
        self._bot.deliveries.outbox.doubt_orphans()

    def _erase(self) -> None:
        self._bot.erasure.older(self._bot.office_now.keep_days)

"""Signing up: transcripts, the last place, what is told, what is erased."""

from __future__ import annotations

import multiprocessing
import re
import threading
import time
from datetime import date, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.assembly import Bot, BotSettings
from bot.conversations import turns
from bot.dialogue import Message, make_dialogue
from bot.erasure import Erasure
from bot.office_hours import OfficeHours
from bot.reception import Reception
from bot.signups import Facts, Signups, State, signup_drafts, signups
from bot.wechat.deliveries import deliveries
from bot.wechat.messages import Inbound, Kind
from bot.wechat.windows import WindowKind
from bot.wording import Office
from database import open_engine, writing_directly
from evaluation.asking import Day, shown
from knowledge.documents import EventKind
from knowledge.programme import Happening, Said
from tests.console.conftest import SAMPLES, open_base

SCRIPTS = Path(__file__).parent / "signing"
TODAY = date(2026, 11, 22)
NOON = datetime.fromisoformat("2026-11-22T12:00")
SALON = "电子陶瓷产业人才技术沙龙"
_people = count(1)


@pytest.fixture
def base(tmp_path):
    made = open_base(tmp_path)
    made.intake.add_all([*sorted(SAMPLES.glob("1[01]*")), *sorted(SAMPLES.glob("02*"))])
    yield made
    made.catalogue.engine.dispose()


@pytest.fixture
def salon(base) -> Happening:
    return named(base, SALON)


def named(base, title: str, day: date = TODAY) -> Happening:
    return next(h for h in base.retriever.programme.events(day) if title in h.title)


def scripts() -> list[list[str]]:
    text = "\n".join(p.read_text(encoding="utf-8") for p in sorted(SCRIPTS.glob("*.txt")))
    return [block.strip().splitlines() for block in re.split(r"\n\s*\n", text) if block.strip()]


@pytest.mark.parametrize("script", scripts(), ids=lambda s: s[0].removeprefix("# "))
def test_a_sign_up_goes_as_written(script, base):
    day = Day(TODAY)
    engine = base.catalogue.engine
    dialogue = make_dialogue(
        engine, base.retriever, day, Office(), lambda i: f"http://localhost/p/{i}", now=day.now
    )
    place = next(_people)
    reply = ""
    for line in script[1:]:
        word, said = re.split("[：:]", line, maxsplit=1)
        match word:
            case "今天":
                day.today = date.fromisoformat(said)
            case "名额":
                title, places, *asks = said.split()
                Signups(engine).set_rule(
                    named(base, title), is_open=True, capacity=int(places),
                    asks_name="姓名" in asks, asks_phone="手机号" in asks,
                )  # fmt: skip
            case "答含":
                assert said in reply, f"{reply}\n(wanted: {said})"
            case "答不含":
                assert said not in reply, reply
            case person:
                message = Message(f"oSIGN{place}{person}", "text", text=said)
                reply = shown(dialogue.respond(message).shown)
                assert len(reply.encode()) <= 2048


# -- the last place ----------------------------------------------------------------------


def _sign_in_turn(url: str, happening_id: int, first: int, many: int, begin, results) -> None:
    engine = open_engine(url)
    lists = [[] for _ in range(many)]
    gate = threading.Barrier(many)

    def sign(n: int) -> None:
        gate.wait()
        signed = Signups(engine).sign(happening_id, f"o{first + n}", consent="同意")
        lists[n].append(signed[0].state.value)

    begin.wait()
    threads = [threading.Thread(target=sign, args=(n,)) for n in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put([state for one in lists for state in one])
    engine.dispose()


def test_of_many_who_take_the_last_place_at_once_exactly_one_gets_it(base, salon):
    engine = base.catalogue.engine
    Signups(engine).set_rule(salon, is_open=True, capacity=1, asks_name=False, asks_phone=False)
    context = multiprocessing.get_context("spawn")
    begin, results = context.Event(), context.Queue()
    workers = [
        context.Process(
            target=_sign_in_turn,
            args=(str(engine.url), salon.id, 100 * n, 4, begin, results),
        )
        for n in range(2)
    ]
    for worker in workers:
        worker.start()
    begin.set()
    states = [state for _ in workers for state in results.get(timeout=60)]
    for worker in workers:
        worker.join()
    assert sorted(states) == ["confirmed", *["waiting"] * 7]
    people = Signups(engine).people(salon.id)
    assert [p.state for p in people].count(State.CONFIRMED) == 1
    assert [p.place for p in people] == [0, *range(1, 8)]


def test_one_person_who_signs_up_in_many_threads_is_signed_up_once(base, salon):
    engine = base.catalogue.engine
    Signups(engine).set_rule(salon, is_open=True, capacity=9, asks_name=False, asks_phone=False)
    new = []

    def sign():
        new.append(Signups(engine).sign(salon.id, "oSAME", consent="同意", openid="oSAME")[1])

    threads = [threading.Thread(target=sign) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert new.count(True) == 1
    assert len(Signups(engine).people(salon.id)) == 1


# -- what is told ------------------------------------------------------------------------


def opened(base, happening, tell=None, **rule):
    told = []

    def heard(_connection, openid, text):
        told.append((openid, text))
        return tell is None or tell(openid)

    made = Signups(base.catalogue.engine, heard, now=lambda: NOON)
    rule = {"is_open": True, "capacity": 1, "asks_name": False, "asks_phone": False, **rule}
    made.set_rule(happening, **rule)
    return made, told


def test_who_moves_up_is_told_at_once_where_that_is_possible_and_then_not_again(base, salon):
    made, told = opened(base, salon)
    first, _ = made.sign(salon.id, "oA", consent="同意", openid="oA")
    made.sign(salon.id, "oB", consent="同意", openid="oB")
    made.cancel(first.id)
    assert [(who, "有空位了" in text) for who, text in told] == [("oB", True)]
    assert made.notices("oB") == []


def test_who_cannot_be_told_now_is_told_with_the_next_reply_once(base, salon):
    made, _ = opened(base, salon, tell=lambda _: False)
    first, _ = made.sign(salon.id, "oA", consent="同意", openid="oA")
    made.sign(salon.id, "oB", consent="同意", openid="oB")
    made.cancel(first.id)
    [notice] = made.notices("oB")
    assert "有空位了" in notice
    assert made.notices("oB") == []


def test_more_places_go_to_those_who_wait_in_their_order(base, salon):
    made, told = opened(base, salon)
    for who in "ABCD":
        made.sign(salon.id, f"o{who}", consent="同意", openid=f"o{who}")
    made.set_rule(salon, is_open=True, capacity=3, asks_name=False, asks_phone=False)
    assert [who for who, _ in told] == ["oB", "oC"]
    assert [(p.openid, p.place) for p in made.people(salon.id)][-1] == ("oD", 1)


def test_a_reminder_is_sent_once_on_the_day_before(base, salon):
    made, told = opened(base, salon)
    made.sign(salon.id, "oA", consent="同意", openid="oA")
    events = base.retriever.programme.events(TODAY)
    made.keep_told(events, datetime.fromisoformat("2026-12-02T14:59"))
    assert told == []
    made.keep_told(events, datetime.fromisoformat("2026-12-02T15:00"))
    made.keep_told(events, datetime.fromisoformat("2026-12-02T15:01"))
    assert [(who, "提醒" in text and "经开区科创中心报告厅" in text) for who, text in told] == [
        ("oA", True)
    ]


def test_who_has_signed_up_is_told_of_a_new_day_and_of_the_end_once(base, salon):
    made, told = opened(base, salon)
    made.sign(salon.id, "oA", consent="同意", openid="oA")
    programme = base.retriever.programme
    programme.correct(salon.id, {"starts": "2026-12-10T15:00"})
    for _ in range(2):
        made.keep_told(programme.events(TODAY), NOON)
    programme.cancel(salon.id)
    for _ in range(2):
        made.keep_told(programme.events(TODAY), NOON)
    moved, ended = (text for _, text in told)
    assert "原定2026年12月3日（周四）15:00，改为2026年12月10日（周四）15:00" in moved
    assert "已取消举办" in ended


# -- what is erased ----------------------------------------------------------------------


def test_who_unsubscribes_is_erased_and_their_place_goes_on(base, salon):
    engine = base.catalogue.engine
    made, told = opened(base, salon, asks_phone=True)
    made.sign(salon.id, "oA", consent="同意", openid="oA", name="李明", phone="13800001111")
    made.sign(salon.id, "oB", consent="同意", openid="oB")
    made.begin("oA", salon.id)
    Erasure(engine, made).unsubscribed("oA")
    with engine.connect() as connection:
        rows = connection.execute(select(signups)).mappings().all()
        assert connection.execute(select(signup_drafts)).all() == []
    assert [(r["openid"], r["state"]) for r in rows] == [("oB", "confirmed")]
    assert [who for who, _ in told] == ["oB"]


def test_thirty_days_after_an_event_nobody_who_signed_up_is_known(base, salon):
    made, _ = opened(base, salon)
    made.sign(salon.id, "oA", consent="同意", openid="oA")
    events = base.retriever.programme.events(TODAY)
    made.keep_told(events, datetime.fromisoformat("2027-01-02T12:00"))
    assert len(made.people(salon.id)) == 1
    made.keep_told(events, datetime.fromisoformat("2027-01-03T00:00"))
    assert made.people(salon.id) == []


def test_a_phone_given_for_a_sign_up_stands_in_no_turn(base, salon):
    engine = base.catalogue.engine
    Signups(engine).set_rule(salon, is_open=True, capacity=5, asks_name=True, asks_phone=True)
    day = Day(TODAY)
    dialogue = make_dialogue(engine, base.retriever, day, Office(), lambda i: "", now=day.now)

    def says(text):
        return dialogue.respond(Message("oPHONE", "text", text=text)).shown

    says("电子陶瓷沙龙在哪")
    says("报名")
    says("同意")
    assert dialogue.overhear("oPHONE", "王芳 13912345678") == "［报名信息］"
    assert "报名成功" in says("［报名信息］")
    [person] = Signups(engine).people(salon.id)
    assert (person.name, person.phone) == ("王芳", "13912345678")
    with engine.connect() as connection:
        said = [str(tuple(r)) for r in connection.execute(select(turns))]
    assert not any("王芳" in s or "139" in s for s in said)
    assert dialogue.overhear("oPHONE", "打 13912345678") == "打 13912345678"


def test_the_line_agreed_to_is_kept_with_the_sign_up(base, salon):
    engine = base.catalogue.engine
    Signups(engine).set_rule(salon, is_open=True, capacity=5, asks_name=False, asks_phone=False)
    day = Day(TODAY)
    dialogue = make_dialogue(engine, base.retriever, day, Office(), lambda i: "", now=day.now)
    for text in ("电子陶瓷沙龙在哪", "报名", "同意"):
        dialogue.respond(Message("oCONSENT", "text", text=text))
    with engine.connect() as connection:
        [consent] = connection.execute(select(signups.c.consent)).scalars()
    assert "只用于这次活动" in consent


def test_a_code_checks_in_once_and_only_for_its_event(base, salon):
    made, _ = opened(base, salon)
    person, _ = made.sign(salon.id, "oA", consent="同意")
    waiting, _ = made.sign(salon.id, "oB", consent="同意")
    first = made.check_in(salon.id, f" {person.code.lower()} ")
    assert first.here_at is not None
    assert made.check_in(salon.id, person.code).here_at == first.here_at
    assert made.check_in(salon.id, waiting.code) is None
    assert made.check_in(salon.id + 1, person.code) is None


def test_facts_of_an_open_day_say_so():
    happening = Happening(1, EventKind.SALON, {"title": Said("沙龙", "")})
    assert Facts.of(happening) == Facts("沙龙", "", "", "")


def test_a_phone_sent_by_wechat_is_in_the_sign_up_and_nowhere_else(base, salon):
    engine = base.catalogue.engine
    settings = BotSettings(Office(), Reception(), OfficeHours())
    bot = Bot(engine, base.retriever, settings, Day(TODAY), lambda i: "", None)
    bot.signups.set_rule(salon, is_open=True, capacity=5, asks_name=True, asks_phone=True)
    said = [
        bot.replying.reply_to(
            Inbound("oEDGE", "gh", Kind.TEXT, text=text, message_id=str(number), created_at=number),
            time.monotonic() + 30,
        )
        for number, text in enumerate(("电子陶瓷沙龙在哪", "报名", "同意", "王芳 13912345678"), 1)
    ]
    assert "报名成功" in said[-1]
    [person] = bot.signups.people(salon.id)
    assert (person.name, person.phone) == ("王芳", "13912345678")
    with engine.connect() as connection:
        kept = [str(tuple(r)) for t in (deliveries, turns) for r in connection.execute(select(t))]
    assert kept
    assert not any("13912345678" in row or "王芳" in row for row in kept)


def test_who_moves_up_is_written_to_through_the_outbox_within_their_window(base, salon, tmp_path):
    engine = base.catalogue.engine
    settings = BotSettings(Office(), Reception(), OfficeHours(), try_pictures=tmp_path)
    verified = "oTRY-V0-aaaaaaaaaaaaaaaaaaaa"  # whose account may push, as on /try
    bot = Bot(engine, base.retriever, settings, Day(TODAY), lambda i: "", None)
    bot.signups.set_rule(salon, is_open=True, capacity=1, asks_name=False, asks_phone=False)
    people = [
        bot.signups.sign(salon.id, w, consent="同意", openid=w)[0] for w in ("oA", verified, "oC")
    ]
    with writing_directly(engine) as connection:
        bot.deliveries.windows.open(connection, verified, WindowKind.MESSAGE)
    bot.signups.cancel(people[0].id)
    bot.signups.cancel(people[1].id)
    assert [p.state for p in bot.signups.people(salon.id)] == [State.CONFIRMED]
    assert bot.deliveries.outbox.counts() == {"queued": 1}  # oC has no window
    [notice] = bot.signups.notices("oC")
    assert "有空位了" in notice

"""Who owns a conversation: asked once, owned by one, given back or timed out; windows counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.erasure import Erasure
from bot.handoff import Owner
from bot.office_hours import OfficeHours
from bot.staff_side import NotYours, Speaker, StaffSide, TooLong
from bot.switches import NOTICE, Switches
from bot.wechat.windows import WindowKind, Windows
from database import migrate, open_engine, writing_directly
from tests.wechat.conftest import Clock

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def engine(tmp_path):
    made = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    migrate(made)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(engine, clock) -> StaffSide:
    return StaffSide(engine, clock=clock)


def first(desk: StaffSide) -> int:
    return desk.waiting()[0].handoff_id


def test_the_queue_tells_how_many_were_first_and_asks_nothing_twice(desk, clock):
    places = []
    for openid in ("oA", "oB", "oC", "oB"):
        places.append(desk.ask(openid))
        clock.now += 1
    assert [(p.ahead, p.is_new) for p in places] == [(0, True), (1, True), (2, True), (1, False)]


def test_of_eight_people_one_takes_a_conversation(desk):
    desk.ask("oA")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: desk.take(1, f"员工{n}"), range(8)))
    assert taken.count(True) == 1
    assert desk.owner("oA") is Owner.PERSON


def test_only_the_owner_writes_gives_back_and_finishes(desk, engine, clock):
    with writing_directly(engine) as connection:
        Windows(engine, clock=clock).open(connection, "oA", WindowKind.MESSAGE)
    desk.ask("oA")
    desk.take(first(desk), "张三")
    sent = desk.send(1, "张三", "您好")
    assert sent.allowance.left == 5  # counted when it is sent, not when it is put
    with pytest.raises(NotYours):
        desk.send(1, "李四", "您好")
    assert not desk.give_back(1, "李四")
    assert not desk.finish(1, "李四")
    assert desk.finish(1, "张三")
    assert desk.owner("oA") is Owner.BOT
    with pytest.raises(NotYours):
        desk.send(1, "张三", "还有")


def test_a_colleague_owns_what_was_passed_on_and_the_talent_is_told_nothing(desk, engine, clock):
    desk.ask("oA")
    desk.take(1, "张三")
    clock.now += 19 * 60
    assert desk.pass_on(1, "张三", "李四", "他的手机13800138000")
    with pytest.raises(NotYours):
        desk.send(1, "张三", "还是我来说")
    held = desk.held(1)
    assert (held.staff, held.passed_by, held.is_untouched) == ("李四", "张三", True)
    assert held.pass_note == "他的手机［手机号］"
    clock.now += 19 * 60  # the colleague's time begins when it is passed on
    assert desk.owner("oA") is Owner.PERSON
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar() == 0
    desk.send(1, "李四", "您好")
    assert not desk.held(1).is_untouched


def test_only_its_owner_passes_on_a_conversation_that_a_person_has(desk):
    desk.ask("oA")
    assert not desk.pass_on(1, "", "李四")
    assert not desk.pass_on(1, "张三", "李四")  # nobody has taken it
    desk.take(1, "张三")
    assert not desk.pass_on(1, "王五", "李四")
    desk.finish(1, "张三")
    assert not desk.pass_on(1, "张三", "李四")


def test_of_eight_who_are_passed_a_conversation_at_once_one_owns_it(desk):
    desk.ask("oA")
    desk.take(1, "张三")
    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda n: desk.pass_on(1, "张三", f"员工{n}"), range(8)))
    assert passed.count(True) == 1
    assert desk.held(1).staff == f"员工{passed.index(True)}"


def test_what_a_conversation_was_about_is_its_longest_reply_and_what_was_asked_before(desk, clock):
    desk.ask("oA")
    desk.take(1, "张三")
    for said, replied in (
        (
            ("你好", "我在经开区上班", "购房补贴能再加吗"),
            ("您好，请稍等。", "可以，经开区再给10万元。"),
        ),
        (("谢谢",), ("不客气",)),
    ):
        for text in said:
            desk.hear("oA", text)
        for text in replied:
            desk.send(1, "张三", text, (7,) if "10万元" in text else ())
    found = desk.gist(1, "张三")
    assert found.question == "你好 我在经开区上班 购房补贴能再加吗"
    assert (found.answer, found.passages) == ("可以，经开区再给10万元。", (7,))
    assert desk.gist(1, "李四") is None
    assert desk.gist(99, "张三") is None


@pytest.mark.parametrize("message", ["", "  ", "长" * 700])
def test_what_weixin_would_refuse_is_refused_before(desk, message):
    desk.ask("oA")
    desk.take(1, "张三")
    with pytest.raises(TooLong):
        desk.send(1, "张三", message)


def test_what_its_owner_left_lying_goes_back_to_the_bot(desk, clock):
    desk.ask("oA")
    desk.take(1, "张三")
    clock.now += 19 * 60
    assert desk.owner("oA") is Owner.PERSON
    clock.now += 2 * 60
    assert desk.close_idle() == ["oA"]
    assert desk.owner("oA") is Owner.BOT
    assert desk.ask("oA").is_new


def test_the_transcript_holds_both_sides_in_order_with_what_became_of_them(desk, clock):
    desk.ask("oA")
    desk.take(1, "张三")
    desk.hear("oA", "我身份证110101199003071234")
    clock.now += 1
    desk.send(1, "张三", "请稍等")
    lines = desk.transcript("oA")
    assert [(li.speaker, li.text) for li in lines] == [
        (Speaker.TALENT, "我身份证［身份证号］"), (Speaker.STAFF, "请稍等"),
    ]  # fmt: skip
    assert lines[1].fate == "queued"


def test_who_is_erased_leaves_nothing_behind(desk, engine):
    desk.ask("oA")
    desk.take(1, "张三")
    desk.hear("oA", "你好")
    desk.send(1, "张三", "您好")
    Erasure(engine).person("oA")
    with engine.connect() as connection:
        for table in ("handoffs", "handoff_lines", "outbox", "turns", "deliveries"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [((23, 9, 0), True), ((23, 12, 0), False), ((23, 13, 30), True), ((28, 10, 0), True),
     ((28, 14, 0), False), ((29, 10, 0), False)],
)  # fmt: skip
def test_office_hours_hold_to_the_minute(moment, is_open):
    day, hour, minute = moment
    hours = OfficeHours.parse("1-5 09:00-12:00 13:30-17:30; 6 09:00-12:00")
    assert hours.open_at(datetime(2026, 11, day, hour, minute, tzinfo=CHINA)) is is_open


@pytest.mark.parametrize("written", ["1-5", "9 09:00-10:00", "1 10:00-09:00", "5-1 09:00-10:00"])
def test_hours_that_make_no_sense_are_refused(written):
    with pytest.raises(ValueError, match="“"):
        OfficeHours.parse(written)


def test_a_switch_reaches_another_process_without_a_restart(engine, monkeypatch):
    monkeypatch.setattr("bot.switches.FRESH_S", 0.0)
    here, there = Switches(engine), Switches(engine)
    assert there.get(NOTICE) == ""
    here.put(NOTICE, "系统今晚维护")
    assert there.get(NOTICE) == "系统今晚维护"
    here.put(NOTICE, "")
    assert there.get(NOTICE) == ""

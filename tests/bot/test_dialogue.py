"""Every kind of message gets exactly one sensible reply, or silence; turns are kept and erased."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot import wording
from bot.answering.result import Part
from bot.conversations import MEMORY, turns
from bot.dialogue import LONGEST, Desk, make_dialogue
from bot.handoff import Handoffs, Owner
from bot.office_hours import OfficeHours
from bot.reception import SHIPPED, read_reception
from bot.wechat.messages import Kind
from bot.wechat.taps import tap
from bot.wording import Office
from database import migrate, open_engine
from tests.bot.conftest import Person


def count_turns(library, person) -> int:
    with library.catalogue.engine.connect() as connection:
        return connection.execute(
            select(func.count()).where(turns.c.openid == person.openid)
        ).scalar_one()


@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        ("image", wording.IMAGE),
        ("voice", wording.VOICE),
        ("video", wording.VIDEO),
        ("shortvideo", wording.VIDEO),
        ("location", wording.LOCATION),
        ("link", wording.LINK),
        ("unknown", wording.UNKNOWN),
        ("hologram", wording.UNKNOWN),
    ],
)
def test_what_cannot_be_read_is_answered_by_asking_for_text(person, library, kind, reply):
    outcome = person.sends(kind)
    assert outcome.text == reply
    assert "文字" in reply or "直接问" in reply
    assert not outcome.citations
    assert count_turns(library, person) == 0


@pytest.mark.parametrize("kind", [k for k in Kind if k != "event"])
def test_no_kind_of_message_that_the_wire_knows_meets_silence(person, kind):
    assert person.sends(kind.value, text="落户收费吗" if kind == "text" else "").text


def test_a_voice_message_with_a_transcript_is_answered_like_text(person):
    heard = wording.HEARD.format(question="落户收费吗")
    assert person.sends("voice", text="落户收费吗").text == heard + person.asks("落户收费吗").text


def test_a_new_follower_is_welcomed_with_things_to_ask(library, day):
    reception = read_reception(SHIPPED)
    dialogue = make_dialogue(
        library.catalogue.engine, library.retriever, day, Office(), lambda _: "",
        reception=reception, tap=tap,
    )  # fmt: skip
    here = Person(dialogue)
    text = here.sends("event", event="subscribe").text
    assert "欢迎关注人才服务中心" in text
    assert "12345" in text
    assert "\n1. <a href=" in text
    assert here.asks("1").text == Person(dialogue).asks(reception.topics[0]).text


@pytest.mark.parametrize(("event", "key"), [("click", "help"), ("scan", "counter7")])
def test_a_menu_key_or_a_scanned_code_shows_what_can_be_asked(person, event, key):
    assert "可以问：" in person.sends("event", event=event, key=key).text


@pytest.mark.parametrize(
    "event", ["unsubscribe", "view", "location", "templatesendjobfinish", "something_new", ""]
)
def test_events_nobody_waits_for_an_answer_to_meet_silence(person, event):
    outcome = person.sends("event", event=event)
    assert outcome.text == ""
    assert not outcome.abstained


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("你好", "您好"),
        ("您好！", "您好"),
        ("在吗", "您好"),
        ("谢谢", "不客气"),
        ("好的，谢谢", "不客气"),
        ("帮助", "可以问"),
        ("人工", "12345"),
        ("转人工客服", "12345"),
        ("  人工  ", "12345"),
        ("？？？", "请输入"),
        ("", "请输入"),
        ("👍👍", "请输入"),
        ("买房" * LONGEST, "有些长"),
    ],
)
def test_what_is_no_question_gets_its_own_short_reply(person, library, text, piece):
    outcome = person.asks(text)
    assert piece in outcome.text
    assert not outcome.citations
    assert count_turns(library, person) == 0


@pytest.mark.parametrize("text", ["你好，D类买房补多少", "谢谢，那D类买房补多少"])
def test_a_courtesy_before_a_question_does_not_swallow_it(person, text):
    assert "30万元" in person.asks(text).text


def test_the_office_of_the_installation_is_named(library, day):
    office = Office("滨海人才港", "0571-8600000", "滨海市")
    here = Person(
        make_dialogue(library.catalogue.engine, library.retriever, day, office, lambda _: "")
    )
    assert "0571-8600000" in here.asks("人工").text
    assert "滨海人才港" in here.sends("event", event="subscribe").text
    assert "滨海市" in here.asks("苏州的购房补贴多少").text
    assert "拨打 0571-8600000" in here.asks("买车有补贴吗").text


def test_without_a_public_address_a_reply_has_no_link(library, day):
    office = Office()
    here = Person(
        make_dialogue(library.catalogue.engine, library.retriever, day, office, lambda _: "")
    )
    text = here.asks("D类买房补多少").text
    assert "<a" not in text
    assert wording.OPEN_CLAUSE not in text


def test_with_a_public_address_a_reply_opens_the_clause_it_cites(person):
    outcome = person.asks("D类买房补多少")
    assert f'<a href="http://localhost/p/{outcome.citations[0].passage_id}">' in outcome.text


# --- what is remembered ---------------------------------------------------------------------


def test_every_question_is_recorded_with_what_it_rested_on(person, library):
    outcome = person.asks("D类买房补多少")
    person.asks("买车有补贴吗")
    with library.catalogue.engine.connect() as connection:
        first, second = connection.execute(
            select(turns).where(turns.c.openid == person.openid).order_by(turns.c.id)
        ).all()
    assert (first.asked, first.answered) == ("D类买房补多少", outcome.text)
    assert first.passages == [c.passage_id for c in outcome.citations]
    assert (first.abstained, first.reason) == (False, "")
    assert (second.abstained, second.reason) == (True, "no_passage")


def test_unsubscribing_erases_what_the_person_said_and_nobody_else_s(person, dialogue, library):
    other = Person(dialogue)
    person.asks("D类买房补多少")
    other.asks("E类买房补多少")
    assert person.sends("event", event="unsubscribe").text == ""
    assert count_turns(library, person) == 0
    assert count_turns(library, other) == 1


def test_a_lapsed_rule_is_said_to_be_one_wherever_in_a_reply_it_stands():
    old = Part("q", "补贴3万元。", "旧办法第二条", 1, lapsed="有效期至2025年2月28日止")
    text = wording.answer_text([Part("q", "补贴5万元。", "办法第二条", 2)], [old], lambda _: "")
    assert wording.LAPSED.format(why=old.lapsed) + old.body in text


def test_a_link_in_a_policy_reaches_a_talent_as_text():
    part = Part("q", '点<a href="https://example.org">这里</a>申领。', "办法第二条", 1)
    for text in (
        wording.answer_text([part], [], lambda _: ""),
        wording.answer_text([], [part], lambda _: ""),
    ):
        assert "<a" not in text
        assert "</a" not in text


def test_after_unsubscribing_nothing_of_the_person_is_known(person):
    person.asks("我是F类人才")
    person.sends("event", event="unsubscribe")
    assert "F类：租房补贴（每月）800元" not in person.asks("租房补贴多少").text


def test_two_people_do_not_share_a_conversation(dialogue):
    one, other = Person(dialogue), Person(dialogue)
    one.asks("我是F类人才")
    other.asks("我是B类人才")
    assert "800元" in one.asks("租房补贴多少").text
    assert "6000元" in other.asks("租房补贴多少").text


def test_after_a_long_pause_a_new_conversation_begins(person, library):
    person.asks("我是F类人才")
    long_ago = datetime.now(UTC) - MEMORY - timedelta(minutes=1)
    with library.catalogue.engine.begin() as connection:
        connection.execute(update(turns).where(turns.c.openid == person.openid).values(at=long_ago))
    reply = person.asks("租房补贴多少").text
    assert "F类：租房补贴（每月）800元" not in reply


@pytest.mark.parametrize("said", ["取消", "重来", "退出", "算了", "不用了", "取消关注", "不符合"])
def test_an_ordinary_word_with_nothing_running_gets_one_plain_sentence(person, said):
    outcome = person.asks(said)
    assert outcome.citations == ()
    assert "依据：" not in outcome.text
    assert "抱歉" not in outcome.text


def test_a_complaint_is_handed_to_people(person):
    assert "12345" in person.asks("我要投诉").text


def test_who_waits_in_the_queue_leaves_it_by_saying_never_mind(library, day, tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'queue.db'}")
    migrate(engine)
    handoffs = Handoffs(engine)
    desk = Desk(handoffs, OfficeHours(), is_staffed=lambda: True)
    waiting = Person(
        make_dialogue(
            library.catalogue.engine, library.retriever, day, Office(), lambda _: "", desk=desk
        )
    )
    for said in ("算了", "不用了"):
        waiting.asks("转人工")
        assert handoffs.owner(waiting.openid) is Owner.WAITING
        assert "已取消人工服务的登记" in waiting.asks(said).text
        assert handoffs.owner(waiting.openid) is Owner.BOT
    engine.dispose()

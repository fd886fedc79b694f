"""Walks through the conditions as talks, and the rules that every one of them keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.dialogue import Dialogue, make_dialogue
from bot.eligibility_wording import FINAL
from bot.erasure import Erasure
from bot.walks import MEMORY, forget_idle, walks
from bot.wechat.taps import tap
from bot.wording import Office
from evaluation.asking import shown
from evaluation.questions import load_questions
from knowledge.benefits import Benefits, BenefitStatus, benefits
from knowledge.figures import unsupported
from tests.bot.conftest import Person
from tests.bot.script import Conversation, conversations

ALL = list(conversations(Path(__file__).parent / "walks"))
QUESTIONS = Path(__file__).parents[2] / "evaluation" / "linjiang" / "questions.jsonl"


@pytest.fixture(scope="module")
def confirmed(library) -> Iterator[Benefits]:
    """The samples' proposals, confirmed while this module runs."""
    made = Benefits(library.catalogue)
    made.confirm_all("test")
    yield made
    with library.catalogue.engine.begin() as connection:
        connection.execute(update(benefits).values(status=BenefitStatus.PROPOSED.value))


@pytest.fixture
def unconfirmed(confirmed, library) -> Iterator[None]:
    """As a city's files are before anybody has looked at what was read of them."""
    with library.catalogue.engine.begin() as connection:
        connection.execute(update(benefits).values(status=BenefitStatus.PROPOSED.value))
    yield
    confirmed.confirm_all("test")


@pytest.fixture
def walking(confirmed, library, day) -> Dialogue:
    return make_dialogue(
        library.catalogue.engine, library.retriever, day, Office(),
        lambda i: f"http://localhost/p/{i}", tap=tap, check_url="http://localhost/check",
        now=day.now,
    )  # fmt: skip


@pytest.mark.parametrize("conversation", ALL, ids=[c.name for c in ALL])
def test_a_walk_goes_as_written(conversation: Conversation, walking, day):
    day.today = conversation.day
    person = Person(walking)
    for turn in conversation.turns:
        outcome = person.asks(turn.asked)
        reply = shown(outcome.shown)
        told = f"问：{turn.asked}\n答：{reply}"
        assert [t for t in turn.holds if t not in reply] == [], told
        assert [t for t in turn.lacks if t in reply] == [], told
        if turn.basis:
            assert turn.basis in outcome.citations[0].basis, told
        assert len(outcome.shown.encode()) <= 2048, told
        if "① 符合" in reply or "② 还差" in reply:
            assert FINAL in reply, told
            assert outcome.citations, told
            support = " ".join(c.text for c in outcome.citations)
            said = reply.split("核对如下：")[-1].split("还有")[0].split(FINAL)[0]
            said = re.sub("[①②③]", "", said)
            assert unsupported(said.split("没有问到的")[0], support) == set(), told


def test_nobody_is_asked_more_than_six_things(walking):
    for begin in ("我能享受什么", "我能认定几类", "我能落户吗"):
        person = Person(walking)
        replies = [shown(person.asks(begin).text)]
        while re.search(r"第\d问", replies[-1]):
            replies.append(shown(person.asks("不清楚").text))
        assert len(replies) == 7  # six questions and the result
        assert FINAL in replies[-1]


def test_one_unknown_condition_is_enough_not_to_say_that_it_is_met(walking):
    person = Person(walking)
    person.asks("核对：租房补贴（每月）")
    person.asks("E类")
    reply = shown(person.asks("不清楚").text)
    assert "① 符合" not in reply
    assert "③ 还不能判断" in reply


def test_questions_of_the_evaluation_are_answered_and_never_walked_through(walking, day):
    for question in load_questions(QUESTIONS):
        day.today = question.as_of or day.today
        person = Person(walking)
        for turn in question.turns:
            assert "第1问" not in person.asks(turn).text, turn


def test_nothing_that_nobody_confirmed_is_judged(unconfirmed, library, day):
    assert not [o for o in Benefits(library.catalogue).in_force(day()) if o.is_confirmed]
    dialogue = make_dialogue(
        library.catalogue.engine, library.retriever, day, Office(), lambda i: ""
    )
    for text in ("我能享受什么", "我能落户吗", "核对：购房补贴（总额）"):
        reply = Person(dialogue).asks(text).text
        assert "第1问" not in reply
        assert "① 符合" not in reply


def test_what_is_switched_off_on_a_matter_that_goes_on_is_named_only_as_text(
    confirmed, walking, day
):
    offers = [o for o in confirmed.in_force(day()) if "购房补贴" in o.benefit.title]
    (main,) = (o for o in offers if o.benefit.title == "购房补贴（总额）")
    confirmed.decide(main.id, BenefitStatus.PROPOSED, "test")
    try:
        person = Person(walking)
        reply = shown(person.asks("我符合购房补贴条件吗").text)
        while re.search(r"第\d问", reply):
            reply = shown(person.asks("不清楚").text)
        assert "只列原文" in reply
        assert "15万元" not in reply
    finally:
        confirmed.decide(main.id, BenefitStatus.CONFIRMED, "test")


def test_what_was_told_is_forgotten_after_half_an_hour_and_with_the_person(walking, library):
    engine = library.catalogue.engine
    person = Person(walking)
    person.asks("我能落户吗")
    Erasure(engine).person(person.openid)
    assert "最高学历" not in person.asks("36").text
    person.asks("我能落户吗")
    old = datetime.now(UTC) - MEMORY - timedelta(seconds=1)
    with engine.begin() as connection:
        connection.execute(update(walks).where(walks.c.openid == person.openid).values(at=old))
    assert "最高学历" not in person.asks("36").text
    assert forget_idle(engine) >= 1


def test_two_people_never_share_a_walk(walking):
    one, other = Person(walking), Person(walking)
    one.asks("我能落户吗")
    assert "最高学历" not in other.asks("36").text
    assert "最高学历" in one.asks("36").text


DOCTOR = {
    "哪一类人才证书": "还没有认定",
    "社会保险": "6个月以上",
    "毕业多久": "毕业超过3年",
    "技能等级": "没有技能等级",
}


def answered_until_result(person: Person, begin: str) -> str:
    reply = shown(person.asks(begin).text)
    while re.search(r"第\d问", reply):
        said = next((a for q, a in DOCTOR.items() if q in reply.split("\n1.")[0]), "不清楚")
        reply = shown(person.asks(said).text)
    return reply


def test_the_name_of_a_benefit_is_never_taken_for_a_fact_however_it_is_chosen(walking):
    replies = []
    for way in ("核对：认定为E类人才", "认定为E类人才", "number"):
        person = Person(walking)
        result = answered_until_result(person, "我是博士，45岁，能享受什么")
        assert "还没有认定" in result
        assert "毕业超过3年" in result
        number = re.search(r"(\d)\. 认定为E类人才", result)
        assert number is not None, result
        reply = shown(person.asks(number[1] if way == "number" else way).text)
        replies.append(reply)
        assert "第1问" in reply, reply
        assert "还没有认定" in reply, reply
        assert "已记下" not in reply
        later = reply
        while re.search(r"第\d问", later):
            later = shown(person.asks("不清楚").text)
        assert "购房补贴（总额）：" not in later
        assert "、E类人才" not in later
    assert len(set(replies)) == 1


def test_a_benefit_named_before_a_walk_is_no_fact_in_it(walking):
    person = Person(walking)
    person.asks("认定为E类人才")
    assert "E类人才" not in shown(person.asks("我能享受什么").text)


def test_who_has_no_certificate_reads_every_class_that_would_do(walking, confirmed, day):
    titles = [
        o.benefit.title for o in confirmed.in_force(day()) if "子女入学服务" in o.benefit.title
    ]
    person = Person(walking)
    person.asks(f"核对：{titles[0]}")
    lacking = shown(person.asks("还没有认定").text)
    assert "差「A、B、C类人才子女」或「D类人才子女」或「E类人才子女」或「F类人才子女」" in lacking


def test_what_is_lacking_is_the_grade_and_not_its_amount(walking):
    person = Person(walking)
    reply = shown(person.asks("核对：技能人才提升补贴").text)
    while re.search(r"第\d问", reply):
        reply = shown(person.asks("没有技能等级" if "技能等级" in reply else "不清楚").text)
    told = re.findall(r"差「([^」]*)」", reply)
    assert told, reply
    assert not [t for t in told if re.search(r"\d元$", t)]


def test_not_having_graduated_is_not_having_graduated_today(walking):
    person = Person(walking)
    person.asks("核对：2026年第四批高校毕业生生活补贴")
    replies = [shown(person.asks("硕士").text)]
    assert "毕业多久" in replies[0]
    while re.search(r"第\d问", replies[-1]):
        replies.append(shown(person.asks("没有" if "毕业多久" in replies[-1] else "不清楚").text))
    assert "还没毕业" in replies[-1]

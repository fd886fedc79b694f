"""The transcripts, held again; and rules that every reply in them keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evaluation.asking import dialogue_over, shown
from evaluation.questions import load_questions
from knowledge.figures import unsupported
from tests.bot.conftest import Person
from tests.bot.script import BadScript, Conversation, conversations, read_script

ALL = list(conversations())
QUESTIONS = Path(__file__).parents[2] / "evaluation" / "linjiang" / "questions.jsonl"
WECHAT_BYTES = 2048


@pytest.mark.parametrize("conversation", ALL, ids=[c.name for c in ALL])
def test_a_conversation_goes_as_written(conversation: Conversation, library, day):
    day.today = conversation.day
    person = Person(dialogue_over(library, day))
    for turn in conversation.turns:
        outcome = person.asks(turn.asked)
        reply = shown(outcome.text)
        told = f"问：{turn.asked}\n答：{reply}"
        assert outcome.abstained is turn.declined, told
        assert not turn.reason or outcome.reason == turn.reason, told
        assert [t for t in turn.holds if t not in reply] == [], told
        assert [t for t in turn.lacks if t in reply] == [], told
        if turn.basis:
            assert turn.basis in outcome.citations[0].basis, told


@pytest.mark.parametrize("conversation", ALL, ids=[c.name for c in ALL])
def test_every_reply_fits_names_its_basis_and_holds_only_cited_figures(
    conversation: Conversation, library, day
):
    day.today = conversation.day
    person = Person(dialogue_over(library, day))
    for turn in conversation.turns:
        outcome = person.asks(turn.asked)
        reply = shown(outcome.text)
        assert reply
        assert len(outcome.text.encode()) <= WECHAT_BYTES
        if outcome.abstained:
            assert not outcome.citations
            continue
        assert re.search(r"^依据：《.+》", reply, re.MULTILINE), reply
        support = " ".join(c.text for c in outcome.citations)
        # the numbers that several answers are counted by are no figures of a policy
        assert unsupported(re.sub(r"^\d\. ", "", reply, flags=re.MULTILINE), support) == set()


def test_there_are_enough_transcripts_to_mean_something():
    assert len(ALL) >= 15
    assert sum(len(c.turns) for c in ALL) >= 30


def test_a_transcript_is_not_an_evaluation_question():
    """Evaluation would measure what was fitted here."""
    measured = {q.turns[-1].strip("？?。") for q in load_questions(QUESTIONS)}
    asked = {t.asked.strip("？?。") for c in ALL for t in c.turns if len(t.asked) > 8}
    assert asked & measured == set()


# --- the form of the file -------------------------------------------------------------------


def test_a_script_is_read_as_its_writer_meant_it():
    (one, two) = read_script(
        "# 甲\n今天:2027-01-02\n问：买房补多少\n答含：30万元\n答不含：20万元\n依据：第三条\n\n"
        "问：你好坏\n未答\n问：谁\n未答：no_passage\n",
        "form",
    )
    assert (one.name, str(one.day)) == ("form:甲", "2027-01-02")
    assert (one.turns[0].holds, one.turns[0].lacks) == (["30万元"], ["20万元"])
    assert [(t.declined, t.reason) for t in two.turns] == [(True, ""), (True, "no_passage")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("问：甲\n达含：乙", "form:2: not a known line"),
        ("答含：乙", "form:1: 答含 before any question"),
        ("问：", "form:1: nothing after 问"),
        ("问：甲", "expects nothing of “甲”"),
        ("# 只有题目", "asks nothing"),
    ],
)
def test_a_slip_of_the_pen_is_named_with_its_line(text, complaint):
    with pytest.raises(BadScript, match=complaint):
        read_script(text, "form")

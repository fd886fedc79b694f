"""The office's own questions over the sample city's policies."""

from dataclasses import replace

import pytest

from bot.office_questions import (
    BadQuestion,
    OfficeQuestion,
    OfficeQuestionRuns,
    OfficeQuestions,
    compare,
    run,
)
from bot.wording import Office
from database import migrate, open_engine
from tests.bot.script import TODAY

GOOD = OfficeQuestion(1, ("D类人才买房补多少钱",), ("30万元|三十万",), ("25万元",))


@pytest.fixture
def engine(tmp_path):
    made = open_engine(f"sqlite:///{tmp_path / 'z.db'}")
    migrate(made)
    yield made
    made.dispose()


def judged(answerer, question):
    (row,) = run([question], answerer, TODAY, Office()).rows
    return row


def test_an_answer_is_right_when_it_says_what_it_must(answerer):
    row = judged(answerer, GOOD)
    assert (row.right, row.why) == (True, "")
    assert "30万" in row.shown
    assert row.basis


def test_figures_count_by_value(answerer):
    assert judged(answerer, replace(GOOD, must_contain=("300000元",))).right
    assert not judged(answerer, replace(GOOD, must_contain=("41万元",))).right


def test_what_is_wrong_is_said_in_words(answerer):
    assert "41万元" in judged(answerer, replace(GOOD, must_contain=("41万元",))).why
    assert "不该说" in judged(answerer, replace(GOOD, must_not_contain=("30万元",))).why
    assert "应当不答" in judged(answerer, replace(GOOD, must_contain=(), abstains=True)).why
    assert "指定的文件" in judged(answerer, replace(GOOD, document_id=999)).why
    nonsense = replace(GOOD, turns=("食堂星期三吃什么菜",))
    assert judged(answerer, nonsense).why == "没有答出来"


def test_a_clause_of_a_document_can_be_expected(answerer, library):
    cited = answerer.answer(GOOD.turns[0], TODAY).citations[0]
    clause = cited.basis.partition("号）")[2]
    assert judged(answerer, replace(GOOD, document_id=cited.document_id, clause=clause)).right
    wrong = replace(GOOD, document_id=cited.document_id, clause="第九十九条")
    assert judged(answerer, wrong).why == "依据的不是第九十九条"


def test_a_question_that_must_not_be_answered_is_right_when_it_is_not(answerer):
    row = judged(answerer, OfficeQuestion(2, ("食堂星期三吃什么菜",), abstains=True))
    assert row.right
    assert row.basis == ()


def test_a_question_may_lean_on_the_one_before_it(answerer):
    leaning = OfficeQuestion(
        3, ("D类人才有购房补贴吗", "那E类呢"), ("20万元|25万元|15万元|30万元",)
    )
    assert judged(answerer, leaning).basis


def test_what_a_change_does_is_told_question_by_question(answerer, library):
    class Silent:
        def answer(self, text, day, history=()):
            return answerer.answer("食堂星期三吃什么菜", day)

    other = OfficeQuestion(2, ("食堂星期三吃什么菜",), abstains=True)
    before = run([GOOD, other], answerer, TODAY, Office())
    after = run([GOOD, other], Silent(), TODAY, Office())
    (difference,) = compare(before, after)
    assert difference.worse
    assert difference.before.question_id == 1
    assert (before.right, after.right, before.total) == (2, 1, 2)
    assert compare(before, before) == []


def test_questions_are_kept_changed_and_deleted(engine):
    kept = OfficeQuestions(engine)
    made = kept.save(replace(GOOD, id=0), "王敏")
    kept.save(replace(GOOD, id=made, must_contain=("30万元",)), "李强")
    (question,) = kept.all()
    assert (question.must_contain, question.author) == (("30万元",), "李强")
    kept.remove(made)
    assert kept.all() == []
    for act in (lambda: kept.remove(made), lambda: kept.save(GOOD, "王敏")):
        with pytest.raises(KeyError):
            act()


@pytest.mark.parametrize(
    "question",
    [
        OfficeQuestion(0, ("  ",), ("30万元",)),
        OfficeQuestion(0, ("买房补多少",)),
        OfficeQuestion(0, ("买房补多少",), ("40万元",), abstains=True),
        OfficeQuestion(0, ("买房补多少",), ("40万元",), clause="第八条"),
        OfficeQuestion(0, ("问",) * 5, ("30万元",)),
    ],
)
def test_a_question_that_cannot_be_judged_is_refused_in_words(engine, question):
    with pytest.raises(BadQuestion, match=r"[\u4e00-\u9fff]{4}"):
        OfficeQuestions(engine).save(question, "王敏")


def test_a_run_waits_is_done_once_and_kept(engine, answerer):
    runs = OfficeQuestionRuns(engine)
    first = runs.ask_for("立即运行", "王敏")
    assert runs.ask_for("发布后", "") == first  # one that waits is enough
    assert runs.waiting().id == first
    results = run([GOOD], answerer, TODAY, Office())
    runs.finish(first, results, "mark-1")
    assert runs.waiting() is None
    assert runs.mark() == "mark-1"
    (kept,) = runs.newest()
    assert kept.results == results
    assert runs.ask_for("发布后", "") != first

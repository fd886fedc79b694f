"""Answers from a paper that a notice has prolonged: given, and with the notice in the basis."""

from datetime import date

import pytest

from bot.answering.answer import Answerer
from bot.answering.result import Answer
from evaluation.asking import Day, dialogue_over, read_corpus
from knowledge.lexicon import SynonymTable
from tests.bot.conftest import Person
from tests.knowledge.test_prolongation import LATE

POLICY = """临江市人才住房办法
临政发〔2026〕8号
第一条　为了改善人才居住条件，制定本办法。
第二条　在本市工作的博士，每月发放租房补贴2000元，连续发放三年，凭租赁合同申请。
第三条　本办法自2026年3月1日起施行，有效期2年。
临江市人民政府
2026年2月1日
"""
GAP, AGAIN, OVER = date(2028, 4, 1), date(2028, 6, 1), date(2031, 6, 1)


@pytest.fixture(scope="module")
def prolonged(tmp_path_factory):
    """The policy, run out on 29 February 2028 and prolonged on 6 May 2028 until the end of 2030."""
    papers, store = tmp_path_factory.mktemp("papers"), tmp_path_factory.mktemp("store")
    (papers / "办法.txt").write_text(POLICY, encoding="utf-8")
    (papers / "通知.txt").write_text(LATE, encoding="utf-8")
    base, _ = read_corpus(papers, store)
    yield base
    base.catalogue.engine.dispose()


@pytest.fixture
def ask(prolonged):
    return lambda text, day: Answerer(prolonged.retriever, SynonymTable.load()).answer(text, day)


def test_a_prolonged_paper_is_answered_from_and_the_basis_names_the_notice(ask):
    found = ask("博士租房补贴每月多少钱", AGAIN)
    assert isinstance(found, Answer)
    (part, *_) = found.parts
    assert "2000元" in part.body
    assert part.lapsed == ""
    assert part.basis == (
        "《临江市人才住房办法》（临政发〔2026〕8号）第二条"
        "（有效期经《关于延长〈临江市人才住房办法〉有效期的通知》（临政发〔2028〕3号）延长至2030年12月31日）"
    )


def test_a_talent_reads_in_wechat_by_which_notice_it_is_still_in_force(prolonged):
    said = Person(dialogue_over(prolonged, Day(AGAIN))).asks("博士租房补贴每月多少钱").text
    assert "2000元" in said
    assert "延长至2030年12月31日" in said


def test_while_its_own_term_ran_the_basis_is_the_paper_alone(ask):
    (part, *_) = ask("博士租房补贴每月多少钱", date(2027, 6, 1)).parts
    assert part.basis == "《临江市人才住房办法》（临政发〔2026〕8号）第二条"


@pytest.mark.parametrize("day", [GAP, OVER])
def test_before_the_notice_and_after_the_new_last_day_it_is_lapsed(ask, day):
    found = ask("博士租房补贴每月多少钱", day)
    lapsed = [p.lapsed for p in found.parts] if isinstance(found, Answer) else ["lapsed"]
    assert all(lapsed)


def test_who_asks_whether_it_is_in_force_is_told_the_new_last_day_and_shown_the_notice(ask):
    found = ask("临江市人才住房办法还有效吗", AGAIN)
    assert isinstance(found, Answer)
    assert "现行有效" in found.parts[0].body
    assert "有效期至2030年12月31日" in found.parts[0].body
    assert "关于延长" in found.parts[0].body
    assert "关于延长" in found.citations[0].basis


def test_who_asks_on_a_day_before_the_notice_is_told_the_old_last_day(ask):
    told = ask("临江市人才住房办法还有效吗", date(2027, 6, 1)).parts[0].body
    assert "2028年2月29日" in told
    assert "2030" not in told


def test_who_names_a_paper_in_short_means_it_and_not_the_notice_that_prolongs_it(ask):
    found = ask("人才住房办法还有效吗", AGAIN)
    assert isinstance(found, Answer)
    assert found.parts[0].body.startswith("《临江市人才住房办法》现行有效")

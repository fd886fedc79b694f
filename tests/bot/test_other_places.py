"""Several cities in one base, some of their papers with their term ended."""

from datetime import date

import pytest

from bot.answering.answer import Answerer
from bot.answering.elsewhere import unknown_level, unknown_place
from bot.answering.result import Abstain, Answer
from bot.answering.understanding import Turn
from evaluation.asking import read_corpus
from knowledge.lexicon import SynonymTable, places
from tests.bot.small_city import asking, base_of

TODAY = date(2026, 11, 22)
PAPERS = {
    "东莞": "东莞市人才入户管理办法\n第一条　东莞市人才入户，年龄应当在50周岁以下。\n"
    "第二条　配偶和未成年子女可以随迁。\n"
    "第三条　本办法自2016年1月1日起施行，有效期至2020年12月31日。",
    "惠州": "惠州市人才入户管理办法\n第一条　惠州市人才入户，年龄应当在45周岁以下。\n"
    "第二条　人才入户后，一次性发放安家费3万元。\n第三条　本办法自2024年1月1日起施行。",
    "广州": "2025年广州市积分入户办理指南\n一、名额。2025年积分入户名额为4500人。\n"
    "二、对象。在广州市就业满1年的人员可以申请积分入户。",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    corpus, store = tmp_path_factory.mktemp("papers"), tmp_path_factory.mktemp("store")
    for name, text in PAPERS.items():
        (corpus / f"{name}市文件.txt").write_text(text, encoding="utf-8")
    base, _ = read_corpus(corpus, store)
    answerer = Answerer(base.retriever, SynonymTable.load())

    def asked(text, *before):
        return answerer.answer(text, TODAY, [Turn(t) for t in before])

    yield asked
    base.catalogue.engine.dispose()


def test_a_paper_whose_term_ended_with_nothing_in_its_place_answers_as_lapsed(ask):
    found = ask("东莞人才入户多少岁以下")
    assert isinstance(found, Answer)
    assert "50周岁" in found.parts[0].body
    assert "2020年12月31日" in found.parts[0].lapsed


def test_the_place_of_an_earlier_turn_still_holds(ask):
    found = ask("多少岁以下才行", "我想办惠州的人才入户")
    assert isinstance(found, Answer)
    assert "45周岁" in found.parts[0].body


def test_what_only_another_city_grants_is_not_known_of_the_place_asked_about(ask):
    assert isinstance(ask("惠州人才入户安家费多少钱"), Answer)
    assert isinstance(ask("东莞人才入户安家费多少钱"), Abstain)


def test_a_question_for_a_number_is_not_answered_without_one(ask):
    assert isinstance(ask("东莞随迁子女要交多少钱"), Abstain)


def test_a_paper_of_one_year_does_not_answer_for_another(ask):
    assert isinstance(ask("广州2025年积分入户名额多少"), Answer)
    assert isinstance(ask("广州2027年积分入户名额多少"), Abstain)


def test_a_word_the_dictionary_takes_for_a_place_is_none(ask):
    found = ask("海归在惠州入户安家费多少钱")
    assert isinstance(found, Answer)


@pytest.mark.parametrize(
    "text",
    [
        "厦门人才入户多少岁以下",
        "您好，我在大连，今年29岁，本科毕业以后一直在高新区的软件公司上班，社保也交了四年。"
        "最近想把户口迁过来，请问人才入户要多少岁以下，能发多少安家费？",
    ],
)
def test_no_city_s_rule_is_told_of_a_city_that_none_is_for(ask, text):
    assert isinstance(ask(text), Abstain)


def test_of_two_cities_the_one_where_something_is_over_is_not_asked_about(ask):
    found = ask("我在东莞交了三年社保，人才入户惠州有安家费吗")
    assert isinstance(found, Answer)
    assert "3万元" in found.parts[0].body


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("省里的人才认定怎么报", True),
        ("从省里的大学聘了一位教授", False),
        ("省里的是哪几所大学", False),
    ],
)
def test_who_comes_from_the_province_asks_for_none_of_its_rules(text, level):
    assert bool(unknown_level(text, ["惠州市"])) is level


def test_a_letter_from_here_may_ask_for_another_city_s_rule(ask):
    found = ask(
        "您好，我自己在惠州上班，领过你们的安家费，觉得挺好。我弟弟今年硕士毕业，签到了苏州的一家公司，"
        "也准备在那边住下来。想替他打听一下，苏州市给硕士毕业生的安家费是多少钱？"
    )
    assert isinstance(found, Abstain)
    assert found.place == "苏州市"


def test_things_are_no_place():
    assert "东西" not in places("报名时要带哪些东西")


def test_a_withheld_city_that_no_paper_speaks_of_is_another_place(tmp_path_factory):
    replies = {
        "答复.md": "# A市网上留言答复选编\n\n## 一\n\n网友您好，B市人才入户后发放安家费3万元。"
    }
    with base_of(replies, tmp_path_factory) as base:
        ask = asking(base)
        assert isinstance(ask("B市人才入户安家费多少"), Answer)
        found = ask("关于M市人才入户安家费标准的咨询")
    assert isinstance(found, Abstain)
    assert found.place == "M市"


def nowhere(_wording: str) -> bool:
    return False


def test_of_two_cities_in_one_question_one_that_the_passage_names_is_enough():
    passage = "推动核心人才同等享受长沙的购房服务"
    assert not unknown_place(
        "跟长沙湘潭一体化能得什么", "跟长沙湘潭一体化能得什么", [], passage, False, nowhere
    )
    assert unknown_place("湘潭的补贴多少", "湘潭的补贴多少", [], passage, False, nowhere) == "湘潭"


def test_of_two_cities_compared_the_one_that_a_passage_names_answers_for_neither():
    text = "深圳的购房补贴多少,和武汉一样吗"
    assert unknown_place(text, text, [], "武汉的购房补贴为5万元", False, nowhere) == "深圳"

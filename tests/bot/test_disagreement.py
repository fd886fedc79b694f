"""Two papers in force that give different figures: told apart, and never where they do not."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.answering.answer import Answerer
from bot.answering.disagreement import Ground, disagreement
from bot.answering.result import Answer
from bot.answering.understanding import understand
from bot.dialogue import Message
from bot.wechat.messages import MAX_TEXT_BYTES, fit
from evaluation.asking import Day, dialogue_over, read_corpus
from knowledge.documents import ClauseKind, DocumentKind, Hit, Passage, Source
from knowledge.figures import unsupported
from knowledge.lexicon import SynonymTable

TODAY = date(2026, 11, 22)
CITY_2024 = (
    "云阳市人才住房补贴办法\n第一条　云阳市人民政府制定本办法。\n"
    "第二条　租房补贴。D类人才租房补贴每月2000元，E类人才租房补贴每月1000元，发放期限不超过3年。\n"
    "第三条　本办法自2024年1月1日起施行。"
)
CITY_2026 = (
    "云阳市青年人才租房补贴实施细则\n第一条　云阳市人力资源和社会保障局制定本细则。\n"
    "第二条　补贴标准。D类人才租房补贴每月2600元，E类人才租房补贴每月1000元，按季度发放。\n"
    "第三条　本细则自2026年3月1日起施行。"
)
EXPIRED = (
    "云阳市人才租房补贴暂行办法\n第一条　云阳市人民政府制定本办法。\n"
    "第二条　补贴标准。D类人才租房补贴每月1500元，E类人才租房补贴每月800元。\n"
    "第三条　本办法自2020年1月1日起施行，有效期至2023年12月31日。"
)
DISTRICT = (
    "云阳经济技术开发区人才租房补贴若干措施\n第一条　云阳经济技术开发区管理委员会制定本措施。\n"
    "第二条　补贴标准。D类人才租房补贴每月3000元，由经开区财政承担。\n"
    "第三条　本措施自2025年6月1日起施行。"
)
FAQ = (
    "云阳市人才租房补贴常见问题解答\n问题1：D类人才租房补贴每月多少钱？\n"
    "答复：D类人才租房补贴每月2400元，在微信小程序申请。\n"
    "问题2：租房补贴向哪里申请？\n答复：向用人单位提出。\n"
)
ASKED = "D类人才租房补贴每月多少钱"


@pytest.fixture
def talk(tmp_path):
    """Takes papers in and asks; the answer and what WeChat shows of it."""
    bases = []

    def talked(question, *papers, day=TODAY):
        place = tmp_path / str(len(bases))
        (place / "papers").mkdir(parents=True)
        (place / "store").mkdir()
        for text in papers:
            name = text.partition("\n")[0]
            (place / "papers" / f"{name}.txt").write_text(text, encoding="utf-8")
        base, taken = read_corpus(place / "papers", place / "store")
        bases.append(base)
        found = Answerer(base.retriever, SynonymTable.load()).answer(question, day)
        assert isinstance(found, Answer), (found, taken)
        shown = dialogue_over(base, Day(day)).respond(Message("oPERSON", "text", question)).text
        plain = re.sub(r"<a\b[^>]*>|</a>", "", fit(shown))
        assert len(plain) <= 600
        assert len(shown.encode()) <= MAX_TEXT_BYTES
        cited = " ".join(c.text for c in found.citations)
        for part in (*found.parts, *found.beside):
            assert not unsupported(part.body, cited)
        return found, plain

    yield talked
    for base in bases:
        base.catalogue.engine.dispose()


def test_of_two_city_papers_that_differ_the_newer_stands_first_and_the_talent_is_told(talk):
    found, shown = talk(ASKED, CITY_2024, CITY_2026)
    assert found.parts[0].disagreement.ground is Ground.DATES
    assert "2600元" in found.parts[0].body
    assert "2000元" in found.beside[0].body
    assert "两份现行有效的文件规定不一致" in shown
    assert "（2026年3月1日起施行）为每月2600元" in shown
    assert "（2024年1月1日起施行）为每月2000元，前一份较新" in shown
    assert "12345" in shown


def test_two_papers_that_agree_on_a_class_are_no_contradiction_for_it(talk):
    found, shown = talk("E类人才租房补贴每月多少钱", CITY_2024, CITY_2026)
    assert found.parts[0].disagreement is None
    assert "不一致" not in shown


def test_a_district_and_a_city_paper_are_shown_with_their_scope_and_not_as_contradiction(talk):
    found, shown = talk(ASKED, CITY_2024, DISTRICT)
    assert found.parts[0].disagreement.ground is Ground.SCOPE
    assert {"2000元", "3000元"} <= set(re.findall(r"\d{4}元", shown))
    assert "市级规定" in shown
    assert "经开区规定" in shown
    assert "不一致" not in shown


def test_a_regulation_stands_before_questions_and_answers_that_say_otherwise(talk):
    found, shown = talk(ASKED, CITY_2024, FAQ)
    assert found.parts[0].disagreement.ground is Ground.FORMALITY
    assert "2000元" in found.parts[0].body
    assert "（问答）写的是每月2400元" in shown
    assert "以规范性文件为准" in shown


def test_of_several_papers_the_newest_regulation_answers_and_no_reply_stands_there_unmarked(talk):
    found, shown = talk(ASKED, CITY_2024, FAQ, CITY_2026, DISTRICT, EXPIRED)
    assert found.parts[0].disagreement.ground is Ground.DATES
    assert "2600元" in found.parts[0].body
    assert "2400元" not in shown
    assert "1500元" not in shown


def test_an_expired_paper_contradicts_nothing(talk):
    found, shown = talk(ASKED, CITY_2024, EXPIRED)
    assert found.parts[0].disagreement is None
    assert "1500元" not in shown
    assert "不一致" not in shown


def test_while_only_the_older_paper_is_in_force_it_answers_alone(talk):
    found, shown = talk(ASKED, CITY_2024, CITY_2026, day=date(2025, 5, 1))
    assert found.parts[0].disagreement is None
    assert "2600元" not in shown


QUESTIONS_OF_THE_SAMPLES = (
    "D类人才购房补贴总额多少",
    "经开区D类人才购房补贴多少钱",
    "博士生活补贴每月多少钱",
    "高级技师技能提升补贴多少钱",
    "首席技师奖励多少钱",
    "春苗计划给多少培养经费",
    "本科生来区奖励多少钱",
)


@pytest.mark.parametrize("text", QUESTIONS_OF_THE_SAMPLES)
def test_the_samples_contradict_each_other_nowhere(answerer, text):
    found = answerer.answer(text, TODAY)
    assert isinstance(found, Answer)
    assert [p.disagreement for p in found.parts] == [None] * len(found.parts)


# -- the rule alone ------------------------------------------------------------------------


def hit(text, number=1, kind=DocumentKind.REGULATION, day=date(2024, 1, 1), **of) -> Hit:
    passage = Passage(
        0, of.get("label", "第二条"), (), text, ClauseKind.ARTICLE, (0,),
        header=of.get("header", ()), cells=of.get("cells", ()),
    )  # fmt: skip
    region = of.get("region", "云阳市")
    source = Source(
        number, number, f"{number}.docx", of.get("title", "办法"), "", kind, region, "", day, None
    )
    return Hit(number, passage, source, 1.0, 0.5, 0.8)


def compared(question, one: Hit, two: Hit):
    query = understand(question, TODAY, SynonymTable.load())[0].query
    return disagreement(query, one, two, [one.source, two.source])


BUYING = "D类人才购房补贴多少钱"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("D类人才给予购房补贴30万元。", "D类人才给予购房补贴20万元。"),
        ("D类、E类人才购房补贴分别为30万元、15万元。", "D类人才购房补贴总额20万元。"),
        ("D类人才购房补贴三十万元，E类15万元。", "D、E类人才购房补贴20万元。"),
    ],
)
def test_one_matter_with_two_figures_is_a_disagreement(one, two):
    found = compared(BUYING, hit(one), hit(two, 2))
    assert found
    assert found.ground is Ground.DATES


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("D类人才购房补贴30万元。", "D类人才购房补贴300000元。"),
        ("D类人才购房补贴30万元。", "E类人才购房补贴15万元。"),
        ("D类人才购房补贴30万元。", "D类人才租房补贴每月2500元。"),
        ("D类人才购房补贴30万元。", "D类人才购房补贴每年6万元。"),
        ("D类人才购房补贴30万元。", "D类人才购房补贴最高50万元。"),
        ("D类人才购房补贴30万元。", "D类人才在市级购房补贴之外，购房补贴再给予10万元。"),
        ("D类人才购房补贴30万元。", "D类人才可以叠加享受购房补贴10万元。"),
        ("D类人才购房补贴30万元。", "D类人才购买二手房的，购房补贴20万元。"),
        ("D类人才购房补贴30万元。", "夫妻双方均为D类人才的，购房补贴60万元。"),
        ("D类人才购房补贴30万元。", "年薪50万元以上的D类人才可申请购房补贴。"),
        ("D类人才购房补贴30万元。", "D类人才购房补贴由20万元提高到30万元。"),
        ("D类人才购房补贴30万元。", "D类人才购房补贴10万元至20万元。"),
        ("D类人才购房补贴30万元。", "明年D类人才购房补贴计划给予40万元。"),
        ("第三条　租房补贴。D类人才每月2500元。", "D类人才购房补贴每月500元。"),
        ("第三条　竞赛奖励。D类人才5万元。", "D类人才购房补贴30万元。"),
        ("D类人才购房补贴30万元。", "D类人才购房奖励10万元。"),
        ("全职D类人才购房补贴30万元。", "柔性引进的D类人才购房补贴10万元。"),
    ],
)
def test_other_matters_are_no_disagreement(one, two):
    assert compared(BUYING, hit(one), hit(two, 2)) is None
    assert compared(BUYING, hit(two), hit(one, 2)) is None


def test_a_table_row_is_compared_with_a_sentence():
    row = hit(
        "人才类别：D类；购房补贴（总额）：30万元；租房补贴（每月）：2500元",
        header=("人才类别", "购房补贴（总额）", "租房补贴（每月）"),
        cells=("D类", "30万元", "2500元"),
        label="表「D类」",
    )
    found = compared(BUYING, row, hit("D类人才购房补贴20万元。", 2))
    assert found
    assert (found.first_says, found.other_says) == ("30万元", "20万元")
    assert compared(BUYING, row, hit("D类人才租房补贴每月2000元。", 2)) is None


@pytest.mark.parametrize(
    ("one", "two", "differ"),
    [
        ("享受购房补贴的住房5年内不得转让。", "享受购房补贴的住房10年内不得转让。", True),
        ("享受购房补贴的住房5年内不得转让。", "购房补贴分5年发放。", False),
        ("享受购房补贴的住房5年内不得转让。", "购房补贴发放后须服务满3年。", False),
    ],
)
def test_other_figures_are_compared_only_in_the_same_words(one, two, differ):
    found = compared("购房补贴的房子几年内不能卖", hit(one), hit(two, 2))
    assert bool(found) is differ


def test_a_degree_s_figure_for_another_group_of_people_is_no_disagreement():
    asked = "硕士生活补贴每月多少钱"
    one = hit("硕士研究生生活补贴每月1500元。", title="高校毕业生生活补贴办法")
    group = hit("硕士研究生生活补贴每月2000元。", 2, title="基层教师生活补贴办法")
    same = hit("硕士生活补贴每月2000元。", 2, title="毕业生补贴实施细则")
    assert compared(asked, one, group) is None
    assert compared(asked, one, same)


def test_papers_of_two_cities_do_not_contradict_each_other():
    one = hit("D类人才购房补贴30万元。")
    assert compared(BUYING, one, hit("D类人才购房补贴20万元。", 2, region="江北市")) is None


def test_one_paper_does_not_contradict_itself():
    assert compared(BUYING, hit("D类人才购房补贴30万元。"), hit("D类人才购房补贴20万元。")) is None

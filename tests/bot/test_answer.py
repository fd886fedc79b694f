"""What may be quoted: only what is in force, only what supports it, always with its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answering.classes import defined_classes, row_class
from bot.answering.composing import MOST_CITATIONS
from bot.answering.concepts import concepts
from bot.answering.excerpt import excerpt
from bot.answering.result import Abstain, Answer, Reason
from bot.answering.ruling import Verdict
from bot.answering.support import supports
from bot.answering.understanding import Turn, understand
from knowledge.documents import ClauseKind, DocumentKind, Hit, Passage, Source
from knowledge.figures import unsupported
from knowledge.lexicon import SynonymTable
from knowledge.query import Measure, Query

OLD = "03-临江市人才购房补贴暂行办法（2022年）.docx"
NEW = "02-临江市人才安居实施细则（2025年版）.pdf"


@pytest.fixture
def ask(answerer, today):
    def answered(text: str, day: date = today, *history: Turn) -> Answer:
        found = answerer.answer(text, day, history)
        assert isinstance(found, Answer), found
        return found

    return answered


@pytest.fixture
def decline(answerer, today):
    def declined(text: str, day: date = today) -> Abstain:
        found = answerer.answer(text, day)
        assert isinstance(found, Abstain), found
        return found

    return declined


def hit(kind=ClauseKind.ARTICLE, coverage=0.5, dense=0.0, text="第一条", cells=()) -> Hit:
    passage = Passage(0, "第一条", (), text, kind, (0,), cells=cells)
    source = Source(1, 1, "a.docx", "甲", "", DocumentKind.NOTICE, "", "", None, None)
    return Hit(1, passage, source, 1.0, dense, coverage)


QUESTIONS_OF_BOTH = (
    "D类买房补多少",
    "购房补贴分几年发",
    "夫妻双方都符合条件怎么发",
    "二手房有没有购房补贴",
    "购房补贴向哪里申请",
    "B类F类购房补贴标准",
)


@pytest.mark.parametrize("text", QUESTIONS_OF_BOTH)
def test_a_lapsed_policy_is_never_cited_beside_current_ones(ask, text):
    assert OLD not in {c.document for c in ask(text).citations}


@pytest.mark.parametrize("text", QUESTIONS_OF_BOTH)
def test_a_policy_not_yet_in_force_is_not_quoted_as_current(answerer, text):
    found = answerer.answer(text, date(2024, 6, 1))
    if isinstance(found, Answer):
        assert NEW not in {c.document for c in found.citations}


@pytest.mark.parametrize("day", [date(2025, 3, 1), date(2025, 6, 30)])
def test_between_two_policies_the_old_one_is_quoted_only_as_lapsed(answerer, day):
    found = answerer.answer("D类人才购房补贴总额多少", day)
    assert isinstance(found, Answer)
    for part in found.parts:
        assert part.lapsed or "〔2022〕7号" not in part.basis
    assert NEW not in {c.document for c in found.citations}


@pytest.mark.parametrize(
    ("day", "amount"),
    [(date(2025, 2, 28), "20万元"), (date(2025, 7, 1), "30万元"), (date(2030, 6, 30), "30万元")],
)
def test_the_first_and_last_day_in_force_count(ask, day, amount):
    (part,) = ask("D类人才购房补贴总额多少", day).parts
    assert amount in part.body
    assert not part.lapsed


def test_a_question_about_the_old_rule_is_answered_with_why_it_lapsed(ask):
    (part,) = ask("以前的办法D类买房补多少").parts
    assert "20万元" in part.body
    assert "2025年2月28日" in part.lapsed
    assert "临江市人才安居实施细则" in part.lapsed


def test_a_citation_of_a_lapsed_rule_says_so_itself(ask):
    assert "有效期至2025年2月28日" in ask("以前的办法D类买房补多少").citations[0].text


@pytest.mark.parametrize(
    "text",
    [
        "D类买房补多少",
        "高级技师能领多少技能提升补贴",
        "大学城的驿站在哪",
        "12月17日有什么活动",
        "提供虚假材料会怎么处理",
        "博士是几类人才，买房给多少",
        "春苗计划给多少培养经费",
    ],
)
def test_every_figure_shown_stands_in_what_is_cited(ask, text):
    answer = ask(text)
    support = " ".join(c.text for c in answer.citations)
    assert 1 <= len(answer.citations) <= MOST_CITATIONS
    for part in (*answer.parts, *answer.beside):
        assert part.body.strip()
        assert unsupported(part.body, support) == set()
        assert part.passage_id in {c.passage_id for c in answer.citations}


def test_a_citation_is_the_document_s_own_words(ask, library):
    for citation in ask("拿了补贴的房子几年内不能卖").citations:
        stored = library.catalogue.passages([citation.passage_id])[citation.passage_id]
        assert stored.passage.text in citation.text


def test_a_speech_is_quoted_only_with_the_warning_that_it_is_none_of_a_basis(ask):
    (part,) = ask("春苗计划给多少培养经费").parts
    assert "不作为办理依据" in part.note


def test_a_policy_needs_no_such_warning(ask):
    assert {p.note for p in ask("D类买房补多少").parts} == {""}


def test_two_questions_get_an_answer_each(ask):
    first, second = ask("博士是几类人才，买房给多少").parts
    assert "E类" in first.body
    assert "15万元" in second.body


def test_a_degree_is_looked_up_before_a_table_by_class_is_read(ask):
    assert "300万元" in ask("院士买房补多少").parts[0].body


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("苏州的购房补贴多少", Reason.OTHER_PLACE, "苏州"),
        ("我在合肥，本科，能领多少租房补贴", Reason.OTHER_PLACE, "合肥"),
        ("在大连买房补多少", Reason.OTHER_PLACE, "大连"),
        ("深圳落户要什么条件", Reason.OTHER_PLACE, "深圳"),
        ("省级人才补贴有多少", Reason.OTHER_LEVEL, "省级"),
        ("买车有补贴吗", Reason.NO_PASSAGE, ""),
        ("创业担保贷款额度多少", Reason.NO_PASSAGE, ""),
        ("我的补贴到账了吗", Reason.PERSONAL_STATUS, ""),
    ],
)
def test_what_the_documents_do_not_say_is_declined_with_its_reason(decline, text, reason, place):
    found = decline(text)
    assert (found.reason, found.place) == (reason, place)


@pytest.mark.parametrize(
    "text",
    [
        "我从苏州来，D类买房补多少",
        "我是杭州人，D类买房补多少",
        "在合肥有房，D类买房还补吗",
        "我是在武汉读的研究生能评几类人才",
        "以前在大连上班，D类买房补多少",
        "我在南京工作，想去你们那边，D类买房补多少",
        "老公在嘉兴工作我在临江能随迁吗",
    ],
)
def test_where_a_person_comes_from_is_not_the_place_asked_about(answerer, today, text):
    found = answerer.answer(text, today)
    assert not isinstance(found, Abstain) or found.reason is not Reason.OTHER_PLACE


def test_the_city_s_own_name_is_not_another_place(ask):
    assert "30万元" in ask("临江市D类人才买房补多少").parts[0].body


# --- the thresholds -------------------------------------------------------------------------


ANY = Query("", "", ())


@pytest.mark.parametrize(
    ("coverage", "dense", "foreign", "expected"),
    [
        (0.37, 0.0, 0.0, True),
        (0.33, 0.0, 0.0, False),
        (0.25, 0.50, 0.0, True),
        (0.05, 0.95, 0.0, False),
        (0.55, 0.50, 0.6, True),
        (0.30, 0.50, 0.6, False),
    ],
)
def test_support_is_words_and_meaning_less_what_no_document_speaks_of(
    coverage, dense, foreign, expected
):
    assert supports(ANY, hit(coverage=coverage, dense=dense), foreign) is expected


def test_a_title_supports_only_what_it_nearly_repeats():
    assert not supports(ANY, hit(ClauseKind.TITLE, coverage=0.6), 0.0)
    assert supports(ANY, hit(ClauseKind.TITLE, coverage=0.8), 0.0)


@pytest.mark.parametrize(
    ("point", "dense", "expected"), [(0.05, 0.2, False), (0.05, 0.6, True), (0.5, 0.2, True)]
)
def test_what_holds_a_letter_s_story_only_is_no_answer_unless_it_means_the_same(
    point, dense, expected
):
    letter = replace(ANY, point=frozenset({"落户"}))
    found = replace(hit(coverage=0.9, dense=dense), point=point)
    assert supports(letter, found, 0.0) is expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(("D类", "30万元"), "d类"), (("1", "Ｅ 类人才"), "e类"), (("健康", "体检"), ""), ((), "")],
)
def test_a_row_s_class_is_read_from_its_first_cells(cells, expected):
    assert row_class(hit(ClauseKind.ROW, cells=cells)) == expected


def test_the_class_an_item_defines_is_read_from_its_head():
    assert defined_classes(hit(text="（五）E类（高级人才）：具有博士学位者")) == {"e类"}
    assert defined_classes(hit(text="（二）B、C类人才按30%收取")) == frozenset()


def test_a_reply_s_own_yes_is_quoted_only_for_the_question_it_answers(ask):
    meant = ask("领了租房补贴还能领购房补贴吗").parts[0].body
    assert meant.startswith("可以。自取得不动产权证书")
    other = ask("没有不动产权证可以领购房补贴吗").parts[0]
    assert other.body.startswith("自取得不动产权证书")
    assert other.lead is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("我是技师，买房补多少", "6万元"),
        ("高级技师买房补多少", "15万元"),
        ("副教授买房补多少", "15万元"),
    ],
)
def test_a_title_gets_its_own_class_and_not_a_longer_title_s(ask, text, amount):
    assert amount in ask(text).parts[0].body


def test_an_amount_of_a_lapsed_paper_is_named_as_that_paper_s_beside_today_s(ask):
    found = ask("B类购房补贴现在是80万么")
    assert "120万元" in found.parts[0].body
    (old,) = [p for p in found.beside if "80万" in p.body]
    assert "旧规定" in old.body
    assert OLD in {c.document for c in found.citations}


def test_an_amount_in_force_is_not_called_old(ask):
    assert not [p for p in ask("D类购房补贴是30万元吗").beside if "旧规定" in p.body]


def test_the_clause_that_decides_the_number_given_comes_first(ask):
    (part,) = ask("硕士毕业四年了还能领生活补贴吗").parts
    assert "毕业3年以内" in part.body
    assert part.lead is Verdict.FAILS
    (part,) = ask("我50岁能落户吗").parts
    assert part.lead is None  # three ways, three ages


def test_a_policy_that_answers_comes_before_a_speech(ask):
    assert "不少于60天" in ask("兼职的专家能认定吗").parts[0].body


def test_a_speech_does_not_answer_how_much_with_the_figure_of_another_plan(decline):
    assert decline("链上引才行动什么时候结束").reason is Reason.NO_PASSAGE


def test_who_asks_for_a_telephone_number_gets_one_or_is_told_there_is_none(ask):
    assert "86625599" in ask("驿站电话是多少").parts[0].body
    assert not supports(
        Query("子女入学电话多少", "", (), measure=Measure.TELEPHONE),
        hit(text="咨询电话另行公布", coverage=0.9),
        0.0,
    )


def test_a_road_s_name_is_no_matter(answerer, today):
    found = answerer.answer("创业有补贴吗", today)
    assert isinstance(found, Abstain) or "创业一路" not in found.parts[0].body


def test_one_payment_asked_about_finds_how_it_is_paid(ask):
    assert "分5年发放" in ask("购房补贴能一次性全给吗").parts[0].body


def test_the_answer_to_a_letter_quotes_more_of_the_reply_than_that_to_a_short_question():
    reply = "租赁房屋的人员可以申请落户。办理需前往所在辖区的派出所。窗口周一开门。"
    (asked,) = understand("租赁房屋可以申请落户吗", date(2026, 11, 22), SynonymTable.load())
    query = replace(
        asked.query, concepts=(*asked.query.concepts, *concepts("辖区", SynonymTable.load()))
    )
    shares = {c.word: 1.0 for c in query.concepts}
    found = hit(text=reply)
    assert "辖区" not in excerpt(query, found, shares, 300)
    told = excerpt(query, found, shares, 300, letter=True)
    assert "辖区" in told
    assert "窗口" not in told

"""What is found, and on which day."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.documents import ClauseKind
from knowledge.postings import Postings
from knowledge.query import Aspect
from knowledge.retriever import RERANKED, Retriever
from tests.knowledge.asking import found_texts, query, search
from tests.knowledge.papers import POLICY

TODAY = date(2026, 11, 22)
QUESTIONS = ["E类人才购房补贴多少钱", "人才公寓租金", "落户要什么材料", "体检", "试行期", "补贴"]
DAYS = [date(2021, 1, 1), date(2024, 6, 1), date(2025, 6, 30), TODAY, date(2031, 1, 1)]


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_found_that_is_not_in_force_on_the_day(samples, question, day):
    hits = search(samples, question, day, limit=50)
    assert all(h.source.in_force(day) for h in hits)


@pytest.mark.parametrize("question", QUESTIONS)
def test_only_what_has_lapsed_is_found_when_that_is_asked_for(samples, question):
    hits = search(samples, question, TODAY, limit=50, lapsed=True)
    assert {h.source.file_name[:2] for h in hits} == {"03"}


def amount(base, question, day):
    hit = search(base, question, day, limit=1)[0]
    return hit.source.file_name[:2], hit.passage.cells


def test_the_same_question_finds_the_rule_of_its_day(samples):
    question = "E类购房补贴总额"
    now = amount(samples, question, TODAY)
    assert now == ("02", ("E类", "15万元", "1500元", "80平方米"))
    assert amount(samples, question, date(2024, 1, 1)) == ("03", ("E类", "10万元"))


def test_nothing_is_found_before_the_first_document(samples):
    hits = search(samples, "购房补贴", date(1990, 1, 1), limit=50)
    assert all(h.source.effective_on is None for h in hits)


@pytest.mark.parametrize("letter", "ABCDEF")
@pytest.mark.parametrize(
    ("column", "place"), [("购房补贴", 1), ("租房补贴每月", 2), ("人才公寓面积", 3)]
)
def test_a_row_is_found_by_its_class_and_the_name_of_a_column(samples, letter, column, place):
    hits = search(
        samples,
        f"{letter}类人才{column}",
        TODAY,
        limit=3,
        classes=frozenset({f"{letter.lower()}类"}),
        aspects=(Aspect.AMOUNT,),
    )
    rows = [h.passage for h in hits if h.source.file_name.startswith("02") and h.passage.cells]
    assert [r.cells[0] for r in rows][:1] == [f"{letter}类"]
    assert rows[0].kind is ClauseKind.ROW
    assert rows[0].cells[place] in rows[0].text


def test_a_service_row_is_found_by_its_name(samples):
    (hit,) = search(samples, "公共停车场", TODAY, limit=1)
    assert hit.passage.cells[1] == "公共停车场"
    assert "银卡：每日首2小时免费" in hit.passage.text


def test_asking_again_finds_the_same_in_the_same_order(samples):
    for question in QUESTIONS:
        first = search(samples, question, TODAY)
        again = search(samples, question, TODAY)
        assert first == again
        scores = [h.score for h in first]
        assert scores == sorted(scores, reverse=True)


def test_hits_are_numbered_passages_that_say_why_they_matched(samples):
    hits = search(samples, "购房补贴分几年发放", TODAY)
    stored = samples.catalogue.passages([h.passage_id for h in hits])
    for hit in hits:
        assert stored[hit.passage_id].passage == hit.passage
        assert 0 <= hit.coverage <= 1
        assert -1.001 <= hit.dense <= 1.001
    assert hits[0].why


def test_no_more_than_the_limit_is_found(samples):
    assert len(search(samples, "补贴", TODAY, limit=3)) == 3


def test_an_empty_knowledge_base_finds_nothing(base):
    assert search(base, "购房补贴", TODAY) == []


def test_a_question_of_unknown_words_still_finds_by_meaning_or_nothing(samples):
    assert isinstance(search(samples, "zzzz", TODAY), list)
    assert samples.retriever.unknown(query("葡萄酒品鉴")) != []


def test_a_document_is_found_as_soon_as_it_is_in_and_gone_as_soon_as_it_is_out(base, write):
    assert found_texts(base, "博士租房补贴", TODAY) == ""
    base.intake.add(write("办法.txt", POLICY))
    assert "二千元" in found_texts(base, "博士租房补贴", TODAY)
    base.intake.retire(base.catalogue.versions()[0].document_id)
    assert found_texts(base, "博士租房补贴", TODAY) == ""


def test_a_crowd_of_lapsed_documents_does_not_hide_the_one_in_force(base, write):
    """What has lapsed proposes candidates too; the gate must leave the one that counts."""
    old = "\n".join(
        f"第{n}条　博士租房补贴每月{n}元，凭租房合同申请博士租房补贴。" for n in range(1, 700)
    )
    closing = "第700条　本办法自2020年1月1日起施行，有效期1年。\n临江市人民政府\n2020年1月1日"
    base.intake.add(write("旧.txt", f"临江市博士租房补贴办法\n{old}\n{closing}"))
    base.intake.add(write("办法.txt", POLICY))
    hits = search(base, "博士租房补贴", TODAY)
    assert "二千元" in hits[0].passage.text


def test_what_is_published_changes_how_rare_a_word_is_at_once(base, write):
    base.intake.add(write("甲.txt", "滨海市落户办法\n第一条　落户不收费。\n"))
    asked = query("落户")
    before = base.retriever.shares(asked)["落户"]
    for name in "乙丙丁":
        base.intake.add(write(f"{name}.txt", f"{name}海市办法\n第一条　体检不收费。\n"))
    assert base.retriever.shares(asked)["落户"] > before


def test_the_neighbours_of_a_passage_are_its_document_s_others_those_below_first(samples):
    (hit, *_) = search(samples, "人才公寓租期", TODAY, limit=1)
    around = samples.retriever.neighbours(hit)
    places = [p.ordinal for p in around]
    assert hit.passage.ordinal not in places
    assert places[0] == hit.passage.ordinal + 1
    assert sorted([*places, hit.passage.ordinal]) == list(range(len(places) + 1))


def test_words_that_stand_together_in_the_question_prefer_where_they_stand_together(base, write):
    apart, together = "住在人才公寓的，不发租金补助", "人才公寓租金按六折收取"
    text = f"滨海市人才住房办法\n第一条　{apart}。\n第二条　{together}。\n"
    base.intake.add(write("甲.txt", text))
    asked = query("人才公寓租金")
    assert "六折" in base.retriever.search(asked, TODAY)[0].passage.text


def test_a_reranker_orders_the_first_hits_and_none_is_at_work_unless_given(samples):
    question = "E类人才购房补贴多少钱"
    plain = search(samples, question, TODAY)
    retriever = samples.retriever
    turned = Retriever(
        retriever._catalogue, retriever._fulltext, retriever._vectors, retriever._encoder,
        reranker=lambda _, hits: [-h.score for h in hits],
    )  # fmt: skip
    hits = turned.search(query(question), TODAY, limit=50)
    assert hits[RERANKED - 1].passage_id == plain[0].passage_id
    assert [h.score for h in plain] == sorted((h.score for h in plain), reverse=True)


def test_what_nearly_every_passage_holds_is_searched_for_only_where_nothing_else_is_known(
    base, write, monkeypatch
):
    lines = "\n".join(f"第{n}条　人才事项第{n}号由单位办理。" for n in range(1, 120))
    base.intake.add(write("甲.txt", f"滨海市人才办法\n{lines}\n第120条　人才体检每年一次。"))
    searched = []
    search_of = Postings.search
    monkeypatch.setattr(
        Postings,
        "search",
        lambda self, terms, n: searched.append(terms) or search_of(self, terms, n),
    )
    base.retriever.search(query("人才体检"), TODAY)
    base.retriever.search(query("人才"), TODAY)
    assert "体检" in searched[0]
    assert "人才" not in searched[0]
    assert searched[-1] == ["人才"]


def test_holding_what_a_letter_s_question_names_counts_beside_its_story(samples):
    asked = query("落户 硕士 社保 公司 上班")
    plain = samples.retriever.search(asked, TODAY, limit=50)
    pointed = samples.retriever.search(replace(asked, point=frozenset({"落户"})), TODAY, limit=50)
    gained = {h.passage_id: h.score for h in pointed}
    holding = [h for h in plain[:5] if "落户" in h.passage.text]
    assert holding
    assert all(gained[h.passage_id] > h.score for h in holding)


@pytest.mark.parametrize("beside", [0, 60])
def test_a_city_s_clause_is_found_among_many_of_other_cities(base, write, monkeypatch, beside):
    """A place's few passages are all looked at, of many those with the question's words."""
    monkeypatch.setattr("knowledge.retriever.CANDIDATES", 2)
    for city in ("滨海", "远山"):
        lines = "\n".join(f"第{n}条　购房补贴按第{n}档发。" for n in range(1, 40))
        base.intake.add(write(f"{city}.txt", f"{city}市购房补贴办法\n{lines}\n"))
    lines = "".join(f"第{n}条　体检事项第{n}号由医院办理。\n" for n in range(1, beside + 1))
    rule = "市里对新来的人按年发放购房补贴六万元，由单位经办人到窗口代为办理，材料随到随收。"
    last = f"第{beside + 1}条　{rule}\n"
    base.intake.add(write("临江.txt", f"临江市人才办法\n{lines}{last}"))
    asked = replace(query("购房补贴多少"), places=("临江市",))
    hits = base.retriever.search(asked, TODAY)
    assert "六万元" in " ".join(h.passage.text for h in hits)
    assert {h.source.region for h in hits} == {"临江市"}


def test_what_is_published_after_a_term_was_asked_for_is_proposed_by_it(base, write):
    base.intake.add(write("甲.txt", "滨海市人才办法\n第一条　购房补贴由市里发放。\n"))
    asked = query("购房补贴").concepts
    assert base.retriever.names_in("安居红包", asked) == []
    base.intake.add(write("乙.txt", "远山市人才办法\n第一条　安居红包。购房补贴发六万元。\n"))
    assert base.retriever.names_in("安居红包", asked) == ["安居红包"]

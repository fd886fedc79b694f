"""What a second look at the first passages sees."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.documents import ClauseKind, Passage
from knowledge.embedding import load_encoder
from knowledge.lexicon import normal
from knowledge.query import Alternative, Concept
from knowledge.second_look import SecondLook
from tests.knowledge.asking import query

ASKED = "孩子上学怎么安排"
TELLING = "人才子女入学由教育部门统筹安排"
BESIDE = "单位应当按月缴纳社会保险；购房合同应当网签备案；体检在指定医院进行"


def passage(text, path=()):
    return Passage(0, "第一条", path, text, ClauseKind.ARTICLE, (0,))


@pytest.fixture(scope="module")
def sights():
    encoder = load_encoder()

    def look(asked, found):
        text = normal(" ".join((*found.path, found.text)))
        vector = encoder.encode([asked.embedded])[0]
        return SecondLook(encoder).sights(asked, vector, 1, found, text)

    return look


def test_a_long_passage_is_as_near_as_its_nearest_sentence(sights):
    short = sights(query(ASKED), passage(TELLING))[0]
    assert sights(query(ASKED), passage(f"{BESIDE}；{TELLING}"))[0] == pytest.approx(short)
    assert sights(query(ASKED), passage(BESIDE))[0] < short


def test_a_passage_is_near_by_the_heading_it_stands_under(sights):
    under = sights(query(ASKED), passage(BESIDE, ("三、子女入学",)))[1]
    assert under > sights(query(ASKED), passage(BESIDE, ("三、购房补贴",)))[1]


def test_the_share_of_the_question_s_neighbouring_letters_is_told(sights):
    assert sights(query("租房补贴"), passage("租房每月补贴一次"))[2] == pytest.approx(2 / 3)


def test_letters_that_an_earlier_turn_lends_count_too(sights):
    lent = Concept("租房", (Alternative(("租房",)),), carried=True)
    asked = query("博士呢")
    asked = replace(asked, concepts=(*asked.concepts, lent))
    assert sights(asked, passage("租房补贴"))[2] == pytest.approx(1 / 3)


def test_an_empty_passage_or_a_question_of_signs_is_looked_at_too(sights):
    assert sights(query("？！"), passage("。"))[2] == 0


def test_what_was_rewritten_is_looked_at_anew(sights):
    encoder = load_encoder()
    look, asked = SecondLook(encoder), query(ASKED)
    vector = encoder.encode([asked.embedded])[0]
    before = look.sights(asked, vector, 1, passage(BESIDE), BESIDE)
    assert look.sights(asked, vector, 1, passage(TELLING), TELLING)[0] == before[0]
    look.forget()
    assert look.sights(asked, vector, 1, passage(TELLING), TELLING)[0] > before[0]


def test_a_clause_that_says_it_in_one_sentence_comes_before_one_that_has_the_words_apart(
    base, write
):
    apart = "第二条　租房的应当备案；人才由单位推荐；每月公布名单；补助办法另行制定。"
    in_one = f"第三条　{BESIDE}；租房的人才每月补助六百元。"
    base.intake.add(write("甲.txt", f"滨海市办法\n{apart}\n{in_one}\n"))
    first, *_ = base.retriever.search(query("人才租房每月有补助吗"), date(2026, 11, 22))
    assert "六百元" in first.passage.text


def test_what_else_is_found_of_a_paper_speaks_for_each_of_its_clauses(base, write):
    more = ("按季度发放", "可以补领", "每月十日到账", "不得转给他人")
    for name, told in {"甲": (), "乙": more}.items():
        said = ("租房补贴每月六百元", *(f"租房补贴每月六百元，{s}" for s in told))
        clauses = "\n".join(f"第{n}条　{s}。" for n, s in zip("一二三四五", said, strict=False))
        base.intake.add(write(f"{name}.txt", f"滨海市{name}办法\n{clauses}\n"))
    retriever, gained = base.retriever, {}
    for paper in (0.0, 1.0):
        retriever.weights = replace(retriever.weights, paper=paper)
        hits = retriever.search(query("租房补贴每月六百元"), date(2026, 11, 22), limit=10)
        found = {h.source.file_name: h.score for h in hits if h.passage.label == "第一条"}
        gained = {name: score - gained.get(name, 0.0) for name, score in found.items()}
    assert 0 < gained["甲.txt"] < gained["乙.txt"]

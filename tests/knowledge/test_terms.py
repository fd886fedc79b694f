"""What a paper says of another's last day, and how it is written down."""

from datetime import date

import pytest

from knowledge.documents import Block, BlockKind
from knowledge.metadata import document_facts
from knowledge.naming import papers_named, titles_of
from knowledge.structure import structure
from knowledge.terms import Term, paper_and_day, term_of
from tests.knowledge.papers import lines, table

NUMBER = "临人社发〔2023〕5号"
PAPER = f"《临江市人才购房补贴办法》（{NUMBER}）"


def notice(*body, title="关于人才政策有关事项的通知"):
    """Facts of a notice of 20 December 2025 with these paragraphs or tables."""
    text = [Block(BlockKind.PARAGRAPH, title), *lines("临人社发〔2025〕30号\n各区人社局：")]
    for one in body:
        text += [one] if isinstance(one, Block) else lines(one)
    text += lines("临江市人力资源和社会保障局\n2025年12月20日")
    return document_facts(structure(text).clauses, "通知.docx")


def prolonged(*body, **more):
    return [f.value for f in notice(*body, **more).prolongs]


# -- in a sentence -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        (f"{PAPER}有效期延长至2027年12月31日。", "至2027-12-31"),
        (f"经研究，决定将{PAPER}的有效期延长至2027年12月31日。", "至2027-12-31"),
        (f"决定延长{PAPER}的有效期至二〇二七年十二月三十一日。", "至2027-12-31"),
        (f"{PAPER}的施行期限延长至2027年12月31日止。", "至2027-12-31"),
        (f"{PAPER}有效期由2025年12月31日延长至2027年12月31日。", "至2027-12-31"),
        (f"有效期至2025年12月31日的{PAPER}，有效期延长至2027年12月31日。", "至2027-12-31"),
        (f"{PAPER}有效期至2025年12月31日，现延长至2027年12月31日。", "至2027-12-31"),
        (f"{PAPER}的失效日期调整至2027年12月31日。", "至2027-12-31"),
        (f"{PAPER}继续有效，有效期至2027年12月31日。", "至2027-12-31"),
        (f"{PAPER}自2026年1月1日起继续施行，有效期至2027年12月31日。", "至2027-12-31"),
        (f"{PAPER}自2026年1月1日起继续施行，有效期2年。", "至2027-12-31"),
        (f"{PAPER}延期执行至2027年12月31日。", "至2027-12-31"),
        (f"继续执行{PAPER}至2027年12月31日。", "至2027-12-31"),
        (f"{PAPER}规定的购房补贴政策，执行期限延长至2027年12月31日。", "至2027-12-31"),
        (f"{PAPER}有效期延续2年。", "延长2年"),
        (f"{PAPER}的有效期延长两年。", "延长2年"),
        (f"{PAPER}有效期延长6个月。", "延长6个月"),
        (f"{PAPER}有效期延长一年半。", "延长18个月"),
        (f"{PAPER}有效期延长半年。", "延长6个月"),
        (f"{PAPER}到期后有效期顺延一年。", "延长1年"),
        (f"{PAPER}自2026年1月1日起延长2年。", "至2027-12-31"),
        (f"{PAPER}继续有效。", "继续有效"),
        (f"{PAPER}有效期满后继续执行。", "期满后继续有效"),
        (f"在新办法出台前，{PAPER}继续执行。", "期满后继续有效"),
    ],
)  # fmt: skip
def test_a_sentence_that_prolongs_a_paper_gives_its_last_day(sentence, value):
    (fact,) = notice(sentence).prolongs
    assert fact.value == f"{NUMBER} {value}"
    assert fact.source == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        f"{PAPER}第五条的有效期延长至2027年12月31日。",
        f"按照{PAPER}取得的证书继续有效。",
        f"已按{PAPER}享受补贴的人员，继续执行至2027年12月31日。",
        f"符合{PAPER}规定条件的人才继续享受补贴至2027年12月31日。",
        f"根据{PAPER}，补贴申请期限延长至2027年12月31日。",
        f"拟将{PAPER}的有效期延长至2027年12月31日。",
        "原核发的《居住证》继续有效。",
        f"本文件有效期已由{PAPER}延长至2027年12月31日。",
        "本通知有效期延长至2027年12月31日。",
        f"{PAPER}自2026年1月1日起施行，有效期至2027年12月31日。",
        "请各区继续做好人才服务工作，有效期内的申请照常受理。",
    ],
)
def test_a_sentence_about_something_else_than_the_whole_paper_prolongs_nothing(sentence):
    assert prolonged(sentence) == []


def test_several_papers_of_one_sentence_are_all_prolonged():
    told = (
        f"{PAPER}、《临江市租房补贴办法》（临建发〔2022〕1号）等2个文件有效期延长至2027年12月31日。"
    )
    assert prolonged(told) == [f"{NUMBER} 至2027-12-31", "临建发〔2022〕1号 至2027-12-31"]


def test_a_notice_whose_title_names_the_paper_need_not_name_it_again():
    title = "关于延长《临江市人才购房补贴办法》有效期的通知"
    body = "经评估，现将有效期延长至2027年12月31日，请遵照执行。"
    assert prolonged(body, title=title) == ["临江市人才购房补贴办法 至2027-12-31"]


def test_the_sentence_after_the_one_that_says_a_paper_runs_out_is_about_that_paper():
    told = f"{PAPER}将于2025年12月31日到期。经研究，决定继续施行，有效期延长至2027年12月31日。"
    assert prolonged(told) == [f"{NUMBER} 至2027-12-31"]


def test_title_and_text_of_a_notice_name_one_paper_and_the_more_telling_counts():
    title = "关于继续执行《临江市人才购房补贴办法》的通知"
    assert prolonged(f"{PAPER}有效期延长2年。", title=title) == [f"{NUMBER} 延长2年"]


def test_the_notice_that_prolongs_has_no_last_day_and_no_first_day_from_it():
    found = notice(f"{PAPER}自2026年1月1日起继续施行，有效期至2027年12月31日。")
    assert found.expires is None
    assert found.effective is None


def test_the_days_of_the_notice_itself_are_read_beside_those_it_gives_another():
    told = f"{PAPER}有效期延长至2027年12月31日。本通知自2026年1月1日起施行，有效期5年。"
    found = notice(told)
    assert (found.effective.value, found.expires.value) == ("2026-01-01", "2031-01-01")


# -- repeals with a day ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        (f"{PAPER}自2026年6月30日起停止执行。", f"{NUMBER} 自2026-06-30起"),
        (f"自2026年6月30日起，{PAPER}予以废止。", f"{NUMBER} 自2026-06-30起"),
        (f"{PAPER}同时废止。", NUMBER),
        (f"本通知自2026年1月1日起施行，{PAPER}同时废止。", NUMBER),
        (f"本通知自2026年1月1日起施行。自2026年1月1日起，{PAPER}废止。", NUMBER),
    ],
)
def test_a_repeal_has_a_day_of_its_own_where_the_sentence_says_one(sentence, value):
    found = notice(sentence)
    assert [f.value for f in found.repeals] == [value]
    assert found.effective is None or found.effective.value == "2026-01-01"


# -- lists and tables --------------------------------------------------------------------------

CLEAN_UP = "关于公布规范性文件清理结果的通知"


def test_a_clean_up_in_lists_says_by_its_heads_what_ends_stays_and_changes():
    found = notice(
        "经清理，现将有关文件公布如下：",
        "一、继续有效的规范性文件（2件）",
        f"1.{PAPER}",
        "2.《临江市租房补贴办法》（临建发〔2022〕1号）",
        "二、废止的规范性文件（1件）",
        "1.临江市人民政府关于印发临江市人才公寓管理办法的通知（临政发〔2015〕3号）",
        "三、修改的规范性文件（1件）",
        "1.《临江市人才落户办法》（临公发〔2020〕2号）",
        title=CLEAN_UP,
    )
    assert [f.value for f in found.prolongs] == [f"{NUMBER} 继续有效", "临建发〔2022〕1号 继续有效"]
    assert [f.value for f in found.repeals] == ["临政发〔2015〕3号"]
    assert [f.value for f in found.amends] == ["临公发〔2020〕2号"]
    assert found.repeals[0].source.startswith("1.临江市人民政府关于印发")


def test_a_table_of_papers_is_read_by_the_line_above_it():
    papers = table(
        ("序号", "文件名称", "文号"),
        ("1", "临江市人才购房补贴办法", NUMBER),
        ("2", "临江市租房补贴办法", "临建发〔2022〕1号"),
    )
    found = notice("附件1", "废止的规范性文件目录", papers, title=CLEAN_UP)
    assert [f.value for f in found.repeals] == [NUMBER, "临建发〔2022〕1号"]
    assert found.prolongs == ()


def test_a_table_whose_column_says_what_becomes_of_each_paper_is_read_row_by_row():
    papers = table(
        ("序号", "文件名称", "文号", "清理意见", "有效期至"),
        ("1", "临江市人才购房补贴办法", NUMBER, "继续有效", "2027年12月31日"),
        ("2", "临江市租房补贴办法", "临建发〔2022〕1号", "废止", ""),
        ("3", "临江市人才落户办法", "临公发〔2020〕2号", "修改", ""),
        ("4", "临江市就业见习办法", "临人社发〔2021〕7号", "继续有效", "2026-12-31"),
    )
    found = notice("规范性文件清理结果目录", papers, title=CLEAN_UP)
    assert [f.value for f in found.prolongs] == [
        f"{NUMBER} 至2027-12-31",
        "临人社发〔2021〕7号 至2026-12-31",
    ]
    assert [f.value for f in found.repeals] == ["临建发〔2022〕1号"]
    assert [f.value for f in found.amends] == ["临公发〔2020〕2号"]


def test_a_list_whose_head_names_several_fates_decides_none():
    found = notice("继续有效、废止和修改的规范性文件目录", f"1.{PAPER}", title=CLEAN_UP)
    assert (found.prolongs, found.repeals, found.amends) == ((), (), ())


def test_papers_listed_as_a_basis_or_below_another_head_are_left_alone():
    found = notice(
        "下列文件予以废止：",
        "1.《临江市租房补贴办法》（临建发〔2022〕1号）",
        "二、申请条件",
        f"1.{PAPER}",
        title=CLEAN_UP,
    )
    assert [f.value for f in found.repeals] == ["临建发〔2022〕1号"]


def test_a_list_that_ends_on_a_day_gives_each_paper_that_day():
    found = notice("自2026年6月30日起，下列文件停止执行：", f"1.{PAPER}", title=CLEAN_UP)
    assert [f.value for f in found.repeals] == [f"{NUMBER} 自2026-06-30起"]


def test_a_row_merged_over_the_table_says_what_becomes_of_the_rows_below_it():
    papers = table(
        ("废止的规范性文件目录",) * 3,
        ("序号", "文件名称", "文号"),
        ("1", "临江市人才购房补贴办法", NUMBER),
        ("继续有效的规范性文件目录",) * 3,
        ("1", "临江市租房补贴办法", "临建发〔2022〕1号"),
    )
    found = notice("附件", papers, title=CLEAN_UP)
    assert [f.value for f in found.repeals] == [NUMBER]
    assert [f.value for f in found.prolongs] == ["临建发〔2022〕1号 继续有效"]


def test_an_annex_without_a_title_is_what_the_text_says_of_it():
    papers = table(("序号", "文件名称", "文号"), ("1", "临江市人才购房补贴办法", NUMBER))
    others = table(("序号", "文件名称", "文号"), ("1", "临江市租房补贴办法", "临建发〔2022〕1号"))
    found = notice(
        "经研究，决定对1件规范性文件予以废止（见附件1），1件规范性文件继续有效（见附件2）。",
        "附件1", papers, "附件2", others, title=CLEAN_UP,
    )  # fmt: skip
    assert [f.value for f in found.repeals] == [NUMBER]
    assert [f.value for f in found.prolongs] == ["临建发〔2022〕1号 继续有效"]


@pytest.mark.parametrize(
    "line",
    [
        f"1.临江市人才购房补贴办法 {NUMBER}",
        f"（一）临江市人才购房补贴办法（{NUMBER}）；",
        f"1、关于印发《临江市人才购房补贴办法》的通知（{NUMBER}）",
        f"《临江市人才购房补贴办法》（{NUMBER}，2023年5月1日印发）",
    ],
)
def test_a_paper_in_a_list_is_known_however_its_line_is_set(line):
    found = notice("下列文件予以废止：", line, title=CLEAN_UP)
    assert [f.value for f in found.repeals] == [NUMBER]


# -- the written form --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "term",
    [
        Term(NUMBER, date(2028, 1, 1)),
        Term("临江市人才办法（试行）", months=24),
        Term(NUMBER, months=6),
        Term(NUMBER),
        Term(NUMBER, for_good=True),
    ],
)
def test_what_is_written_of_a_term_reads_back_as_that_term(term):
    assert term_of(term.written) == term


@pytest.mark.parametrize("typed", ["", NUMBER, f"{NUMBER} 至2027-02-30", f"{NUMBER} 延长0年", "至"])
def test_what_names_no_end_is_no_term(typed):
    assert term_of(typed) is None


def test_the_paper_that_repealed_this_one_is_not_repealed_by_it():
    assert notice(f"本文件已被{PAPER}废止，自2026年3月15日起不再执行。").repeals == ()


def test_a_repeal_without_a_day_is_only_its_paper():
    assert paper_and_day(NUMBER) == (NUMBER, None)


def test_a_title_within_a_title_is_one_paper():
    (one,) = papers_named("《关于印发《临江市人才办法》的通知》（临政发〔2023〕1号）继续有效")
    assert (one.title, one.number) == ("关于印发《临江市人才办法》的通知", "临政发〔2023〕1号")


def test_a_notice_that_prints_a_paper_is_cited_for_it():
    assert "临江市人才办法" in titles_of("临江市人民政府关于印发《临江市人才办法（试行）》的通知")
    assert "临江市人才办法" in titles_of("关于印发临江市人才办法的通知")


@pytest.mark.parametrize(
    ("term", "last", "moved"),
    [
        (Term("X", date(2028, 1, 1)), date(2026, 1, 1), date(2028, 1, 1)),
        (Term("X", months=24), date(2026, 1, 1), date(2028, 1, 1)),
        (Term("X", months=24), None, None),
        (Term("X"), date(2025, 1, 1), None),
        (Term("X"), date(2027, 1, 1), date(2027, 1, 1)),
        (Term("X", for_good=True), date(2027, 1, 1), None),
    ],
)  # fmt: skip
def test_a_term_moves_the_last_day_it_finds(term, last, moved):
    assert term.moved(last, date(2025, 12, 20)) == moved

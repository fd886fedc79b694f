"""Tables of a PDF without rules: columns that only white parts."""

import pytest

from knowledge.documents import BlockKind
from tests.readers.papers import line, pdf
from tests.readers.reading import read, texts, the_table

HEAD = ("类别", "购房补贴", "发放年限")
ROWS = [("A类人才", "200万元", "5年"), ("B类人才", "100万元", "5年"), ("C类人才", "50万元", "3年")]


def aligned(*rows, xs=(80, 240, 400), top=640, leading=22, size=12):
    """Lines whose cells begin at the same places; "" leaves a cell empty."""
    return [
        line(text, x, top - leading * at, size)
        for at, row in enumerate(rows)
        for x, text in zip(xs, row, strict=False)
        if text
    ]


def is_prose(page):
    return all(block.kind is not BlockKind.TABLE for block in read(pdf(page)).blocks)


def test_lines_that_share_their_gaps_are_a_table_with_its_header():
    before = line("一、补贴标准按下列规定执行，每年核定一次。", 80, 700, 12)
    after = line("二、本办法自2026年1月1日起施行。", 80, 540, 12)
    page = [before, *aligned(HEAD, *ROWS), after]
    table = the_table(pdf(page))
    assert table.rows == (HEAD, *ROWS)
    assert table.header_rows == 1
    assert [b.kind for b in read(pdf(page)).blocks] == [
        BlockKind.PARAGRAPH, BlockKind.TABLE, BlockKind.PARAGRAPH,
    ]  # fmt: skip


def test_figures_set_to_the_right_or_in_the_middle_stand_under_their_header():
    xs = [80, 240 + 18, 400 + 6]
    page = aligned(HEAD) + aligned(*ROWS, xs=xs, top=618)
    assert the_table(pdf(page)).rows == (HEAD, *ROWS)


def test_an_empty_cell_stays_empty():
    rows = [("A类人才", "200万元", "5年"), ("B类人才", "", "5年"), ("C类人才", "50万元", "")]
    assert the_table(pdf(aligned(HEAD, *rows))).rows == (HEAD, *rows)


def test_a_word_broken_within_its_cell_is_joined():
    rows = [
        ("A类", "在本市购买首套商品住", "200万元"),
        ("", "房并办理产权登记", ""),
        ("B类", "租住人才公寓", "3万元"),
        ("C类", "租住其他住房", "1万元"),
    ]
    table = the_table(pdf(aligned(("类别", "条件", "标准"), *rows, xs=(80, 180, 400))))
    assert table.rows[1] == ("A类", "在本市购买首套商品住房并办理产权登记", "200万元")
    assert len(table.rows) == 4


def test_names_with_amounts_in_two_columns_are_a_table():
    rows = [("A类人才", "200万元"), ("B类人才", "100万元"), ("C类人才", "50万元")]
    table = the_table(pdf(aligned(("类别", "补贴标准"), *rows, xs=(80, 300))))
    assert table.rows == (("类别", "补贴标准"), *rows)


@pytest.mark.parametrize(
    "rows",
    [
        # names side by side, a table of contents, a form, clauses, a letterhead, signatures
        [("东区", "西区"), ("某某街道", "某某街道"), ("南区", "北区"), ("城区", "郊区")],
        [("第一章", "总则", "1"), ("第二章", "补贴", "3"), ("第三章", "申请", "5")],
        [("目录", "页码"), ("总则", "1"), ("补贴", "3"), ("申请", "5"), ("附则", "9")],
        [("姓名：", "性别：", "民族："), ("学历：", "学位：", "专业："), ("电话：", "住址：", "")],
        [("一、", "申请人应当在本市工作。", "另有规定的除外。")] * 4,
        [("临江市教育局", "文件"), ("临江市财政局", "")],
        [("200万元", "100万元", "50万元"), ("A类", "B类", "C类"), ("5年", "5年", "3年")],
    ],
)  # fmt: skip
def test_what_may_be_something_else_stays_prose(rows):
    assert is_prose(aligned(*rows))


def test_a_table_without_rules_goes_on_over_the_page():
    more = [("D类人才", "30万元", "3年"), ("E类人才", "15万元", "2年")]
    pages = [
        [*aligned(HEAD, *ROWS, top=140), line("- 1 -", 280, 30, 10)],
        [*aligned(*more, top=780), line("二、其他事项。", 80, 700, 12), line("- 2 -", 280, 30, 10)],
    ]
    assert the_table(pdf(*pages)).rows == (HEAD, *ROWS, *more)
    assert texts(pdf(*pages)) == ["二、其他事项。"]


def test_rows_that_stay_prose_are_not_joined():
    rows = [("D类", "30万元", "3年"), ("E类", "15万元", "2年"), ("F类", "6万元", "1年")]
    assert texts(pdf(aligned(*rows))) == ["　".join(row) for row in rows]


def test_a_label_over_several_rows_without_rules_stays_prose():
    """Nothing says over which rows it stands: a row under the wrong label tells a wrong amount."""
    rows = [("", "一级", "30万元"), ("A类", "二级", "20万元"), ("", "三级", "10万元"),
            ("B类", "一级", "9万元")]  # fmt: skip
    page = aligned(("类别", "级别", "标准"), *rows)
    assert is_prose(page)
    assert any("A类" in text and "20万元" in text for text in texts(pdf(page)))


def test_prose_in_three_columns_is_no_table():
    words = "为了吸引各类人才改善居住"
    rows = [("人才政策", "住房保障", "子女入学")] + [(words, words[::-1], words)] * 8
    assert is_prose(aligned(*rows, xs=(60, 220, 380)))

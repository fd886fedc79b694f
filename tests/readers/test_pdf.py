"""PDF: paragraphs and tables as they were before the pages cut them."""

import contextlib
import zlib

import pytest

from knowledge.documents import BlockKind, Unreadable
from tests.readers.papers import line, pdf, rules
from tests.readers.reading import read, texts, the_table

WIDE = "为了吸引各类人才改善人才的居住条件促进本市经济社会持续健"  # fills a line of the column


def column(*lines, top=700, left=80, leading=26):
    """Lines below each other; a leading full-width space is an indent of two characters."""
    return [
        line(text.lstrip("　"), left + (32 if text.startswith("　") else 0), top - at * leading)
        for at, text in enumerate(lines)
    ]


def grid(top, *rows):
    """A ruled table of two columns."""
    ys = [top - 30 * at for at in range(len(rows) + 1)]
    cells = [
        line(text, 90 + 200 * at, top - 20 - 30 * number, 12)
        for number, row in enumerate(rows)
        for at, text in enumerate(row)
    ]
    return [rules((80, 280, 480), ys), *cells]


def test_wrapped_lines_join_and_indents_part():
    data = pdf(
        column(
            "　第一条　" + WIDE[:22],
            WIDE[:27],
            "发展。",
            "　第二条　" + WIDE[:22],
            "规定。",
            "　附则。",
        )
    )
    assert texts(data) == [
        "第一条　" + WIDE[:22] + WIDE[:27] + "发展。",
        "第二条　" + WIDE[:22] + "规定。",
        "附则。",
    ]


def test_a_paragraph_goes_on_over_the_page():
    first = column("　" + WIDE[:25], WIDE[:27], WIDE[:27])
    second = column("发展。", "　" + WIDE[:25], "规定。")
    found = read(pdf(first, second)).blocks
    assert found[0].text == WIDE[:25] + WIDE[:27] * 2 + "发展。"
    assert [block.page for block in found] == [1, 2]


def test_running_headers_and_page_numbers_are_dropped():
    pages = [
        [
            line("临江市人民政府文件", 230, 800, 10),
            *column("　" + WIDE[:25], f"第{number}页的正文。"),
            line(f"— {number} —", 280, 40, 12),
        ]
        for number in (1, 2, 3)
    ]
    assert texts(pdf(*pages)) == [f"{WIDE[:25]}第{number}页的正文。" for number in (1, 2, 3)]


def test_no_space_stands_between_chinese_and_figures():
    assert texts(pdf(column("　补贴 15 万元，自 2026 年起每年发放一次，不另行通知。"))) == [
        "补贴15万元，自2026年起每年发放一次，不另行通知。"
    ]


def test_a_table_that_goes_on_over_the_page_is_one_table():
    first = [
        *column("　各类人才的补贴标准见下表，由市财政承担："),
        *grid(300, ("类别", "金额"), ("A类", "120万元"), ("B类", "60万元")),
        line("— 1 —", 280, 40, 12),
    ]
    second = [
        *grid(760, ("类别", "金额"), ("C类", "30万元")),
        *column("　表中金额为税后金额。", top=600),
        line("— 2 —", 280, 40, 12),
    ]
    data = pdf(first, second)
    assert the_table(data).rows == (
        ("类别", "金额"),
        ("A类", "120万元"),
        ("B类", "60万元"),
        ("C类", "30万元"),
    )
    kinds = [block.kind for block in read(data).blocks]
    assert kinds == [BlockKind.PARAGRAPH, BlockKind.TABLE, BlockKind.PARAGRAPH]


def test_a_table_over_three_pages_is_one_table_with_one_header():
    pages = [
        [
            *grid(760, ("类别", "金额"), *[(f"{page}{row}类", f"{row}万元") for row in "123456"]),
            line(f"— {number} —", 280, 40, 12),
        ]
        for number, page in enumerate("甲乙丙", 1)
    ]
    table = the_table(pdf(*pages))
    assert table.header_rows == 1
    assert table.rows == (
        ("类别", "金额"),
        *[(f"{page}{row}类", f"{row}万元") for page in "甲乙丙" for row in "123456"],
    )


def test_three_hundred_pages_are_read_to_the_last():
    pages = [column("　" + WIDE[:25], f"第{n}页的正文到此为止。") for n in range(1, 301)]
    found = read(pdf(*pages)).blocks
    assert [block.page for block in found] == list(range(1, 301))
    assert found[-1].text == WIDE[:25] + "第300页的正文到此为止。"


def test_a_stream_that_unpacks_beyond_reason_is_stopped(refusal):
    bomb = packed(b" " * 40_000_000)
    assert len(bomb) < 100_000
    assert "解压" in refusal(bomb, "炸弹.pdf")


def test_streams_that_unpack_beyond_reason_together_are_stopped(refusal):
    assert "解压" in refusal(packed(*[b" " * 30_000_000] * 6), "炸弹.pdf")


@pytest.mark.parametrize("broken", [b"\x00" * 40, zlib.compress(b"x" * 5000)[:20]])
def test_a_damaged_stream_costs_its_page_and_is_said(broken):
    good = zlib.compress(
        line("第一条 本办法自发布之日起施行，有效期三年。", 80, 700).encode("latin-1")
    )
    found = read(with_streams(good, broken))
    assert [b.text for b in found.blocks] == ["第一条 本办法自发布之日起施行，有效期三年。"]


def packed(*contents):
    """A PDF whose pages are drawn by these bytes, deflated."""
    return with_streams(*[zlib.compress(content, 9) for content in contents])


def with_streams(*streams):
    """A PDF whose pages are drawn by these streams, said to be deflated."""
    whole = pdf(*[["@"] for _ in streams])
    for stream in streams:
        plain = b"<< /Length 1 >>\nstream\n@\nendstream"
        made = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
        whole = whole.replace(plain, made % (len(stream), stream), 1)
    return whole


def test_another_table_after_text_is_another_table():
    first = [*grid(700, ("类别", "金额"), ("A类", "120万元"))]
    second = [
        *column("　租房补贴的标准另行规定，见下表：", top=760),
        *grid(700, ("类别", "金额"), ("A类", "6000元")),
    ]
    tables = [b for b in read(pdf(first, second)).blocks if b.kind is BlockKind.TABLE]
    assert [len(table.rows) for table in tables] == [2, 2]


def test_a_frame_around_text_loses_nothing():
    framed = [
        rules((70, 530), (720, 600)),
        *column("一、请带身份证原件。", "二、在窗口办理登记手续。"),
    ]
    assert texts(pdf(framed)) == ["一、请带身份证原件。", "二、在窗口办理登记手续。"]


@pytest.mark.parametrize("color", ["1 1 1 rg", "0.97 g", "0 0 0 0 k"])
def test_white_behind_paragraphs_makes_no_table_of_them(color):
    """Word papers pasted from the web have an area behind each paragraph, as wide as its words."""
    words = ["第一条 本办法自发布之日起施行。", "第二条 补贴每月三千元。", "第三条 有效期三年。"]
    areas = [
        f"{color} 80 {690 - 30 * at} 40 30 re f 120 {690 - 30 * at} 300 30 re f" for at in range(3)
    ]
    lines = [line(text, 80, 700 - 30 * at) for at, text in enumerate(words)]
    data = pdf([*areas, "0 g", *lines])
    assert texts(data) == words
    assert not [b for b in read(data).blocks if b.kind is BlockKind.TABLE]


def test_a_raised_mark_stays_with_the_word_it_belongs_to():
    cell = [line("二级", 104, 700, 12), line("指标", 104, 683.4, 12), line("①", 128, 689.5, 9)]
    assert texts(pdf([*cell, *column("　" + WIDE[:25], top=600)]))[:2] == ["二级", "指标①"]


def test_a_raised_number_is_no_digit_of_the_amount_before_it():
    page = [line("第一条　补贴3000", 80, 700), line("1", 80 + 16 * 8, 707, 8)]
    page.append(line("元，每年核定。", 80 + 16 * 8 + 4, 700))
    assert texts(pdf(page)) == ["第一条　补贴3000[1]元，每年核定。"]


def two_columns(left, right, top=640):
    """Lines of 12 points in two columns of 17 characters with two ems of white between."""
    return [
        line(text.lstrip("　"), x + 12 * (len(text) - len(text.lstrip("　"))), top - 18 * at, 12)
        for x, lines in ((80, left), (308, right))
        for at, text in enumerate(lines)
    ]


def numbered_column(first):
    """Twelve lines, four articles; each fills its lines but the last."""
    lines = []
    for number in range(first, first + 4):
        lines += [f"　　第{'零一二三四五六七八'[number]}条　" + WIDE[:11], WIDE[:17], "发展。"]
    return lines


def test_two_columns_are_read_one_after_the_other():
    page = [line("临江市人民政府公报", 200, 700, 16)]
    page += two_columns(numbered_column(1), numbered_column(5))
    found = texts(pdf(page))
    assert found[0] == "临江市人民政府公报"
    assert [text[:3] for text in found[1:]] == [f"第{n}条" for n in "一二三四五六七八"]
    assert all(text.endswith(WIDE[:11] + WIDE[:17] + "发展。") for text in found[1:])


def test_a_paragraph_goes_on_in_the_next_column():
    left = ["　　" + WIDE[:15], *([WIDE[:17]] * 9)]
    right = [*([WIDE[:17]] * 8), "发展。"]
    found = texts(pdf(two_columns(left, right)))
    assert found == [WIDE[:15] + WIDE[:17] * 17 + "发展。"]


def test_a_list_of_names_and_telephones_is_no_paper_in_two_columns():
    rows = [line("某某区人才服务窗口", 80, 700 - 20 * at, 12) for at in range(10)]
    rows += [line("8662120", 330, 700 - 20 * at, 12) for at in range(10)]
    assert texts(pdf(rows))[0].startswith("某某区人才服务窗口　8662120")


@pytest.mark.parametrize("turned", ["0 1 -1 0 595 0", "0 -1 1 0 0 842", "-1 0 0 -1 595 842"])
def test_a_page_that_lies_on_its_side_or_its_head_is_turned(turned):
    page = [
        line("第一条　为改善居住条件，制定本办法。", 80, 500),
        line("第二条　补贴500元。", 80, 460),
    ]
    page.append(rules((80, 180, 280), (300, 340, 380)))
    page += [line(t, x, y, 14) for t, x, y in (
        ("类别", 90, 350), ("标准", 190, 350), ("A类", 90, 310), ("600元", 190, 310),
    )]  # fmt: skip
    lying = pdf([f"q {turned} cm", *page, "Q"])
    for data in (lying, pdf(page).replace(b"842]", b"842] /Rotate 270")):
        assert texts(data) == ["第一条　为改善居住条件，制定本办法。", "第二条　补贴500元。"]
        assert the_table(data).rows == (("类别", "标准"), ("A类", "600元"))


def test_a_pdf_with_a_password_is_refused_as_such(refusal):
    whole = pdf(column("　正文。"))
    keys = "/Filter /Standard /V 1 /R 2 /P -4 " + "".join(
        f"/{key} <{'5a' * 32}> " for key in ("O", "U")
    )
    ids = f"/ID [<{'00' * 16}> <{'00' * 16}>]"
    locked = whole.replace(b"/Root 1 0 R", f"/Root 1 0 R {ids} /Encrypt << {keys}>>".encode())
    assert "密码" in refusal(locked, "密.pdf")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_pdf_cut_short_in_transfer_is_refused_or_its_damage_is_said(share):
    text = "第一条 本办法自发布之日起施行，有效期三年。"
    whole = pdf(*[[line(text, 80, 700)]] * 5)
    with contextlib.suppress(Unreadable):
        found = read(whole[: int(len(whole) * share)], "断.pdf")
        assert len(found.blocks) == 5 or any("损坏" in note for note in found.notes)

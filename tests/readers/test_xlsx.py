"""Excel: every visible sheet as a person sees it."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from knowledge.documents import BlockKind
from knowledge.readers.xlsx import shown
from tests.readers import papers
from tests.readers.reading import read, texts, the_table


def moment(*parts):
    return datetime(*parts)  # noqa: DTZ001 - Excel knows no time zones


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def book_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (moment(2026, 11, 28), "yyyy-mm-dd", "2026年11月28日"),
        (moment(2026, 11, 28, 14, 30), "yyyy-mm-dd hh:mm", "2026年11月28日 14:30"),
        (date(2026, 11, 28), 'm"月"d"日"', "11月28日"),
        (moment(2026, 11, 1), "yyyy年m月", "2026年11月"),
        (time(9, 0), "h:mm", "9:00"),
        ("14:00-17:30", "General", "14:00-17:30"),
        (86627701.0, "General", "86627701"),
        (0.1 + 0.2, "General", "0.3"),
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (7, "000", "007"),
        (15, '0"万元"', "15万元"),
        (1.50, "0.00", "1.5"),
        (1e15, "General", "1000000000000000"),
        (-3, "General", "-3"),
    ],
)
def test_values_read_as_a_chinese_reader_would_see_them(value, number_format, text):
    assert shown(value, number_format) == text


def test_a_title_row_is_the_heading_and_a_note_row_a_paragraph():
    book = book_of(["安排表"], ["名称", "日期"], ["沙龙", "12月3日"], ["注：以通知为准"])
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("A4:B4")
    blocks = read(saved(book)).blocks
    assert [block.kind for block in blocks] == [
        BlockKind.HEADING,
        BlockKind.TABLE,
        BlockKind.PARAGRAPH,
    ]
    assert blocks[1].rows == (("名称", "日期"), ("沙龙", "12月3日"))


def test_merged_cells_are_filled():
    book = book_of(["领域", "事项"], ["健康", "体检"], [None, "门诊"])
    book.active.merge_cells("A2:A3")
    assert the_table(saved(book)).rows[2] == ("健康", "门诊")


def test_blank_rows_part_tables():
    book = book_of(["甲", "乙"], ["1", "2"], [], ["丙", "丁"], ["3", "4"])
    assert [block.rows[0] for block in read(saved(book)).blocks] == [("甲", "乙"), ("丙", "丁")]


def test_sheet_names_are_kept_when_there_are_several():
    book = book_of(["甲", "乙"], ["1", "2"])
    book.active.title = "购房"
    other = book.create_sheet("租房")
    other.append(["丙", "丁"])
    other.append(["3", "4"])
    blocks = read(saved(book)).blocks
    assert [block.text for block in blocks] == ["购房", "", "租房", ""]
    assert [block.page for block in blocks] == [1, 1, 2, 2]


def test_hidden_sheets_are_skipped_and_said_so():
    book = book_of(["甲", "乙"], ["1", "2"])
    book.create_sheet("内部底稿").append(["密"])
    book["内部底稿"].sheet_state = "hidden"
    reading = read(saved(book))
    assert len(reading.blocks) == 1
    assert reading.notes == ("工作表“内部底稿”是隐藏的，没有读入",)


def test_formulas_without_a_result_are_named():
    book = book_of(["类别", "金额"], ["合计", "=SUM(B3:B4)"], ["A", 1], ["B", 2])
    assert "B2" in read(saved(book)).notes[0]


def test_a_cell_far_away_costs_nothing():
    book = book_of(["甲", "乙"], ["1", "2"])
    book.active["XFD1048576"] = "远"
    assert "远" in texts(saved(book))


def test_cells_merged_without_end_are_refused(refusal):
    book = book_of(["甲", "乙"], ["1", "2"])
    book.active.merge_cells("C5:D6")
    with zipfile.ZipFile(io.BytesIO(saved(book))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"C5:D6", b"C5:XFD1048576")
    assert "合并单元格" in refusal(papers.zipped_parts(parts))


def test_a_broken_workbook_is_refused(refusal):
    assert "损坏" in refusal(papers.zipped_parts({"xl/workbook.xml": "<workbook"}))


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (2_000_000, '0!.0,"万元"', "200万元"),
        (2_505_000, '0\\.0,"万元"', "250.5万元"),
        (12_345, '0"."0,"万"', "1.2万"),
        (2_000_000, '#,##0,"千元"', "2000千元"),
        (5_000, '#,##0"元"', "5000元"),
        (3_000_000, '0.00,,"百万"', "3百万"),
    ],
)
def test_an_amount_that_the_format_shows_in_wan_is_read_in_wan(value, number_format, text):
    assert shown(value, number_format) == text


def test_a_struck_cell_is_left_out_and_said():
    book = book_of(["类别", "标准"], ["A类", 500], ["B类", 300])
    book.active["B2"].font = openpyxl.styles.Font(strike=True)
    found = read(saved(book))
    assert ("A类", "") in found.blocks[-1].rows
    assert "1 处带删除线" in found.notes[0]

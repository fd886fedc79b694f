"""The sample papers read whole, each format in its own way."""

from functools import cache
from pathlib import Path

from knowledge.documents import BlockKind
from knowledge.readers import read_file

SAMPLES = Path(__file__).parents[2] / "samples"


@cache
def sample(number):
    (path,) = SAMPLES.glob(f"{number}-*")
    return read_file(path)


def words(number):
    return [block.text for block in sample(number).blocks]


def rows(number):
    (found,) = [block for block in sample(number).blocks if block.kind is BlockKind.TABLE]
    return found.rows


def test_pdf_lines_are_joined_and_page_numbers_gone():
    found = words("02")
    assert found[0] == "临江市人民政府办公室关于印发《临江市人才安居实施细则》的通知"
    assert (
        "本细则适用于持有《临江市高层次人才证书》且证书在有效期内的A至F类人才。安居方式分为购房补贴、"
        "租房补贴和人才公寓三种，同一时段只能选择其中一种享受。"
    ) in found
    assert not [text for text in found if "—" in text]


def test_pdf_table_cells_are_whole_and_not_repeated_as_text():
    table = rows("02")
    assert table[0] == ("人才类别", "购房补贴（总额）", "租房补贴（每月）", "人才公寓最大面积")
    assert table[1] == ("A类", "一事一议，最高300万元", "免租入住", "180平方米")
    assert table[6] == ("F类", "6万元", "800元", "60平方米")
    assert not [text for text in words("02") if "180平方米" in text]


def test_pdf_blocks_know_their_page():
    pages = [block.page for block in sample("02").blocks]
    assert pages[0] == 1
    assert pages[-1] == 3
    assert pages == sorted(pages)


def test_merged_cells_of_a_word_table_are_filled():
    assert [row[0] for row in rows("07")][1:] == ["健康"] * 2 + ["出行"] * 3 + ["文旅"] * 2 + [
        "疗休养"
    ]


def test_a_workbook_reads_as_its_title_and_table():
    reading = sample("11")
    assert reading.blocks[0].text == "临江市人才活动安排表（2026年11月—2027年1月）"
    assert rows("11")[1][2:4] == ("2026年11月28日", "14:00-17:30")


def test_a_page_keeps_its_source_line_and_loses_the_site():
    found = words("04")
    assert found[:2] == ["人才引进落户办事指南", "发布时间：2026年3月5日　来源：市公安局户政支队"]
    assert found[-1] == "市公安局户政支队：86621201；市人才服务中心：86625588。"


def test_every_sample_but_the_scan_reads_without_notes():
    for number in range(1, 15):
        if number != 5:
            assert sample(f"{number:02d}").notes == ()

"""Markdown: what the marks mean is kept, the marks are not."""

from tests.readers.reading import read, texts, the_table


def test_headings_keep_their_level_and_emphasis_goes():
    blocks = read("# 办法\n\n## **谁**能*住*\n\n正文`代码`。\n".encode()).blocks
    assert [(block.level, block.text) for block in blocks] == [
        (1, "办法"),
        (2, "谁能住"),
        (0, "正文代码。"),
    ]


def test_bold_that_touches_chinese_punctuation_is_still_bold():
    assert texts("# 题\n\n**注意：**带身份证".encode()) == ["题", "注意：带身份证"]


def test_ordered_items_keep_the_number_as_written():
    assert texts("# 题\n\n3. 身份证\n4. 学历证书\n\n- 复印件".encode())[1:] == [
        "3. 身份证",
        "4. 学历证书",
        "复印件",
    ]


def test_tables_are_tables():
    data = "| 驿站 | 床位 |\n|:--|--:|\n| **高铁站店** | 46张 |\n| 大学城店 | 80张 |\n".encode()
    found = the_table(data)
    assert found.rows == (("驿站", "床位"), ("高铁站店", "46张"), ("大学城店", "80张"))
    assert found.header_rows == 1


def test_lines_of_one_paragraph_that_begin_anew_stand_alone():
    assert texts("# 题\n\n（一）博士\n（二）硕士".encode())[1:] == ["（一）博士", "（二）硕士"]


def test_markup_within_markdown_is_read_as_such():
    data = "# 题\n\n<div>地址：中山路8号</div>\n\n第一行<br>第二行".encode()
    assert texts(data)[1:] == ["地址：中山路8号", "第一行", "第二行"]


def test_front_matter_becomes_metadata():
    reading = read("---\ntitle: 入住指南\n---\n# 谁能住\n".encode())
    assert reading.metadata == {"title": "入住指南"}
    assert [block.text for block in reading.blocks] == ["谁能住"]


def test_the_name_decides_only_where_the_content_does_not():
    assert read("没有任何标记".encode(), "说明.md").format == "markdown"
    assert read("没有任何标记".encode(), "说明.txt").format == "text"
    assert read("# 有标题\n\n正文".encode(), "说明.txt").format == "markdown"


def test_struck_text_is_left_out_and_said():
    found = read("# 办法\n\n每月补贴~~500~~800元。".encode(), "办法.md")
    assert found.blocks[1].text == "每月补贴800元。"
    assert "1 处带删除线" in found.notes[0]

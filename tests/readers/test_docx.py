"""Word files keep every character that Word shows, and none that it hides."""

import io
import zipfile

from knowledge.documents import BlockKind
from tests.readers import papers
from tests.readers.papers import cell, docx, level, numbered, numbering, p, row, table
from tests.readers.reading import read, texts, the_table

ARTICLES = numbering(
    level(0, "chineseCountingThousand", "第%1条"),
    level(1, "chineseCounting", "（%2）", more='<w:suff w:val="nothing"/>'),
    level(2, "decimal", "%1.%2.%3", more='<w:isLgl/><w:suff w:val="space"/>'),
)


def test_automatic_numbers_are_part_of_the_text():
    body = numbered("总则。") + numbered("范围。", level=1) + numbered("时限。", level=1)
    assert texts(docx(body, numbering=ARTICLES)) == [
        "第一条　总则。",
        "（一）范围。",
        "（二）时限。",
    ]


def test_deeper_numbers_start_again_under_each_article():
    body = "".join(
        [numbered("甲"), numbered("乙", level=1), numbered("丙"), numbered("丁", level=1)]
    )
    assert texts(docx(body, numbering=ARTICLES))[3] == "（一）丁"


def test_a_level_may_show_the_numbers_above_it_in_plain_digits():
    body = numbered("甲") + numbered("乙", level=1) + numbered("丙", level=2)
    assert texts(docx(body, numbering=ARTICLES))[2] == "1.1.1 丙"


def test_a_list_may_restart_and_have_its_own_form():
    lists = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        f"{level(0, 'decimal', '%1．', more='<w:suff w:val=&quot;nothing&quot;/>')}"
        "</w:lvlOverride></w:num>"
    ).replace("&quot;", '"')
    made = numbering(level(0, "decimalEnclosedCircle", "%1"), lists=lists)
    body = numbered("甲") + numbered("乙") + numbered("丙", 2) + numbered("丁", 2)
    assert texts(docx(body, numbering=made)) == ["①　甲", "②　乙", "1．丙", "2．丁"]


def test_a_style_passes_its_number_on_to_styles_based_on_it():
    styles = (
        '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="条"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="条二"/>'
        '<w:basedOn w:val="Clause"/></w:style>'
    )
    body = p("甲", style="Clause") + p("乙", style="Own")
    assert texts(docx(body, numbering=ARTICLES, styles=styles)) == ["第一条　甲", "第二条　乙"]


def test_list_zero_takes_the_number_of_the_style_away():
    styles = (
        '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="条"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    none = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = p("甲", style="Clause", properties=none) + p("乙", style="Clause")
    assert texts(docx(body, numbering=ARTICLES, styles=styles)) == ["甲", "第一条　乙"]


def test_numbers_go_on_through_table_cells():
    body = numbered("甲") + table(row(cell(numbered("乙")), "x"), row("y", "z")) + numbered("丙")
    assert texts(docx(body, numbering=ARTICLES))[-1] == "第三条　丙"


def test_chinese_numbers_are_written_as_chinese_say_them():
    from knowledge.readers.numbering import in_format

    said = [in_format(n, "chineseCountingThousand") for n in (10, 12, 20, 21, 101, 110, 112)]
    assert said == ["十", "十二", "二十", "二十一", "一百零一", "一百一十", "一百一十二"]
    assert in_format(21, "chineseLegalSimplified") == "贰拾壹"
    assert in_format(10, "ideographDigital") == "一〇"
    assert in_format(28, "upperLetter") == "BB"
    assert in_format(4, "lowerRoman") == "iv"


def test_revisions_read_as_if_accepted():
    body = (
        "<w:p><w:r><w:t>补贴</w:t></w:r>"
        "<w:del><w:r><w:delText>10</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>15</w:t></w:r></w:ins><w:r><w:t>万元</w:t></w:r></w:p>"
    )
    assert texts(docx(body)) == ["补贴15万元"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs():
    body = p("前半句，", properties="<w:rPr><w:del/></w:rPr>") + p("后半句。")
    assert texts(docx(body)) == ["前半句，后半句。"]


def test_a_text_box_is_read_once_after_its_paragraph():
    box = "<w:txbxContent>" + p("框内文字") + "</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>" + p("后文")
    )
    assert texts(docx(body)) == ["正文", "框内文字", "后文"]


def test_content_controls_hide_nothing():
    body = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('受控内容')}</w:sdtContent></w:sdt>"
    assert texts(docx(body)) == ["受控内容"]


def test_hidden_text_is_left_out_and_reported():
    body = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>内部口径</w:t></w:r></w:p>" + p("公开")
    reading = read(docx(body))
    assert [block.text for block in reading.blocks] == ["公开"]
    assert "隐藏" in reading.notes[0]


def test_line_breaks_part_paragraphs_but_not_headings():
    styles = '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    lines = "<w:r><w:t>上</w:t><w:br/><w:t>下</w:t></w:r></w:p>"
    body = f'<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr>{lines}<w:p>{lines}'
    assert texts(docx(body, styles=styles)) == ["上下", "上", "下"]


def test_heading_levels_come_from_the_style_or_its_parents():
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="章"/>'
        '<w:basedOn w:val="a"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="Title"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="d"><w:name w:val="d"/>'
        '<w:pPr><w:outlineLvl w:val="3"/></w:pPr></w:style>'
    )
    body = p("二", style="b") + p("题", style="c") + p("四", style="d") + p("文")
    blocks = read(docx(body, styles=styles)).blocks
    assert [block.level for block in blocks] == [2, 1, 4, 0]
    assert blocks[3].kind is BlockKind.PARAGRAPH


def test_merged_cells_repeat_so_that_every_row_is_whole():
    down, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = table(
        row("类别", "待遇", "金额"),
        row(cell("A类", properties=down), cell("一事一议", properties='<w:gridSpan w:val="2"/>')),
        row(cell("", properties=more), "租房", "6000元"),
    )
    assert the_table(docx(body)).rows == (
        ("类别", "待遇", "金额"),
        ("A类", "一事一议", "一事一议"),
        ("A类", "租房", "6000元"),
    )


def test_marked_header_rows_are_counted():
    head = "<w:tblHeader/>"
    body = table(row("甲", "乙", properties=head), row("丙", "丁", properties=head), row("1", "2"))
    assert the_table(docx(body)).header_rows == 2


def test_a_table_within_a_cell_stays_in_that_cell():
    inner = table(row("硕士", "6万"), row("博士", "15万"))
    body = table(row("对象", "标准"), row("毕业生", cell(inner + p(""))))
    assert the_table(docx(body)).rows[1] == ("毕业生", "硕士　6万\n博士　15万")


def test_a_frame_of_one_cell_is_no_table():
    assert texts(docx(table(row(cell(p("甲") + p("乙")))))) == ["甲", "乙"]


def test_a_row_across_the_whole_table_is_its_caption():
    wide = cell("补贴标准表", properties='<w:gridSpan w:val="2"/>')
    found = the_table(docx(table(row(wide), row("类别", "金额"), row("A", "1"))))
    assert (found.caption, found.rows[0]) == ("补贴标准表", ("类别", "金额"))


def test_a_span_beyond_any_paper_costs_nothing():
    huge = cell("宽", properties='<w:gridSpan w:val="999999999"/>')
    found = the_table(docx(table(row(huge, "甲"), row("乙", "丙"), row("丁", "戊"))))
    assert found.rows[-1][:2] == ("丁", "戊")


def test_boxes_of_symbol_fonts_are_characters():
    sym = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    body = f"<w:p>{sym}<w:r><w:t>是\uf0a8否</w:t></w:r></w:p>"
    assert texts(docx(body)) == ["☑是□否"]


def test_footnotes_follow_at_the_end():
    body = '<w:p><w:r><w:t>本市户籍</w:t><w:footnoteReference w:id="2"/></w:r></w:p>' + p("下一段")
    notes = (
        f'<w:footnote w:type="separator" w:id="0">{p("—")}</w:footnote>'
        f'<w:footnote w:id="2">{p("以户口簿为准。")}</w:footnote>'
    )
    assert texts(docx(body, footnotes=notes)) == ["本市户籍", "下一段", "注：以户口簿为准。"]


def test_a_paper_of_pictures_only_is_refused_as_such(refusal):
    blip = (
        '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/'
        'main"/></w:drawing></w:r></w:p>'
    )
    assert "只有图片" in refusal(docx(blip))


def test_entities_are_refused(refusal):
    bomb = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    assert "DOCTYPE" in refusal(docx(p("&b;"), head=bomb))
    hidden = papers.zipped_parts(
        {"word/document.xml": f"<?xml version='1.0'?>{bomb}<w/>".encode("utf-16")}
    )
    assert "DOCTYPE" in refusal(hidden)


def test_files_in_the_strict_dialect_are_read_alike():
    with zipfile.ZipFile(io.BytesIO(docx(numbered("甲"), numbering=ARTICLES))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    old = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    new = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    strict = {name: content.replace(old, new) for name, content in parts.items()}
    assert texts(papers.zipped_parts(strict)) == ["第一条　甲"]


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


RAISED = '<w:vertAlign w:val="superscript"/>'


def test_struck_text_is_no_part_of_the_amount_beside_it_and_is_said():
    body = f"<w:p>{run('每月补贴')}{run('500', '<w:strike/>')}{run('800元')}</w:p>"
    body += f"<w:p>{run('另补')}{run('100', '<w:dstrike/>')}{run('200元')}</w:p>"
    body += "<w:p>" + run("不改300元", '<w:strike w:val="0"/>') + "</w:p>"
    found = read(docx(body))
    assert [block.text for block in found.blocks] == ["每月补贴800元", "另补200元", "不改300元"]
    assert "2 处带删除线" in found.notes[0]


def test_a_raised_number_is_no_digit_of_the_amount_before_it():
    body = f"<w:p>{run('补贴3000')}{run('1', RAISED)}{run('元，面积90m')}{run('2', RAISED)}</w:p>"
    assert texts(docx(body)) == ["补贴3000[1]元，面积90m²"]


def test_a_line_that_is_raised_as_a_whole_is_read_as_it_is():
    body = f"<w:p>{run('佛府办〔', RAISED)}{run('20', RAISED)}{run('12〕36号', RAISED)}</w:p>"
    assert texts(docx(body)) == ["佛府办〔2012〕36号"]


def test_a_fraction_and_a_power_are_no_figures_in_a_row():
    m = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    one, two = ("<m:r><m:t>1</m:t></m:r>", "<m:r><m:t>2</m:t></m:r>")
    half = f"<m:f><m:num>{one}</m:num><m:den>{two}</m:den></m:f>"
    power = f"<m:sSup><m:e>{one}</m:e><m:sup>{two}</m:sup></m:sSup>"
    inner = run("工资的") + f"<m:oMath {m}>{half}</m:oMath>" + run("，")
    body = f"<w:p>{inner}<m:oMath {m}>{power}</m:oMath></w:p>"
    assert texts(docx(body)) == ["工资的1/2，1[2]"]

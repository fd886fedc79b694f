"""Files as they come from offices' programs and sites: whole, or refused for what is true."""

import base64
import io
import quopri
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.drawing.image import Image as Picture
from PIL import Image

from knowledge.documents import BlockKind
from tests.readers.papers import (
    cell,
    docx,
    level,
    line,
    numbering,
    p,
    pale,
    pdf,
    related_docx,
    row,
    slanted,
    table,
    typed,
    zipped_parts,
)
from tests.readers.reading import read, texts, the_table

TITLE = "临江市人才安居办法"
FIRST = "第一条　为了改善人才居住条件，吸引人才来本市工作，制定本办法。"
SECOND = "第二条　博士每月补贴2000元，硕士每月补贴1000元，连续发放三年。"
PAGE = (
    "<html><head><meta charset='utf-8'></head><body>"
    f"<h1>{TITLE}</h1><p>{FIRST}</p><p>{SECOND}</p></body></html>"
)
WHOLE = [TITLE, FIRST, SECOND]


def archived(page: str, first: str = "MIME-Version: 1.0") -> str:
    """A page as a browser saves it in one file."""
    return (
        f'{first}\nContent-Type: multipart/related; boundary="b"\n\n--b\n'
        "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n"
        f"Content-Location: http://a.gov.cn/1.html\n\n{quopri.encodestring(page.encode()).decode()}\n--b--\n"
    )


# -- Word ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("chunk.html", PAGE),
        ("chunk.mht", archived(PAGE)),
        ("chunk.docx", docx("".join(map(p, WHOLE)))),
        ("chunk.txt", "\n".join(WHOLE)),
    ],
)
def test_a_file_that_a_program_set_into_a_word_file_is_read_in_its_place(part, content):
    body = '<w:altChunk r:id="aFChunk"/>' + p("第三条　本办法自发布之日起施行。")
    file = related_docx(body, {"aFChunk": (part, content)})
    assert texts(file) == [*WHOLE, "第三条　本办法自发布之日起施行。"]


def test_a_part_that_cannot_be_read_is_said_to_be_missing():
    file = related_docx(
        p(FIRST) + '<w:altChunk r:id="aFChunk"/>', {"aFChunk": ("a.bin", b"\1\2\3")}
    )
    assert "文中嵌入了 1 份其他文件，没有读入，请单独上传" in read(file).notes


def test_a_word_file_that_holds_itself_is_read_once_and_ends():
    inner = related_docx(p(SECOND) + '<w:altChunk r:id="aFChunk"/>', {"aFChunk": ("a.docx", b"x")})
    for _ in range(6):
        inner = related_docx(
            p(SECOND) + '<w:altChunk r:id="aFChunk"/>', {"aFChunk": ("a.docx", inner)}
        )
    found = read(inner)
    assert 1 < len(found.blocks) < 6
    assert "没有读入" in "".join(found.notes)


def test_content_controls_within_each_other_hide_neither_text_nor_rows():
    def control(inner, properties=""):
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    rows = control(row("级别", "补贴")) + control(row("博士", control(cell("2000元"))))
    file = docx(control(control(p(FIRST))) + table(rows))
    assert texts(file) == [FIRST]
    assert the_table(file).rows == (("级别", "补贴"), ("博士", "2000元"))


def test_a_content_control_that_nobody_filled_in_says_nothing():
    empty = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        f"{p('单击或点击此处输入文字。')}</w:sdtContent></w:sdt>"
    )
    assert texts(docx(p(FIRST) + empty)) == [FIRST]


def test_a_column_that_word_numbers_by_itself_has_its_numbers():
    mark = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    rows = [row("序号", "材料"), row(cell(mark), "身份证"), row(cell(mark), "学历证书")]
    file = docx(table(*rows), numbering=numbering(level(0, "decimal", "%1")))
    assert the_table(file).rows == (("序号", "材料"), ("1", "身份证"), ("2", "学历证书"))


def test_an_empty_numbered_paragraph_outside_a_table_says_nothing():
    mark = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    file = docx(p(FIRST) + mark, numbering=numbering(level(0, "decimal", "%1.")))
    assert texts(file) == [FIRST]


@pytest.mark.parametrize("is_control", [True, False])
def test_a_table_of_contents_is_no_second_set_of_articles(is_control):
    lines = p("第一条　目的\t1", style="T1") + p("第二条　标准\t2", style="T1")
    control = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
        f"</w:sdtPr><w:sdtContent>{lines.replace('T1', 'x')}</w:sdtContent></w:sdt>"
    )
    named = '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    file = docx((control if is_control else lines) + p(FIRST) + p(SECOND), styles=named)
    assert texts(file) == [FIRST, SECOND]


def test_letters_set_as_a_picture_are_read_and_a_watermark_is_not():
    def art(words, shape=""):
        return (
            f"<w:p><w:r><w:pict><v:shape {shape}><v:textpath string='{words}'/></v:shape>"
            "</w:pict></w:r></w:p>"
        )

    mark = art("内部资料", "id='PowerPlusWaterMarkObject1'")
    assert texts(docx(art("临江市人民政府文件") + mark + p(FIRST))) == ["临江市人民政府文件", FIRST]


def test_the_head_of_the_first_page_is_read_where_it_is_one_of_its_own():
    head = p("临江市人民政府办公室文件") + p("临政办发〔2026〕7号") + p("- 1 -")
    reference = '<w:sectPr><w:headerReference w:type="first" r:id="header"/>{}</w:sectPr>'
    parts = {"header": ("header1.xml", f"<w:hdr>{head}</w:hdr>")}
    file = related_docx(p(FIRST) + reference.format("<w:titlePg/>"), parts)
    assert texts(file) == ["临江市人民政府办公室文件", "临政办发〔2026〕7号", FIRST]
    assert texts(related_docx(p(FIRST) + reference.format(""), parts)) == [FIRST]


def test_the_words_of_a_diagram_are_read_shape_by_shape():
    shapes = "".join(
        f"<dgm:pt><dgm:t><a:p><a:r><a:t>{step}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        for step in ("申请人提交材料", "区人社局初审", "市人社局复核")
    )
    diagram = (
        '<w:p><w:r><w:drawing><a:graphic><a:graphicData uri="http://x/diagram">'
        '<dgm:relIds r:dm="diagramData"/></a:graphicData></a:graphic></w:drawing></w:r></w:p>'
    )
    data = f"<dgm:dataModel><dgm:ptLst>{shapes}</dgm:ptLst></dgm:dataModel>"
    file = related_docx(p(FIRST) + diagram, {"diagramData": ("diagrams/data1.xml", data)})
    assert texts(file) == [FIRST, "申请人提交材料", "区人社局初审", "市人社局复核"]
    assert read(file).notes == ()


@pytest.mark.parametrize(("inside", "read_as"), [("1", "①"), ("12", "⑫"), ("甲", "甲")])
def test_a_character_that_word_draws_a_ring_around_is_read(inside, read_as):
    ring = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText> eq \\o\\ac(○,{inside})</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    file = docx(f"<w:p>{ring}<w:r><w:t>申请表一份；</w:t></w:r></w:p>")
    assert texts(file) == [f"{read_as}申请表一份；"]


def test_the_code_of_other_fields_is_no_text():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>3</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert texts(docx(f"<w:p>{field}</w:p>" + p(FIRST))) == ["3", FIRST]


def test_a_word_file_saved_as_one_xml_file_is_read():
    document = docx(p(TITLE) + p(FIRST))
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = "".join(
            f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{archive.read(name).decode()}</pkg:xmlData>'
            "</pkg:part>"
            for name in archive.namelist()
            if name.endswith((".xml", ".rels")) and "Content_Types" not in name
        )
    flat = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package '
        f'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{parts}</pkg:package>'
    )
    found = read(flat.encode(), "办法.doc")
    assert [b.text for b in found.blocks] == [TITLE, FIRST]
    assert found.format == "wordml"


# -- Excel -----------------------------------------------------------------------------------


def test_text_boxes_over_the_cells_of_a_sheet_are_read_after_them():
    book = Workbook()
    sheet = book.active
    for cells in (("级别", "补贴"), ("博士", "2000元")):
        sheet.append(cells)
    dot = io.BytesIO()
    Image.new("RGB", (4, 4)).save(dot, "PNG")
    sheet.add_image(Picture(dot), "D4")  # brings a drawing part, to which the box is added
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    drawing = next(name for name in parts if name.startswith("xl/drawings/drawing"))
    box = (
        '<x:sp xmlns:x="urn:x" xmlns:a="urn:a"><x:txBody><a:p><a:r><a:t>说明：本表</a:t></a:r>'
        "<a:r><a:t>有效期2年。</a:t></a:r></a:p></x:txBody></x:sp></"
    )
    parts[drawing] = box.encode().join(parts[drawing].rsplit(b"</", 1))
    file = zipped_parts(parts)
    assert texts(file, "表.xlsx") == ["说明：本表有效期2年。"]
    assert the_table(file, "表.xlsx").rows == (("级别", "补贴"), ("博士", "2000元"))


# -- PDF -------------------------------------------------------------------------------------

LINES = [line(text, 70, 760 - 30 * at) for at, text in enumerate(WHOLE)]


def test_a_watermark_across_the_page_or_pale_behind_its_lines_is_no_text_of_it():
    assert texts(pdf([*LINES, slanted("内部资料禁止外传", 150, 300)])) == WHOLE
    assert texts(pdf([*LINES, pale(line("临江政府网", 120, 745, 48))])) == WHOLE


def test_large_letters_and_pale_small_ones_are_text():
    page = [line(TITLE, 70, 780, 40), pale(line("临江市人民政府公报", 70, 740)), *LINES[1:]]
    assert texts(pdf(page)) == [TITLE, "临江市人民政府公报", FIRST, SECOND]


@pytest.mark.parametrize("kind", ["FreeText", "Widget"])
def test_what_was_typed_onto_a_page_or_into_its_form_is_read_where_it_stands(kind):
    page = pdf(LINES, notes=[typed("临政发〔2026〕8号", 70, 738, kind)])
    assert texts(page) == [TITLE, "临政发〔2026〕8号", FIRST, SECOND]


def test_a_note_that_is_not_to_be_seen_is_not_read():
    assert texts(pdf(LINES, notes=[typed("草稿", 70, 738, flags=2)])) == WHOLE


# -- web pages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first",
    [
        "MIME-Version: 1.0",
        "From: <Saved by Blink>\nSnapshot-Content-Location: http://a.gov.cn/1.html\n"
        "Subject: =?utf-8?Q?x?=\nDate: Fri, 27 Nov 2026 00:00:00 -0000\nMIME-Version: 1.0",
    ],
)  # fmt: skip
def test_a_page_saved_in_one_file_is_read_whichever_browser_saved_it(first):
    assert texts(archived(PAGE, first).encode(), "办法.mhtml") == WHOLE


@pytest.mark.parametrize(
    "page",
    [
        '<html><frameset cols="20%,80%"><frame src="a.htm"><frame src="b.htm"></frameset></html>',
        '<html><body><div>首页</div><iframe src="b.htm"></iframe></body></html>',
    ],
)
def test_a_page_of_frames_is_refused_with_the_way_to_the_paper(refusal, page):
    assert "框架" in refusal(page.encode(), "办法.html")


def test_a_page_that_a_script_fills_is_refused_as_such(refusal):
    page = f'<html><body><div id="app"></div><script>show("{FIRST}")</script></body></html>'
    assert "由脚本生成" in refusal(page.encode(), "办法.html")


@pytest.mark.parametrize(
    "holder",
    [
        '<textarea style="display:none">{}</textarea>',
        '<input type="hidden" value="{}">',
    ],
)
def test_a_paper_that_a_field_carries_for_a_script_to_show_is_read(holder):
    held = f"<p>{FIRST}</p><p>{SECOND}</p>".replace("<", "&lt;").replace(">", "&gt;")
    page = f"<html><body><div>首页</div>{holder.format(held)}</body></html>"
    assert texts(page.encode(), "办法.html") == [FIRST, SECOND]


def test_a_number_in_round_brackets_above_the_paper_belongs_to_it():
    text = "".join(
        f"<p>第{n}条　由区人民政府负责实施，具体办法另行规定。</p>" for n in "一二三四五"
    )
    page = f"<html><body><div>沪人社农发（2012）32号</div><div id='zoom'>{text}</div></body></html>"
    assert texts(page.encode(), "办法.html")[0] == "沪人社农发（2012）32号"


def test_a_field_that_only_repeats_the_page_does_not_take_its_place():
    page = PAGE.replace("</body>", f"<textarea>&lt;p&gt;{FIRST}&lt;/p&gt;</textarea></body>")
    assert texts(page.encode(), "办法.html") == WHOLE


def test_what_a_click_unfolds_is_text_of_the_page():
    answers = "".join(
        f'<div class="q">问：第{n}件事如何办理？</div>'
        f'<div class="a" style="display:none">答：第{n}件事到区人社局办理，电话8600100{n}。</div>'
        for n in range(1, 4)
    )
    said = texts(f"<html><body><h1>问答</h1>{answers}</body></html>".encode(), "问答.html")
    assert said[1:3] == ["问：第1件事如何办理？", "答：第1件事到区人社局办理，电话86001001。"]
    assert len(said) == 7


def test_a_hidden_text_of_some_length_is_left_out_and_said():
    hidden = f'<div class="popup" style="display:none">{FIRST * 2}</div>'
    found = read(PAGE.replace("</body>", f"{hidden}</body>").encode(), "办法.html")
    assert [block.text for block in found.blocks] == WHOLE
    assert "网页里有 1 处隐藏的文字没有读入，请核对" in found.notes


def test_a_value_that_a_form_shows_in_its_table_is_read_and_a_hint_to_type_is_not():
    rows = (
        '<table><tr><td>文号</td><td><input value="临政发〔2026〕8号"></td></tr>'
        '<tr><td>检索</td><td><input type="text" value="请输入关键字"></td></tr>'
        "<tr><td>发布机构</td><td>市人社局</td></tr></table>"
    )
    page = PAGE.replace("<p>", f"{rows}<p>", 1).encode()
    whole = str(read(page, "办法.html").blocks)
    assert "临政发〔2026〕8号" in whole
    assert "请输入" not in whole


# -- other ways in ---------------------------------------------------------------------------


def mail(text_part: str = "", html_part: str = "", attached: bytes = b"") -> bytes:
    """A saved e-mail."""
    subject = base64.b64encode("转发：关于人才安居办法的通知".encode()).decode()
    parts = []
    for kind, charset, content in (
        ("plain", "gb2312", text_part.encode("gb18030")),
        ("html", "utf-8", html_part.encode()),
    ):
        if content:
            parts.append(
                f'Content-Type: text/{kind}; charset="{charset}"\n'
                f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(content).decode()}"
            )
    if attached:
        parts.append(
            'Content-Type: application/octet-stream; name="a.docx"\n'
            'Content-Disposition: attachment; filename="a.docx"\n'
            f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(attached).decode()}"
        )
    body = "".join(f"--b\n{part}\n" for part in parts)
    return (
        "Received: from mx.linjiang.gov.cn\nFrom: rsj@linjiang.gov.cn\nTo: qu@linjiang.gov.cn\n"
        f"Subject: =?utf-8?B?{subject}?=\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/mixed; boundary="b"\n\n{body}--b--\n'
    ).encode()


@pytest.mark.parametrize("parts", [{"text_part": f"{FIRST}\n{SECOND}"}, {"html_part": PAGE}])
def test_of_an_e_mail_subject_and_text_are_read_and_what_is_attached_is_named(parts):
    found = read(mail(**parts, attached=b"x" * 40), "通知.eml")
    said = [block.text for block in found.blocks]
    assert said[0] == "关于人才安居办法的通知"
    assert said[-2:] == [FIRST, SECOND]
    assert any("a.docx" in note for note in found.notes)


def test_an_e_mail_that_names_a_charset_nobody_knows_is_read():
    damaged = mail(f"{FIRST}\n{SECOND}").replace(b"gb2312", b"x-unknown")
    assert texts(damaged, "通知.eml")[1:] == [FIRST, SECOND]


def test_an_e_mail_that_only_carries_a_file_is_refused_with_its_name(refusal):
    assert "a.docx" in refusal(mail(attached=b"x" * 40), "通知.eml")


def test_data_of_a_program_is_no_paper(refusal):
    assert "JSON" in refusal(f'{{"title": "{TITLE}", "content": "{FIRST}"}}'.encode(), "办法.txt")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("办法.url", b"[InternetShortcut]\r\nURL=http://a.gov.cn/1.html\r\n", "快捷方式"),
        ("~$办法.docx", b"\x05\0\x01\xff" * 40, "临时文件"),
        ("办法.ceb", b"\0\x01\xfe\xff" * 40, "打印为 PDF"),
        ("办法.uot", b'<?xml version="1.0"?><uof:UOF xmlns:uof="x"/>', "UOF"),
        ("办法.pages", zipped_parts({"Index/Document.iwa": b"x"}), "iWork"),
        ("办法.dat", b"\0\x01\xfe\xff" * 40, "认不出"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_way_to_a_file_that_can(refusal, name, data, said):
    assert said in refusal(data, name)


def test_seven_bit_chinese_of_old_mail_programs_is_read():
    assert texts("\n".join(WHOLE).encode("hz"), "办法.txt") == WHOLE


@pytest.mark.parametrize("padding", [b"\0" * 500, b"\x1a"])
def test_what_old_programs_leave_behind_the_end_of_a_text_does_not_spoil_it(padding):
    assert texts("\n".join(WHOLE).encode("gb18030") + padding, "办法.txt") == WHOLE


def test_a_book_or_any_other_archive_is_called_an_archive(refusal):
    book = zipped_parts({"mimetype": "application/epub+zip", "OEBPS/a.xhtml": PAGE})
    assert "压缩包" in refusal(book, "办法.docx")


def test_blocks_of_an_inserted_page_keep_their_kind():
    file = related_docx('<w:altChunk r:id="aFChunk"/>', {"aFChunk": ("chunk.html", PAGE)})
    assert read(file).blocks[0].kind is BlockKind.HEADING


# -- characters and columns --------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "第⼀条　为了改善⼈才居住条件，吸引⼈才来本市⼯作，制定本办法。",
        "\u200b第\u200b一条　为了改\u00ad善人才居住条件，吸引人才来本市工作，制定本办法。\ufeff",
        "\u200f第一条\u202c　为了改善人才居住条件，吸引人才来本市工作，制定本办法。",
    ],
)
def test_characters_that_only_look_alike_or_are_not_seen_do_not_part_a_word(written):
    assert texts(docx(p(written))) == [FIRST]
    assert texts(written.encode(), "办法.txt") == [FIRST]


def test_radicals_that_stand_for_characters_are_those_characters():
    assert texts("⻓期居住的居⺠，⻅附件第⼆⻚。".encode(), "办法.txt") == [
        "长期居住的居民，见附件第二页。"
    ]


GRID = (("级别", "租房补贴", "购房补贴"), ("A类", "1万元", "50万元"), ("B类", "0.8万元", "40万元"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("表.txt", "\n".join("\t".join(row) for row in GRID)),
        ("表.csv", "\n".join(";".join(row) for row in GRID)),
        ("表.csv", "\n".join("\t".join(row) for row in GRID)),
        (
            "表.txt",
            "┌─┬─┬─┐\n" + "\n├─┼─┼─┤\n".join(f"│{'│'.join(r)}│" for r in GRID) + "\n└─┴─┴─┘",
        ),
    ],
)
def test_columns_parted_by_tabs_semicolons_or_drawn_rules_are_a_table(name, content):
    assert the_table(content.encode(), name).rows == GRID


@pytest.mark.parametrize(
    "text", ["\t第一条 甲\n\t第二条 乙", f"{FIRST}\t{SECOND * 3}\n{FIRST}\t{SECOND * 3}"]
)
def test_a_tab_that_indents_or_parts_sentences_makes_no_table(text):
    assert all(
        block.kind is BlockKind.PARAGRAPH for block in read(text.encode(), "办法.txt").blocks
    )


def test_a_footnote_of_markdown_is_read_and_its_mark_is_no_figure():
    text = "# 办法\n\n每月补贴2000元[^1]，见[网站](http://a)。\n\n[^1]: 税前金额。\n"
    assert texts(text.encode(), "办法.md") == [
        "办法",
        "每月补贴2000元[1]，见网站。",
        "注[1]：税前金额。",
    ]

"""Older office formats: read through LibreOffice where it is, else refused with what to install."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from knowledge.documents import BlockKind
from knowledge.readers import office
from tests.readers.papers import docx, p, zipped_parts
from tests.readers.reading import read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
SHEET = Path(__file__).parent.parent / "data" / "readers" / "补贴标准.xls"
needs_libreoffice = pytest.mark.skipif(
    not office.program(), reason="LibreOffice (soffice) is not installed"
)


def rtf(*paragraphs):
    def escaped(text):
        return "".join(c if c < "\x80" else f"\\u{ord(c)}?" for c in text)

    return ("{\\rtf1\\ansi " + "".join(f"{escaped(t)}\\par " for t in paragraphs) + "}").encode()


PAPER = rtf("人才补贴办法", "第一条 每月补贴300元。", "第二条 本办法自2026年1月1日起施行。")


@needs_libreoffice
def test_an_rtf_file_is_read():
    found = read(PAPER, "办法.rtf")
    assert found.format == "rtf"
    assert [b.text for b in found.blocks][1] == "第一条 每月补贴300元。"


@needs_libreoffice
@pytest.mark.parametrize("head", [rb"{\rtf1\ansi\ansicpg936 ", rb"{\rtf1\ansi\deff0 ", rb"{\rtf1"])
def test_an_rtf_of_chinese_bytes_is_read_whether_it_names_its_code_page_or_not(head):
    told = "第一条 每月补贴300元。".encode("gb18030")
    escaped = b"".join(b"\\'%02x" % byte for byte in told)
    found = read(head + b"\\pard " + escaped + b"\\par}", "办法.rtf")
    assert [b.text for b in found.blocks] == ["第一条 每月补贴300元。"]


@needs_libreoffice
@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        (
            "办法.doc",
            "wordml",
            '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">'
            "<w:body><w:p><w:r><w:t>第一条 每月补贴300元。</w:t></w:r></w:p></w:body>"
            "</w:wordDocument>",
        ),
        (
            "办法.xls",
            "excelml",
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:s="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet s:Name="a"><Table>'
            '<Row><Cell><Data s:Type="String">第一条 每月补贴300元。</Data></Cell></Row>'
            "</Table></Worksheet></Workbook>",
        ),
    ],
)
def test_a_paper_saved_by_office_2003_as_xml_is_read(name, kind, content):
    found = read(f'<?xml version="1.0" encoding="UTF-8"?>{content}'.encode(), name)
    assert (found.format, [b.text for b in found.blocks]) == (kind, ["第一条 每月补贴300元。"])


@needs_libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["doc", "odt"])
def test_older_word_files_are_read_whatever_their_name(tmp_path, kind):
    (tmp_path / "a.rtf").write_bytes(PAPER)
    command = [office.program(), "--headless", f"-env:UserInstallation={tmp_path.as_uri()}/p"]
    command += ["--convert-to", kind, "--outdir", str(tmp_path), str(tmp_path / "a.rtf")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = read((tmp_path / f"a.{kind}").read_bytes(), "办法.docx")
    assert found.format == kind
    assert [b.text for b in found.blocks] == [
        *("人才补贴办法", "第一条 每月补贴300元。", "第二条 本办法自2026年1月1日起施行。")
    ]


def test_a_wps_file_is_read_as_the_word_file_that_it_is(monkeypatch):
    """WPS Writer's own format is Word's with another suffix; what it is stands in the content."""
    given = []

    def converted(data, kind, name):
        given.append(kind)
        return docx(p("第一条 每月补贴300元。"))

    monkeypatch.setattr(office, "_converted", converted)
    found = read(OLE + "WordDocument".encode("utf-16-le"), "办法.wps")
    assert (given, found.format) == (["doc"], "doc")
    assert [b.text for b in found.blocks] == ["第一条 每月补贴300元。"]


def test_an_et_file_is_read_as_the_excel_file_that_it_is():
    assert read(SHEET.read_bytes(), "补贴标准.et") == read(SHEET.read_bytes(), "补贴标准.xls")


@needs_libreoffice
def test_an_ods_file_keeps_its_merged_cells_and_leaves_out_hidden_sheets():
    found = read(ods(), "补贴标准.ods")
    assert found.format == "ods"
    (table,) = [b for b in found.blocks if b.kind is BlockKind.TABLE]
    assert table.rows == (("类别", "标准", "标准"), ("A类", "120万元", "一次性"))
    assert any("底稿" in note for note in found.notes)


def ods():
    """Two sheets, one of them hidden; the header's second cell spans two columns."""
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"),
                            ("style", "style"))
    )  # fmt: skip

    def cell(text, more=""):
        return f"<table:table-cell{more}><text:p>{text}</text:p></table:table-cell>"

    span = ' table:number-columns-spanned="2" table:number-rows-spanned="1"'
    head = cell("类别") + cell("标准", span) + "<table:covered-table-cell/>"
    rows = [head, cell("A类") + cell("120万元") + cell("一次性")]
    shown = "".join(f"<table:table-row>{r}</table:table-row>" for r in rows)
    hidden = f"<table:table-row>{cell('不应读入')}</table:table-row>"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} '
        'office:version="1.2"><office:automatic-styles>'
        '<style:style style:name="h" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="标准">{shown}</table:table>'
        f'<table:table table:name="底稿" table:style-name="h">{hidden}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    parts = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return zipped_parts(parts, zipfile.ZIP_STORED)


def test_a_blown_up_opendocument_file_never_reaches_libreoffice(refusal, monkeypatch):
    monkeypatch.setattr(office, "_converted", None)
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": " " * 40_000_000,
    }
    assert "解压" in refusal(zipped_parts(parts), "炸弹.odt")


@needs_libreoffice
def test_what_libreoffice_cannot_open_is_refused_in_words(refusal):
    assert "损坏" in refusal(OLE + "WordDocument".encode("utf-16-le"), "坏.doc")


def test_without_libreoffice_the_refusal_names_the_line_that_installs_it(refusal, monkeypatch):
    monkeypatch.setattr(office, "program", lambda: "")
    why = refusal(PAPER, "办法.rtf")
    assert "apt-get install libreoffice" in why
    assert "另存为 .docx" in why


def test_a_doc_file_with_a_password_is_refused_as_such(refusal):
    locked = OLE + b"\xec\xa5" + b"\0" * 9 + b"\x01" + "WordDocument".encode("utf-16-le")
    assert "密码" in refusal(locked, "密.doc")


def test_the_program_and_all_it_started_end_at_the_time_limit(refusal, monkeypatch, tmp_path):
    slow = tmp_path / "soffice"
    slow.write_text("#!/bin/sh\necho $$ > " + str(tmp_path / "pid") + "\nsleep 600 & wait\n")
    slow.chmod(0o755)
    monkeypatch.setattr(office, "program", lambda: str(slow))
    monkeypatch.setattr(office, "SECONDS", 1)
    assert "已停止" in refusal(PAPER, "慢.rtf")
    group = (tmp_path / "pid").read_text().strip()
    alive = [stat for stat in Path("/proc").glob("[0-9]*/stat") if _group(stat) == group]
    assert not alive


def _group(stat):
    try:
        fields = stat.read_text().rsplit(")", 1)[1].split()
    except OSError:
        return ""
    return fields[2] if fields[0] != "Z" else ""


def test_an_old_excel_file_keeps_its_merged_cells_and_leaves_out_hidden_sheets():
    found = read(SHEET.read_bytes(), "补贴标准.xlsx")
    heading, table = found.blocks
    assert heading.text == "人才补贴标准表"
    assert (table.kind, table.header_rows) == (BlockKind.TABLE, 2)
    assert table.rows[0][:3] == ("类别", "标准", "标准")
    assert table.rows[2][:3] == ("A类", "8000", "3")
    assert any("底稿" in note for note in found.notes)
    assert not any("不应读入" in cell for row in table.rows for cell in row)


def test_an_old_excel_file_cut_short_is_refused(refusal):
    assert refusal(SHEET.read_bytes()[:3000], "补贴标准.xls")

"""Older office formats: read through LibreOffice where it is, else refused with what to install."""

import subprocess
from pathlib import Path

import pytest

from knowledge.documents import BlockKind
from knowledge.readers import office
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

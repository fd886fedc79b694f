"""What cannot be read is refused with what it is, why, and what to do; nothing crashes."""

import contextlib
import io
import struct
import zipfile
from pathlib import Path

import pytest

from console.uploads import LARGEST
from knowledge.documents import Unreadable
from knowledge.readers import MAX_BYTES, READABLE, read_bytes, read_file
from tests.readers.papers import docx, p, row, table, zipped_parts
from tests.readers.reading import read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf \r\n", "空的"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 64, "HEIC"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (OLE, "旧版 Office"),
        (b"Rar!\x1a\x07" + b"\0" * 64, "解压"),
        (bytes(range(256)) * 8, "认不出"),
        (zipped_parts({"a.txt": "x"}), "解压"),
        (zipped_parts({"ppt/presentation.xml": "<x/>"}), "演示文稿"),
        (b"<?xml version='1.0'?><data><row>1</row></data>", "XML"),
        (b"%PDF-1.4\n" + b"nothing here", "PDF"),
    ],
)
def test_each_kind_of_unreadable_file_is_named(refusal, data, said):
    assert said in refusal(data)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_file_cut_short_in_transfer_is_called_broken(refusal, share):
    whole = docx(p("正文") * 200)
    assert "损坏" in refusal(whole[: int(len(whole) * share)])


def test_a_part_damaged_in_transfer_is_called_broken(refusal):
    whole = bytearray(docx(p("正文内容" * 50) * 200))
    at = whole.index(b"word/document.xml") + 200
    whole[at : at + 40] = b"\x00" * 40
    assert "损坏" in refusal(bytes(whole))


def test_an_encrypted_archive_is_refused(refusal):
    whole = bytearray(docx(p("正文")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = whole.find(signature)
        while at >= 0:
            whole[at + offset] |= 1
            at = whole.find(signature, at + 4)
    assert "加密" in refusal(bytes(whole))


def test_an_archive_that_inflates_beyond_reason_is_stopped(refusal):
    bomb = docx(f"<w:p><w:r><w:t>{' ' * 40_000_000}</w:t></w:r></w:p>")
    assert len(bomb) < 200_000
    assert "解压" in refusal(bomb)


def test_sizes_in_headers_are_not_believed(refusal):
    honest = docx(f"<w:p><w:r><w:t>{'人' * 20_000_000}</w:t></w:r></w:p>")
    lying = bytearray(honest)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    claimed = struct.pack("<I", size)
    while (at := lying.find(claimed)) >= 0:
        lying[at : at + 4] = struct.pack("<I", 1000)
    # Python stops at the claimed size and finds the checksum wrong: refused either way.
    assert refusal(bytes(lying))


def test_an_archive_of_countless_parts_is_refused(refusal):
    parts = {f"word/{n}.xml": "" for n in range(2100)}
    assert "部件" in refusal(zipped_parts(parts, zipfile.ZIP_STORED))


def test_tables_nested_without_end_are_refused(refusal):
    body = p("底")
    for _ in range(65):
        body = table(row(f"<w:tc>{body}<w:p/></w:tc>", "x"))
    assert "嵌套" in refusal(docx(body))


def test_a_page_nested_without_end_is_refused(refusal):
    assert "异常复杂" in refusal(("<html><body>" + "<div>" * 2000 + "正文").encode())


def test_a_download_page_saved_under_a_papers_name_is_refused_as_what_it_is(refusal):
    page = b"<html><body><p>Skip to content</p><p>Sorry, we cannot display this file.</p></body>"
    assert "网页" in refusal(page, "积分方案.pdf")


def test_an_error_page_is_no_paper(refusal):
    page = "<html><body><h1>404</h1><p>您访问的页面不存在</p></body>".encode()
    assert "出错" in refusal(page, "公告.html")


def test_a_page_of_hundreds_of_thousands_of_open_elements_is_refused_before_parsing(refusal):
    assert "异常复杂" in refusal(("<html><body>" + "<div>" * 300_000 + "正文").encode())


def test_a_file_over_the_limit_is_not_read(tmp_path):
    large = tmp_path / "大.pdf"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # takes no room on the disk
    with pytest.raises(Unreadable, match="200 MB"):
        read_file(large)


def test_what_can_be_uploaded_can_be_read():
    assert LARGEST <= MAX_BYTES


def test_a_wrong_extension_does_not_matter():
    assert read(docx(p("正文")), "说明.pdf").format == "docx"
    assert (
        read(
            b"<html><body><p>" + "网页里的政策正文".encode() * 5 + b"</p></body></html>", "a.doc"
        ).format
        == "html"
    )
    assert read("正文".encode(), "表.xlsx").format == "text"


def test_random_damage_never_crashes():
    whole = docx(p("正文") * 20 + table(row("甲", "乙"), row("1", "2")))
    for at in range(0, len(whole), 97):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        with contextlib.suppress(Unreadable):
            read_bytes(bytes(damaged), "损坏.docx")


def test_a_file_that_lost_a_piece_in_its_middle_is_refused_or_read():
    whole = docx(p("正文") * 200)
    for at in range(0, len(whole), 61):
        with contextlib.suppress(Unreadable):
            read_bytes(whole[:at] + whole[at + 300 :], "缺.docx")


def test_every_readable_format_has_a_reader(tmp_path: Path):
    import importlib

    for kind in READABLE:
        assert callable(importlib.import_module(f"knowledge.readers.{kind}").read)
    path = tmp_path / "说明.txt"
    path.write_text("正文", encoding="utf-8")
    assert read_file(path).blocks[0].text == "正文"


def test_importing_the_readers_loads_no_library():
    import subprocess
    import sys

    code = (
        "import sys, knowledge.readers;"
        "print([m for m in ('lxml','pdfplumber','rapidocr','PIL','numpy','openpyxl',"
        "'selectolax','markdown_it')"
        " if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"

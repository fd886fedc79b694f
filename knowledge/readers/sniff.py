"""The type of a file by its content; names lie, and saved pages come as .doc and .pdf."""

from __future__ import annotations

import re
from pathlib import PurePath

from knowledge.documents import Unreadable
from knowledge.readers.archive import Archive
from knowledge.readers.decoding import PADDING, decode
from knowledge.readers.html import is_archived_page
from knowledge.readers.mail import is_mail
from knowledge.readers.office import old_kind

_PICTURES = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",  # TIFF
    b"MM\x00*",
)
_ARCHIVES = ((b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip"))
_HTML = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|meta|title|table|div|p|span|font|h[1-6]|br)\b[^<>]*>",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|\|[ :]*-{2,}[ :]*\|)", re.MULTILINE)
_HEAD = 8192
# A thousand pages of Chinese take 3 MB; saved pages carry their pictures inside.
MAX_TEXT = 20 * 1024 * 1024


def sniff(data: bytes, name: str) -> str:
    """The format of a file that can be read, else Unreadable with what it is and what to do."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable(name, "文件是空的，没有任何内容；请检查后重新上传")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _office(Archive(data, name), name)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office(data, name)
    if data.startswith(b"{\\rtf"):
        return "office"
    if _is_picture(data):
        return "scan"
    _refuse_known_binary(data, name)
    return _text(data, name)


def _office(archive: Archive, name: str) -> str:
    def holds(prefix: str) -> bool:
        return any(member.startswith(prefix) for member in archive.names)

    if "xl/workbook.bin" in archive.names:
        raise Unreadable(
            name, "这是二进制格式的 Excel 文件（.xlsb），暂不支持；请另存为 .xlsx 后上传"
        )
    if holds("word/"):
        return "docx"
    if holds("xl/"):
        return "xlsx"
    if holds("ppt/"):
        raise Unreadable(name, "这是演示文稿（PPT），暂不支持；请把正文整理成 Word 后上传")
    if "OFD.xml" in archive.names:
        return "ofd"
    if any(member.endswith(".iwa") for member in archive.names):
        raise Unreadable(
            name,
            "这是苹果 iWork 文件（Pages、Numbers），暂不支持；请在苹果电脑上导出为 Word 后上传",
        )
    if "content.xml" in archive.names and "mimetype" in archive.names:
        if b"opendocument.presentation" in archive.read("mimetype"):
            raise Unreadable(name, "这是演示文稿（ODP），暂不支持；请把正文整理成 Word 后上传")
        return "office"
    if "[Content_Types].xml" in archive.names and "_rels/.rels" in archive.names:
        return "docx"
    raise Unreadable(name, "这是压缩包，不能直接读取；请解压后逐个上传里面的文件")


def _old_office(data: bytes, name: str) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise Unreadable(name, "文件设有打开密码（已加密），无法读取；请取消密码后重新上传")
    if kind := old_kind(data):
        return "xls" if kind == "xls" else "office"
    if holds("PowerPoint Document"):
        raise Unreadable(name, "旧版演示文稿（.ppt），暂不支持；请把正文整理成 Word 后上传")
    raise Unreadable(
        name, "旧版 Office 格式（OLE），认不出是哪一种；请用 Office 或 WPS 另存为新格式后上传"
    )


def _is_picture(data: bytes) -> bool:
    # "BM" alone may also begin a text; a bitmap holds NUL bytes in its header.
    bitmap = data.startswith(b"BM") and b"\x00" in data[:32]
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return data.startswith(_PICTURES) or bitmap or webp


def _refuse_known_binary(data: bytes, name: str) -> None:
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        raise Unreadable(name, "这是手机的 HEIC 图片，不能读取；请转存为 JPG 后上传")
    for magic, kind in _ARCHIVES:
        if data.startswith(magic):
            raise Unreadable(
                name, f"这是压缩包（{kind}），不能直接读取；请解压后逐个上传里面的文件"
            )


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_TEXT:
        limit = MAX_TEXT // 1024 // 1024
        raise Unreadable(name, f"文字超过 {limit} MB，不是一份文件的篇幅；请拆分后上传")
    if not _is_text(data):
        raise Unreadable(name, _unknown(name))
    head = decode(data[: _HEAD * 4].rstrip(b"\x80\x81")).text[:_HEAD]
    if is_archived_page(data):
        return "html"
    if is_mail(data):
        return "mail"
    if old_kind(data):
        return "office"
    if _HTML.search(head):
        return "html"
    if re.match(r"\s*\[InternetShortcut\]|\s*\[\{000214A0", head):
        raise Unreadable(name, "这是网页的快捷方式，里面没有正文；请打开网页，另存为网页后上传")
    if "schemas.uof.org" in head or "<uof:" in head:
        raise Unreadable(
            name, "这是标文通（UOF）文件，暂不支持；请用 WPS 打开后另存为 .docx 再上传"
        )
    if head.lstrip("\ufeff \r\n\t").startswith("<?xml"):
        raise Unreadable(name, "这是 XML 数据文件，不是文稿；请上传原文件（Word、PDF 或网页）")
    if _is_data(head):
        raise Unreadable(
            name, "这是程序用的数据（JSON），不是文稿；请上传原文件（Word、PDF 或网页）"
        )
    suffix = PurePath(name).suffix.lower()
    if suffix in (".md", ".markdown") or _MARKDOWN.search(decode(data).text):
        return "markdown"
    return "text"


_PRINTED = (".ceb", ".cebx", ".caj", ".kdh", ".nh", ".gd", ".gw", ".sep", ".s92", ".s10")
"""Suffixes of formats that only their own readers open; their bytes say nothing to us."""


def _unknown(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if PurePath(name).name.startswith("~$"):
        return "这是 Office 打开文件时留下的临时文件，不是文稿；请上传原文件"
    if suffix in _PRINTED:
        return f"这是专用版式文件（{suffix}），不能直接读取；请用它的阅读器打印为 PDF 后上传"
    return "认不出的文件格式；能读取 Word、Excel、WPS、PDF、OFD、图片、网页、邮件、Markdown 和文本"


def _is_data(head: str) -> bool:
    """Does a text begin as data of a program do: {"title": …?"""
    return bool(re.match(r'\s*(?:\[\s*)?\{\s*"[\w.-]{1,60}"\s*:', head))


def _is_text(data: bytes) -> bool:
    """Text has hardly any control characters in some encoding that we know."""
    sample = data.rstrip(PADDING)[: 64 * 1024]
    decoded = decode(sample)
    text = decoded.text
    control = sum(c < " " and c not in "\t\r\n\f\v" for c in text)
    # A sample cut in the middle of a character loses that one.
    return control <= len(text) // 200 and decoded.lost <= max(2, len(text) // 50)

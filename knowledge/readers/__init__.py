"""Reads a policy file into blocks: one module a format, chosen by the file's content.

A reader sees headings, paragraphs and tables. It does not interpret clauses; that is
``knowledge.structure``. Every module has one function, ``read(data, name) -> Reading``, and
loads its libraries only when called on.
"""

from __future__ import annotations

import importlib
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

from knowledge.documents import Block, Reading, Unreadable
from knowledge.readers.confined import ReadingProcess
from knowledge.readers.embedded import by_content
from knowledge.readers.grids import TooLarge
from knowledge.readers.sniff import sniff

MAX_BYTES = 200 * 1024 * 1024
"""A scan of 300 pages has about a hundred MiB."""

# Formats that can be read, each with the suffixes it usually comes under (for upload forms).
READABLE: dict[str, tuple[str, ...]] = {
    "docx": (".docx", ".docm"),
    "pdf": (".pdf",),
    "html": (".html", ".htm", ".mht", ".mhtml"),
    "markdown": (".md", ".markdown"),
    "text": (".txt", ".csv"),
    "xlsx": (".xlsx", ".xlsm"),
    "xls": (".xls", ".et"),
    "office": (".doc", ".wps", ".rtf", ".odt", ".ods", ".xml"),
    "mail": (".eml",),
    "ofd": (".ofd",),
    "scan": (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif"),
}

TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "docx": ("Word（.docx）", (".docx", ".docm")),
    "doc": ("旧版 Word（.doc）", (".doc", ".wps")),
    "rtf": ("RTF 文档", (".rtf", ".doc")),
    "odt": ("ODF 文档（.odt）", (".odt",)),
    "ods": ("ODF 表格（.ods）", (".ods",)),
    "wordml": ("XML 格式的 Word 文件", (".xml", ".doc")),
    "excelml": ("XML 格式的 Excel 文件", (".xml", ".xls")),
    "mail": ("电子邮件", (".eml",)),
    "xlsx": ("Excel（.xlsx）", (".xlsx", ".xlsm")),
    "xls": ("旧版 Excel（.xls）", (".xls", ".et")),
    "pdf": ("PDF", (".pdf",)),
    "ofd": ("OFD", (".ofd",)),
    "html": ("网页", (".html", ".htm", ".mht", ".mhtml")),
    "markdown": ("Markdown 文本", (".md", ".markdown", ".txt")),
    "text": ("纯文本", (".txt", ".csv", ".md", ".text")),
    "scan": ("图片", (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif")),
}
"""What people call a format, and the suffixes that promise it."""


def type_notes(name: str, found: str) -> tuple[str, ...]:
    """What to say where a file's name promises another format than its content is.

    >>> type_notes("通知.docx", "doc")
    ('文件名是 .docx，内容实为旧版 Word（.doc），已按内容读取',)
    >>> type_notes("通知.pdf", "pdf")
    ()
    """
    suffix = Path(name).suffix.lower()
    word, suffixes = TYPES.get(found, (found, ()))
    if not suffix or suffix in suffixes or found not in TYPES:
        return ()
    return (f"文件名是 {suffix[:8]}，内容实为{word}，已按内容读取",)


_Reader = Callable[[bytes, str], Reading]


def read_file(
    path: Path, *, patient: bool = True, kept: Path | None = None,
    recognised: Callable[[int, int], None] = lambda *_: None,
) -> Reading:  # fmt: skip
    """Read a file of any supported format, in a process of its own with limits.

    Args:
        patient: False to be told ``TakesLong`` instead of waiting for recognition.
        kept: file that keeps recognised pages for a second try.
        recognised: told (pages recognised, pages to recognise) after each such page.

    Raises:
        Unreadable: with the reason in Chinese, whenever the file cannot be taken in.
        TakesLong: pages of the file have to be recognised.
        OSError: the path itself cannot be read.
    """
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        _refuse_oversize(size, path.name)
        return _process(patient).read_stream(
            stream, size, path.name, patient=patient, kept=kept, recognised=recognised
        )


@cache
def _process(patient: bool) -> ReadingProcess:
    """Who is patient has a process apart, which others need not wait for."""
    return ReadingProcess()


def read_bytes(data: bytes, name: str) -> Reading:
    """Read a file's content in this process; ``name`` tells Markdown from plain text."""
    _refuse_oversize(len(data), name)
    kind = sniff(data, name)
    reader = cast(_Reader, importlib.import_module(f"knowledge.readers.{kind}").read)
    try:
        reading = reader(data, name)
    except (RecursionError, MemoryError, TooLarge) as fault:
        raise Unreadable(name, "文件结构异常复杂，已停止读取；请另存一份后再上传") from fault
    if not any(block.text or block.rows for block in reading.blocks):
        raise Unreadable(name, "文件里没有文字；请检查后重新上传")
    return replace(reading, blocks=tuple(map(_in_plain_figures, reading.blocks)))


by_content.append(read_bytes)


def _in_plain_figures(block: Block) -> Block:
    """A block in usual characters: ５，０００元 is 5,000元 and ⼈⼒ is 人力, to be found."""
    rows = tuple(tuple(map(_plain, row)) for row in block.rows)
    return replace(block, text=_plain(block.text), caption=_plain(block.caption), rows=rows)


def _plain(text: str) -> str:
    text = _THOUSANDS.sub(",", text).translate(_USUAL)
    return _LOOKALIKE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)


_THOUSANDS = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_UNSEEN = (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
"""Soft hyphens, blanks without width and marks of direction: they part what is one word."""
_RADICALS = "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳"
_CHARACTERS: dict[str, str | None] = {
    **dict(zip("０１２３４５６７８９", "0123456789", strict=True)),
    **dict(zip(_RADICALS, "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟", strict=True)),
    **{chr(code): None for code in _UNSEEN},
}
_USUAL = str.maketrans(_CHARACTERS)
_LOOKALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
"""Radicals and doubles that fonts of PDFs give for usual characters: ⼈⼒ is not 人力."""


def _refuse_oversize(size: int, name: str) -> None:
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise Unreadable(name, f"文件超过 {limit} MB；请压缩其中的图片或拆分后再上传")

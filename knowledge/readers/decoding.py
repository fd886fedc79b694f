"""Bytes of a text file to characters, whatever the file or its server claims."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters, and how many bytes could not be made out."""

    text: str
    lost: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reviewer should know about the decoding."""
        if not self.lost:
            return ()
        return (f"有 {self.lost} 处字节无法识别，已用“�”代替，请对照原文件核对",)


def decode(data: bytes, declared: str = "") -> Decoded:
    """Decode by byte order mark, then strict UTF-8, then the declared charset, then GB18030.

    UTF-8 goes before the declaration because Chinese text in another encoding practically never
    passes as UTF-8, while pages often declare a charset they were not saved in.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _lossy(data[len(bom) :], encoding)
    attempts = ["utf-8", _family(declared), "gb18030"]
    for encoding in attempts:
        if not encoding:
            continue
        try:
            return Decoded(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    return min((_lossy(data, encoding) for encoding in ("gb18030", "utf-8")), key=lambda d: d.lost)


def _lossy(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace")
    return Decoded(text, text.count("\ufffd"))


def _family(declared: str) -> str:
    """The Python codec for a declared charset, "" when it is unknown or already tried."""
    try:
        name = codecs.lookup(declared).name if declared else ""
    except LookupError:
        return ""
    if name in {"gb2312", "gbk", "hz"}:
        return "gb18030"
    # Single-byte charsets accept anything: declared by default settings, never meant in Chinese.
    return name if name in {"big5", "big5hkscs", "gb18030", "utf-16-le", "utf-16-be"} else ""

"""Bytes of a text file to characters, whatever the file or its server claims."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


PADDING = b"\x00\x1a"
"""What old programs leave behind the end of a text."""
_HZ = re.compile(rb"~\{(?:[!-~]{2})+~\}")

_USUAL = frozenset("的一人年月日市第在有不以上及或者本公政中大文件工作地方等其自之由合法定分行用")
"""Characters that are frequent in official Chinese and the same in both scripts."""
_LEAST = 0.08  # their share in a text of some length, at least
_SAMPLE = 8 * 1024  # bytes that tell an encoding


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters, and how many bytes could not be made out."""

    text: str
    lost: int = 0
    traditional: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reviewer should know about the decoding."""
        if self.traditional:
            return ("这是繁体字文本（Big5 编码），用简体字提问查不到；请换用简体字的文件",)
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
    if wide := _without_mark(data):
        return _lossy(data, wide)
    data = data.rstrip(PADDING)
    if data.isascii() and len(_HZ.findall(data)) > 1:  # seven bits a byte, from old mail programs
        return _lossy(data, "hz")
    attempts = ["utf-8", _family(declared), "gb18030"]
    for encoding in attempts:
        if not encoding:
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        is_guess = encoding == "gb18030" and not text.isascii()
        return (_as_big5(data, text) if is_guess else None) or Decoded(text)
    return min((_lossy(data, encoding) for encoding in ("gb18030", "utf-8")), key=lambda d: d.lost)


def _without_mark(data: bytes) -> str:
    """The UTF-16 of a text that lacks its byte order mark; "" for any other.

    Line ends and figures have a zero byte there, which no other text has.
    """
    sample = data[:_SAMPLE]
    if b"\0" not in sample:
        return ""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, errors="replace")
        if _share_usual(text) > _LEAST and "\0" not in text:
            return encoding
    return ""


def _as_big5(data: bytes, text: str) -> Decoded | None:
    """The text as Big5, where it makes sense so and none as ``text``."""
    if _share_usual(text[:_SAMPLE]) > _LEAST / 2:
        return None
    try:
        read = data.decode("big5hkscs")
    except UnicodeDecodeError:
        return None
    return Decoded(read, traditional=True) if _share_usual(read[:_SAMPLE]) > _LEAST else None


def _share_usual(text: str) -> float:
    """The share of usual characters among a text's characters beyond ASCII."""
    wide = [c for c in text if c > "\x7f"]
    return sum(c in _USUAL for c in wide) / len(wide) if len(wide) >= 20 else 0.0


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

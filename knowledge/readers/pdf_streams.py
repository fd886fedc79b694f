"""Bounds on what the streams of a PDF unpack to; pdfminer itself unpacks whatever comes.

A stream of half a megabyte may unpack to half a gigabyte. The pictures of scans, which are large
by right, are not unpacked by pdfminer but drawn by PDFium.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from knowledge.readers.grids import TooLarge

MAX_STREAM = 32 * 1024 * 1024
"""Bytes of one stream: drawings of maps take some, fonts with every Chinese character 20 MB."""
MAX_STREAMS = 160 * 1024 * 1024
"""Bytes of all streams of a file together."""


class Bound:
    """What the streams of one file have unpacked to.

    Attributes:
        broken: it was too much.
        damaged: something could not be unpacked, which pdfminer passes over.
    """

    def __init__(self) -> None:
        self.broken = self.damaged = False
        self._left = MAX_STREAMS

    def most(self) -> int:
        """How many bytes the next stream may have."""
        return min(MAX_STREAM, self._left)

    def spend(self, data: bytes) -> bytes:
        """Count unpacked bytes and return them; raises TooLarge."""
        self._left -= len(data)
        if len(data) > MAX_STREAM or self._left < 0:
            self.broken = True
            raise TooLarge
        return data

    # -- what stands in for the modules that pdfminer knows ------------------------------

    error = zlib.error

    def decompress(self, data: bytes) -> bytes:
        """Stands for ``zlib.decompress``."""
        unpacking = zlib.decompressobj()
        unpacked = self.spend(unpacking.decompress(data, self.most() + 1))
        if not unpacking.eof:
            self.damaged = self.damaged or bool(data)
            raise zlib.error("incomplete stream")
        return unpacked

    def decompressobj(self) -> _Pieces:
        """Stands for ``zlib.decompressobj``, which is given damaged streams byte by byte."""
        return _Pieces(self)

    def lzwdecode(self, data: bytes) -> bytes:
        """Stands for ``pdfminer.lzw.lzwdecode``."""
        from pdfminer.lzw import LZWDecoder

        unpacked = bytearray()
        for piece in LZWDecoder(io.BytesIO(data)).run():
            unpacked += piece
            if len(unpacked) > self.most():
                break
        return self.spend(bytes(unpacked))

    def rldecode(self, data: bytes) -> bytes:
        """Stands for ``pdfminer.runlength.rldecode``: ISO 32000-1, 7.4.5."""
        unpacked = bytearray()
        at = 0
        while at < len(data) and data[at] != 128 and len(unpacked) <= self.most():
            length = data[at]
            if length < 128:
                unpacked += data[at + 1 : at + 2 + length]
                at += 2 + length
            else:
                unpacked += data[at + 1 : at + 2] * (257 - length)
                at += 2
        return self.spend(bytes(unpacked))


class _Pieces:
    def __init__(self, bound: Bound) -> None:
        self._bound, self._unpacking = bound, zlib.decompressobj()

    def decompress(self, data: bytes) -> bytes:
        try:
            return self._bound.spend(self._unpacking.decompress(data, self._bound.most() + 1))
        except zlib.error:
            self._bound.damaged = True
            raise


@contextmanager
def bounded() -> Iterator[Bound]:
    """Bound the streams of the one file that is read meanwhile."""
    from pdfminer import pdftypes

    module: Any = pdftypes
    names = ("zlib", "lzwdecode", "rldecode")
    before = {name: getattr(module, name) for name in names}
    bound = Bound()
    module.zlib, module.lzwdecode, module.rldecode = bound, bound.lzwdecode, bound.rldecode
    try:
        yield bound
    finally:
        for name, value in before.items():
            setattr(module, name, value)

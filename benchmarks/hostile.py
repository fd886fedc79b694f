"""What a hostile file costs before it is refused: seconds and the reading process's memory."""

from __future__ import annotations

import io
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from knowledge.documents import Unreadable
from knowledge.readers.confined import ReadingProcess

MOST_SECONDS = 2.0
MOST_MIB = 300.0
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def hostile() -> Iterator[str]:
    """Every file in a process of its own, whose start is part of the time."""
    bad = 0
    for label, data, name in _files():
        process = ReadingProcess()
        begun = time.perf_counter()
        with _Peak(process) as peak:
            try:
                process.read(data, name)
                ended = "READ, not refused"
            except Unreadable as refused:
                ended = refused.why
        seconds = time.perf_counter() - begun
        process.close()
        over = seconds > MOST_SECONDS or peak.mib > MOST_MIB or ended.startswith("READ")
        bad += over
        size = len(data) / 1024
        yield (
            f"  {label:<46} {size:8.0f} kB {seconds:6.2f} s {peak.mib:6.0f} MiB"
            f"{'  OVER' if over else ''}  {ended[:28]}"
        )
    yield f"  over {MOST_SECONDS:.0f} s or {MOST_MIB:.0f} MiB: {bad}"


class _Peak:
    """The most memory a reading process has used, asked while it lives."""

    def __init__(self, process: ReadingProcess) -> None:
        self.mib = 0.0
        self._process, self._over = process, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.002):
            self.mib = max(self.mib, resident_peak_mib(self._process.pid or 0))


def _files() -> Iterator[tuple[str, bytes, str]]:
    blanks = " " * 75_000_000
    yield "Word, 75 MB of blanks in the text", _docx(_text(blanks)), "a.docx"
    many = "<w:p><w:r><w:t>正文</w:t></w:r></w:p>" * 1_500_000
    yield "Word, 75 MB of paragraphs", _docx(many), "b.docx"
    yield "Word, 40 blown-up parts", _docx(_text("x"), 40), "c.docx"
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "哈" * 10}">' for n in range(10)
    )
    yield (
        "Word, entities that multiply (billion laughs)",
        _docx(_text("&l9;"), head=f"<!DOCTYPE d [{laughs}]>"),
        "d.docx",
    )
    outside = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    yield "Word, entity that names a file", _docx(_text("&x;"), head=outside), "e.docx"
    parts = {f"word/{n}.xml": b"" for n in range(5000)}
    yield "Word, 5,000 parts", _zip(parts), "f.docx"
    sheet = b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * 3_000_000
    yield "Excel, 78 MB of rows", _zip({"xl/workbook.xml": b"<a/>", "xl/a.xml": sheet}), "g.xlsx"
    yield "ODT, 75 MB of text", _zip({
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": b"<a>" + b" " * 75_000_000 + b"</a>",
    }), "h.odt"  # fmt: skip
    yield "OFD, 75 MB page", _zip({
        "OFD.xml": b"<a>" + b" " * 75_000_000 + b"</a>"
    }), "i.ofd"  # fmt: skip
    yield "PDF, stream of 600 MB", _pdf(_deflated(600), b"/FlateDecode"), "j.pdf"
    twice = zlib.compress(_deflated(600), 9)
    yield "PDF, stream packed twice", _pdf(twice, b"[/FlateDecode /FlateDecode]"), "k.pdf"
    runs = (b"\x81 " * 5_000_000) + b"\x80"
    yield (
        "PDF, 640 MB of runs",
        _pdf(zlib.compress(runs), b"[/FlateDecode /RunLengthDecode]"),
        "l.pdf",
    )
    yield "web page, 300,000 open elements", b"<html><body>" + b"<div>" * 300_000, "m.html"
    yield "text, 40 MB", "正文。\n".encode() * 4_000_000, "n.txt"
    yield "picture that claims 60,000 x 60,000", _png(60_000), "o.png"


def _text(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _docx(body: str, blown: int = 0, head: str = "") -> bytes:
    document = f"{head}<w:document {_W}><w:body>{body}</w:body></w:document>".encode()
    parts = {"[Content_Types].xml": b"<a/>", "_rels/.rels": b"<a/>", "word/document.xml": document}
    parts |= {f"word/header{n}.xml": b" " * 30_000_000 for n in range(blown)}
    return _zip(parts)


def _zip(parts: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return whole.getvalue()


def _deflated(megabytes: int) -> bytes:
    packing = zlib.compressobj(9)
    pieces = [packing.compress(b" " * 1_000_000) for _ in range(megabytes)]
    return b"".join([*pieces, packing.flush()])


def _pdf(stream: bytes, filters: bytes) -> bytes:
    """A PDF of one page, drawn by this stream."""
    contents = b"<< /Filter %b /Length %d >>\nstream\n%b\nendstream" % (
        filters, len(stream), stream,
    )  # fmt: skip
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
        contents,
    ]
    whole, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    return (
        whole
        + b"xref\n0 5\n0000000000 65535 f \n%btrailer << /Size 5 /Root 1 0 R >>\n" % (table)
        + b"startxref\n%d\n%%%%EOF\n" % len(whole)
    )


def _png(side: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + check

    header = side.to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    rows = zlib.compress(b"\x00" * 1_000_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def resident_peak_mib(pid: int) -> float:
    """The most memory a process has had, in MiB; 0.0 where that cannot be asked."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError, ValueError):
        return 0.0

"""OFD, the national format of fixed pages (GB/T 33190-2016): a zip of XML, read by its rules.

A page's words are ``TextObject``s with a box in millimetres (§11.2); templates lie under the page
(§7.7), and a seal's picture is none of the text.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from knowledge.documents import Reading, Unreadable
from knowledge.readers.archive import Archive
from knowledge.readers.pages import Page, Stretch, blocks, drop_running_lines, rows

MAX_PAGES = 500
_POINT = 72 / 25.4  # points a millimetre
_A4 = (0.0, 0.0, 210.0, 297.0)


def read(data: bytes, name: str) -> Reading:
    """Read the first document of an OFD file, page by page."""
    archive = Archive(data, name)
    root = next(_named(archive.xml("OFD.xml"), "DocRoot"), None)
    main = _place("", root.text or "") if root is not None else ""
    if main not in archive.names:
        raise Unreadable(name, "OFD 文件不完整（缺少正文部分）；请用阅读器另存后再上传")
    document, folder = archive.xml(main), posixpath.dirname(main)
    listed = list(_named(next(_named(document, "Pages"), document), "Page"))
    if len(listed) > MAX_PAGES:
        raise Unreadable(name, f"共 {len(listed)} 页，超过 {MAX_PAGES} 页的上限；请拆分后上传")
    templates = {
        str(under.get("ID")): _place(folder, str(under.get("BaseLoc")))
        for under in _named(document, "TemplatePage")
    }
    area = _box(next((box.text for box in _named(document, "PhysicalBox")), ""), _A4)
    pages: list[Page] = []
    pictures: list[str] = []
    for number, entry in enumerate(listed, 1):
        part = _place(folder, str(entry.get("BaseLoc")))
        if part not in archive.names:
            raise Unreadable(name, f"OFD 文件不完整（缺少第 {number} 页）；请用阅读器另存后再上传")
        content = archive.xml(part)
        layers = [content]
        for use in _named(content, "Template"):
            if (under := templates.get(str(use.get("TemplateID")), "")) in archive.names:
                layers.append(archive.xml(under))
        own = _box(next((box.text for box in _named(content, "PhysicalBox")), ""), area)
        stretches = [s for layer in layers for s in _stretches(layer)]
        pages.append(Page(number, own[3] * _POINT, rows(stretches)))
        if any(True for layer in layers for _ in _named(layer, "ImageObject")):
            pictures.append(str(number))
    if not any(page.lines for page in pages):
        if pictures:
            raise Unreadable(name, "OFD 里只有图片，没有文字；请用阅读器另存为 PDF 后上传")
        raise Unreadable(name, "OFD 里没有文字；请检查后重新上传")
    notes = ["OFD 版式文件按行读入，表格没有还原成行列，请核对其中的表格"]
    if pictures:
        notes.append(f"第 {'、'.join(pictures)} 页有图片，图片里的文字没有读入，请核对")
    drop_running_lines(pages)
    return Reading("ofd", tuple(blocks(pages)), tuple(notes))


def _named(element: Any, tag: str) -> Iterator[Any]:
    """Elements of a name below one, whatever prefix the file gives the namespace."""
    return (e for e in element.iter() if isinstance(e.tag, str) and e.tag.rsplit("}")[-1] == tag)


def _place(folder: str, location: str) -> str:
    """A part's name in the archive; a location from the root begins with a slash."""
    return posixpath.normpath(posixpath.join("/" + folder, location.strip())).lstrip("/")


def _box(text: str | None, default: tuple[float, ...]) -> tuple[float, ...]:
    numbers = _numbers(text or "")
    return tuple(numbers) if len(numbers) == 4 else default


def _numbers(text: str) -> list[float]:
    """Figures of an ST_Array; ``g 3 5`` repeats 5 three times (§8.3.2)."""
    found: list[float] = []
    words = text.split()
    at = 0
    try:
        while at < len(words) and len(found) < 10_000:
            if words[at] == "g":
                found.extend([float(words[at + 2])] * min(int(words[at + 1]), 10_000))
                at += 3
            else:
                found.append(float(words[at]))
                at += 1
    except (ValueError, IndexError):
        return []
    return found


def _stretches(layer: Any) -> Iterator[Stretch]:
    for item in _named(layer, "TextObject"):
        left, top, width, height = _box(item.get("Boundary"), (0.0, 0.0, 0.0, 0.0))
        size = next(iter(_numbers(str(item.get("Size", "")))), height) or height
        # an object's own matrix a b c d e f stretches the print (§8.5)
        matrix = _numbers(str(item.get("CTM", "")))
        scale = abs(matrix[0]) if len(matrix) == 6 and matrix[0] else 1.0
        x, y = 0.0, size
        for code in _named(item, "TextCode"):
            text = (code.text or "").strip("\n\r")
            # a code without its own place goes on from the one before
            x = next(iter(_numbers(str(code.get("X", "")))), x)
            y = next(iter(_numbers(str(code.get("Y", "")))), y)
            steps = _numbers(str(code.get("DeltaX", "")))[: max(len(text) - 1, 0)]
            run = sum(steps) + size if steps else size * len(text)
            start = left + x * scale
            end = min(start + run * scale, left + width + size) if width else start + run * scale
            bottom = top + y * scale
            if text.strip():
                yield Stretch(
                    text.strip(), start * _POINT, (bottom - size * scale) * _POINT, end * _POINT,
                    bottom * _POINT, size * scale * _POINT,
                )  # fmt: skip

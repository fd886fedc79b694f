"""Word files, walked in the XML itself.

Every library tried drops text that matters in official papers: clause numbers made by Word's
numbering, text boxes, inserted revisions, tables within tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.documents import Block, BlockKind, Reading, Unreadable
from knowledge.readers.archive import Archive
from knowledge.readers.embedded import embedded
from knowledge.readers.grids import Cell, cell_text, fill, header_depth, table_blocks
from knowledge.readers.marks import STRUCK, raised
from knowledge.readers.numbering import Numbering, W, value
from knowledge.readers.relations import relations
from knowledge.readers.wrapping import glue

# "Strict" files name the same elements by other addresses.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VML = "{urn:schemas-microsoft-com:vml}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

# What is no text of the paper: properties, deleted revisions, field codes, comment anchors.
_SKIPPED = {
    W + tag
    for tag in (
        *("del", "moveFrom", "delText", "instrText", "delInstrText", "fldData", "rt"),
        *("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "rubyPr"),
        *("sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr"),
    )
}
_SYMBOLS = {
    "F0A8": "□",
    "F06F": "□",
    "F0A3": "□",
    "F071": "□",
    "F02A": "□",
    "F052": "☑",
    "F0FE": "☑",
    "F0FC": "√",
    "F0FB": "×",
    "F0FD": "☒",
    "F0B4": "×",
}
_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"(?:toc|目录)\s*\d$", re.IGNORECASE)
_TITLE_NAMES = {"title", "标题"}
_CHINESE = re.compile("[\u4e00-\u9fff]{4}")
_MAX_DEPTH = 60


def read(data: bytes, name: str) -> Reading:
    """Read a Word file's body, text boxes and notes in reading order."""
    archive = Archive(data, name)
    walker = _Walker.open(archive, name)
    blocks = [*walker.head(), *walker.blocks(walker.body), *walker.footnotes()]
    if not any(block.text or block.rows for block in blocks):
        if walker.pictures:
            raise Unreadable(
                name,
                "文档里只有图片，没有文字（多为扫描件贴图）；请另存为 PDF 或直接上传图片，"
                "由文字识别读入",
            )
        raise Unreadable(name, "文档里没有文字；请确认上传的是最终稿")
    return Reading("docx", tuple(blocks), tuple(walker.notes()))


@dataclass(slots=True)
class _Style:
    name: str = ""
    parent: str = ""
    outline: str = ""
    list_id: str = ""
    depth: str = ""


@dataclass(slots=True)
class _Pieces:
    """The text of one paragraph, split at its line breaks, and the boxes anchored in it."""

    lines: list[str] = field(default_factory=lambda: [""])
    boxes: list[Any] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.lines[-1] += text


class _Walker:
    """Goes through one document once; numbering depends on the order."""

    def __init__(self, body: Any, name: str) -> None:
        self.body = body
        self.pictures = 0
        self._name = name
        self._styles: dict[str, _Style] = {}
        self._default_style = ""
        self._numbering = Numbering()
        self._notes_by_id: dict[tuple[str, str], Any] = {}
        self._cited: list[tuple[str, str]] = []
        self._carried = ""
        self._hidden = 0
        self._struck = 0
        self._diagrams = 0
        self._in_cells = 0
        self._field = ""  # the code of the field that is open
        self._inner_notes: list[str] = []
        self._archive: Archive | None = None
        self._targets: dict[str, str] = {}  # relation id -> part
        self._embedded = 0
        self._nesting = 0

    @classmethod
    def open(cls, archive: Archive, name: str) -> _Walker:
        """Find the parts by their relations, as Word does."""
        main = _main_part(archive)
        root = _xml(archive, main) if main in archive.names else None
        body = None if root is None else root.find(W + "body")
        if body is None:
            raise Unreadable(
                name, "不是完整的 Word 文档（缺少正文部分）；请用 Word 或 WPS 另存后再上传"
            )
        walker = cls(body, name)
        related = [r for r in relations(archive, main) if r.target in archive.names]
        parts = {r.kind: r.target for r in related}
        walker._archive, walker._targets = archive, {r.id: r.target for r in related}
        if part := parts.get("styles"):
            walker._read_styles(_xml(archive, part))
        if part := parts.get("numbering"):
            links = {key: style.list_id for key, style in walker._styles.items() if style.list_id}
            walker._numbering = Numbering.parse(_xml(archive, part), links)
        for kind in ("footnote", "endnote"):
            if part := parts.get(kind + "s"):
                for note in _xml(archive, part).findall(W + kind):
                    if note.get(W + "type") in (None, "normal"):
                        walker._notes_by_id[kind, note.get(W + "id")] = note
        return walker

    def _read_styles(self, root: Any) -> None:
        for element in root.findall(W + "style"):
            identity = str(element.get(W + "styleId"))
            self._styles[identity] = _Style(
                name=value(element, "name"),
                parent=value(element, "basedOn"),
                outline=value(element, "pPr/outlineLvl"),
                list_id=value(element, "pPr/numPr/numId"),
                depth=value(element, "pPr/numPr/ilvl"),
            )
            is_default = element.get(W + "default") in ("1", "true")
            if is_default and element.get(W + "type") == "paragraph":
                self._default_style = identity

    def _ancestry(self, style: str) -> Iterator[tuple[str, _Style]]:
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield style, self._styles[style]
            style = self._styles[style].parent

    # -- blocks ---------------------------------------------------------------------------

    def blocks(self, container: Any) -> Iterator[Block]:
        """The blocks below an element, text boxes after the paragraph that anchors them."""
        self._nesting += 1
        if self._nesting > _MAX_DEPTH:
            raise Unreadable(self._name, "文档结构嵌套过深，不是正常的 Word 文档")
        for child in container:
            if child.tag == W + "p":
                yield from self._paragraph(child)
            elif child.tag == W + "tbl":
                yield from self._table(child)
            elif child.tag == _MC + "AlternateContent":
                yield from self.blocks(_alternative(child))
            elif child.tag == W + "altChunk":
                yield from self._chunk(child)
            elif _is_placeholder(child):
                continue
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                yield from self.blocks(child)
        self._nesting -= 1

    def head(self) -> Iterator[Block]:
        """The head of the first page where it has one of its own: a red head may stand there."""
        for section in self.body.iter(W + "sectPr"):
            if not _on(section.find(W + "titlePg")):
                return
            for reference in section.findall(W + "headerReference"):
                part = self._part(reference) if reference.get(W + "type") == "first" else ""
                if part and self._archive is not None:
                    found = self.blocks(_xml(self._archive, part))
                    yield from (b for b in found if _CHINESE.search(b.text) or b.rows)
            return

    def _part(self, element: Any) -> str:
        """The part that an element refers to by its ``id``; "" for none."""
        named = (v for k, v in element.attrib.items() if k.endswith(("}id", "}dm")))
        return next((self._targets[v] for v in named if v in self._targets), "")

    def _chunk(self, element: Any) -> Iterator[Block]:
        """A whole file that is set into the text; programs that make Word of web pages do so."""
        part = self._part(element)
        if not part or self._archive is None:
            self._embedded += 1
            return
        try:
            reading = embedded(self._archive.read(part), part)
        except Unreadable:
            self._embedded += 1
            return
        self._inner_notes += reading.notes
        yield from reading.blocks

    def _diagram(self, data: Any, pieces: _Pieces) -> bool:
        """Add the words of a diagram, shape by shape; False where they are not to be had."""
        ids = next(iter(data), None)
        part = self._part(ids) if ids is not None else ""
        if not part or self._archive is None:
            return False
        shapes = self._archive.xml(part).iter("{*}pt")
        texts = ("".join(t.text or "" for t in shape.iter(_DRAWING + "t")) for shape in shapes)
        pieces.lines += [text.strip() for text in texts if text.strip()]
        return True

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        pieces = _Pieces()
        self._inline(paragraph, pieces)
        properties = paragraph.find(W + "pPr")
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            # The deleted mark at its end joins this paragraph to the next one.
            self._carried += "".join(pieces.lines)
        else:
            pieces.lines[0] = self._carried + pieces.lines[0]
            self._carried = ""
            yield from self._finished(paragraph, pieces.lines)
        for box in pieces.boxes:
            yield from self.blocks(box)

    def _finished(self, paragraph: Any, lines: list[str]) -> Iterator[Block]:
        texts = [text for line in lines if (text := _trimmed(line))]
        style = value(paragraph, "pPr/pStyle") or self._default_style
        number = self._number(paragraph, style)
        if not texts and self._in_cells and number.strip():
            texts, number = [number.strip()], ""  # a column of running numbers that Word sets
        if not texts or self._is_contents(style):
            return
        level = self._level(paragraph, style)
        if level:
            title = ""
            for text in texts:
                title = glue(title, text)
            # Whole clauses set in a heading style for its looks are still clauses.
            if len(title) <= 120 and not title.endswith(("。", "；")):
                yield Block(BlockKind.HEADING, number + title, level)
                return
        for index, text in enumerate(texts):
            yield Block(BlockKind.PARAGRAPH, number + text if index == 0 else text)

    def _is_contents(self, style: str) -> bool:
        """Is it a line of the table of contents, which only repeats the heads?"""
        return any(_CONTENTS_NAME.match(one.name.strip()) for _, one in self._ancestry(style))

    def _level(self, paragraph: Any, style: str) -> int:
        """The heading level that the paragraph or its styles give, 0 for body text."""
        direct = value(paragraph, "pPr/outlineLvl")
        if direct.isdigit():
            return min(int(direct) + 1, 6) if int(direct) < 9 else 0
        for _, ancestor in self._ancestry(style):
            if ancestor.outline.isdigit():
                return min(int(ancestor.outline) + 1, 6) if int(ancestor.outline) < 9 else 0
            if match := _HEADING_NAME.match(ancestor.name.strip()):
                return min(int(match[1]), 6)
            if ancestor.name.strip().lower() in _TITLE_NAMES:
                return 1
        return 0

    def _number(self, paragraph: Any, style: str) -> str:
        direct = paragraph.find(f"{W}pPr/{W}numPr")
        list_id = value(direct, "numId") if direct is not None else ""
        depth = value(direct, "ilvl") if direct is not None else ""
        if not list_id:
            for identity, ancestor in self._ancestry(style):
                if ancestor.list_id:
                    list_id = ancestor.list_id
                    tied = self._numbering.level_of_style(list_id, identity)
                    depth = depth or (ancestor.depth if tied is None else str(tied))
                    break
        # Word writes list 0 to take an inherited number away.
        if not list_id or list_id == "0":
            return ""
        return self._numbering.advance(list_id, min(int(depth), 8) if depth.isdigit() else 0)

    # -- inline ---------------------------------------------------------------------------

    def _inline(self, element: Any, pieces: _Pieces) -> None:
        for child in element:
            tag = child.tag
            if tag == W + "instrText":
                self._field += child.text or ""
            elif tag == W + "fldChar":
                if child.get(W + "fldCharType") == "end":
                    pieces.add(_encircled(self._field))
                self._field = ""
            if tag in _SKIPPED or not isinstance(tag, str) or _is_placeholder(child):
                continue
            if tag in (W + "t", _M + "t"):
                pieces.add(_characters(child.text or ""))
            elif tag == _M + "f":  # a fraction: one half is no twelve
                self._inline(child.find(f"{_M}num"), pieces)
                pieces.add("/")
                self._inline(child.find(f"{_M}den"), pieces)
            elif tag == _M + "sSup":
                self._inline(child.find(f"{_M}e"), pieces)
                power = "".join(t.text or "" for t in child.find(f"{_M}sup").iter(f"{_M}t"))
                pieces.add(raised(power, pieces.lines[-1]))
            elif tag == W + "r":
                if _on(child.find(f"{W}rPr/{W}vanish")):
                    self._hidden += any(run.text for run in child.iter(W + "t"))
                elif _on(child.find(f"{W}rPr/{W}strike")) or _on(child.find(f"{W}rPr/{W}dstrike")):
                    self._struck += any((run.text or "").strip() for run in child.iter(W + "t"))
                elif mark := _mark(child):
                    pieces.add(raised(mark, pieces.lines[-1]))
                else:
                    self._inline(child, pieces)
            elif tag in (W + "tab", W + "ptab"):
                pieces.add("　")
            elif tag in (W + "br", W + "cr"):
                pieces.lines.append("")
            elif tag == W + "noBreakHyphen":
                pieces.add("-")
            elif tag == W + "sym":
                pieces.add(_symbol(child))
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                self._cited.append((tag[len(W) : -len("Reference")], child.get(W + "id")))
            elif tag == W + "txbxContent":
                pieces.boxes.append(child)
            elif tag == _MC + "AlternateContent":
                self._inline(_alternative(child), pieces)
            elif tag == _DRAWING + "blip" or tag.endswith("}imagedata"):
                self.pictures += 1
            elif tag == _DRAWING + "graphicData" and not str(child.get("uri")).endswith("/picture"):
                is_diagram = str(child.get("uri")).endswith("/diagram")
                if not (is_diagram and self._diagram(child, pieces)):
                    self._diagrams += str(child.get("uri")).endswith(("/diagram", "/chart"))
                self._inline(child, pieces)
            elif tag == _VML + "textpath" and not _is_watermark(child):  # many a red head
                pieces.lines += [str(child.get("string") or "").strip()]
            elif tag == W + "tbl" or tag == W + "p":
                # A frame's own paragraphs, reached through markup that we do not know.
                pieces.boxes.append(element)
                return
            else:
                self._inline(child, pieces)

    # -- tables ---------------------------------------------------------------------------

    def _table(self, table: Any) -> Iterator[Block]:
        cells: list[Cell] = []
        contents: list[list[Block]] = []
        open_cells: dict[int, int] = {}
        marked = 0
        row_index = 0
        for row in _below(table, "tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            column = _count(value(row, "trPr/gridBefore"), 0)
            if marked == row_index and _on(row.find(f"{W}trPr/{W}tblHeader")):
                marked += 1
            for cell in _below(row, "tc"):
                span = _count(value(cell, "tcPr/gridSpan"), 1)
                down = _merge(cell, "vMerge")
                self._in_cells += 1
                inside = list(self.blocks(cell))
                self._in_cells -= 1
                if _merge(cell, "hMerge") == "continue" and cells:
                    cells[-1] = replace(cells[-1], columns=cells[-1].columns + span)
                elif down == "continue" and column in open_cells:
                    above = open_cells[column]
                    cells[above] = replace(cells[above], rows=row_index - cells[above].row + 1)
                    # Word hides what stands in a merged cell's lower parts, often a copy.
                    if cell_text(inside) not in cell_text(contents[above]):
                        contents[above].extend(inside)
                else:
                    cells.append(Cell(row_index, column, "", 1, span))
                    contents.append(inside)
                    open_cells.pop(column, None)
                    if down:
                        open_cells[column] = len(cells) - 1
                column += span
            row_index += 1
        if all(cell.column == 0 for cell in cells):
            # A single column is a frame around text, not a table.
            for inside in contents:
                yield from inside
            return
        cells = [
            replace(cell, text=cell_text(inside))
            for cell, inside in zip(cells, contents, strict=True)
        ]
        yield from table_blocks(fill(cells), marked or header_depth(cells))

    # -- the rest -------------------------------------------------------------------------

    def footnotes(self) -> Iterator[Block]:
        """Footnotes and endnotes as paragraphs, in the order the text cites them."""
        for key in self._cited:
            note = self._notes_by_id.pop(key, None)
            text = cell_text(list(self.blocks(note))) if note is not None else ""
            if text:
                yield Block(BlockKind.PARAGRAPH, f"注：{text}")

    def notes(self) -> Iterator[str]:
        """What was seen but is not in the blocks."""
        yield from self._inner_notes
        if self.pictures:
            yield f"文中有 {self.pictures} 张图片，图片里的文字没有读入，请核对"
        if self._diagrams:
            yield f"文中有 {self._diagrams} 处示意图或图表，其中的文字没有读入，请核对"
        if self._hidden:
            yield f"文中有 {self._hidden} 处设为隐藏的文字，没有读入"
        if self._struck:
            yield STRUCK.format(self._struck)
        if self._embedded:
            yield f"文中嵌入了 {self._embedded} 份其他文件，没有读入，请单独上传"


def _main_part(archive: Archive) -> str:
    found = (r.target for r in relations(archive) if r.kind == "officeDocument")
    return next(found, "word/document.xml")


def _xml(archive: Archive, member: str) -> Any:
    return archive.xml(member, (_STRICT, W.strip("{}").encode()))


_RING = re.compile(
    r"\s*eq\s*\\o\s*(?:\\a[clr]\s*)?\(\s*[○〇◯□△◇]\s*[,，;；]\s*(.{1,3}?)\s*\)\s*$", re.I
)


def _encircled(code: str) -> str:
    """The character that a field draws a ring around, as Word's 带圈字符 does; "" for others."""
    match = _RING.match(code)
    if match is None:
        return ""
    number = int(match[1]) if match[1].isdecimal() else 0
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else match[1]


def _is_placeholder(element: Any) -> bool:
    """A content control without words of its own: unfilled (单击此处输入文字), or the contents."""
    if element.tag != W + "sdt":
        return False
    gallery = value(element, "sdtPr/docPartObj/docPartGallery")
    return gallery == "Table of Contents" or _on(element.find(f"{W}sdtPr/{W}showingPlcHdr"))


def _is_watermark(path: Any) -> bool:
    shape = path.getparent()
    return shape is not None and "watermark" in " ".join(shape.attrib.values()).lower()


def _below(element: Any, tag: str) -> Iterator[Any]:
    """Children of a kind, through the wrappers that content controls and revisions put between."""
    for child in element:
        if child.tag == W + tag:
            yield child
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED and child.tag != W + "tbl":
            yield from _below(child, tag)


def _alternative(element: Any) -> Any:
    """The version of alternate content that a current Word shows."""
    choice = element.find(_MC + "Choice")
    if choice is not None:
        return choice
    fallback = element.find(_MC + "Fallback")
    return () if fallback is None else fallback


def _merge(cell: Any, name: str) -> str:
    """How a cell is merged: "restart", "continue", or "" when it is not."""
    element = cell.find(f"{W}tcPr/{W}{name}")
    return "" if element is None else str(element.get(W + "val", "continue"))


def _on(element: Any) -> bool:
    return element is not None and element.get(W + "val", "true") not in ("0", "false", "off")


def _mark(run: Any) -> str:
    """The text of a run that is raised beside others; "" where the whole line is."""
    if not _is_raised(run):
        return ""
    line = next(run.iterancestors(W + "p"), run)
    above = sum(len(_said(r)) for r in line.iter(W + "r") if _is_raised(r))
    return _said(run) if above < 0.5 * len(_said(line)) else ""


def _is_raised(run: Any) -> bool:
    return value(run, "rPr/vertAlign") == "superscript"


def _said(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter(W + "t"))


def _count(raw: str, default: int) -> int:
    return int(raw) if raw.isdigit() else default


def _characters(text: str) -> str:
    """A run's text, with the boxes and ticks of symbol fonts as characters of their own."""
    text = re.sub(r"[\r\n\t]+", " ", text)
    return re.sub(r"[\uf000-\uf0ff]", lambda m: _SYMBOLS.get(f"{ord(m[0]):X}", m[0]), text)


def _symbol(element: Any) -> str:
    code = str(element.get(W + "char", "")).upper()
    if code in _SYMBOLS:
        return _SYMBOLS[code]
    try:
        character = chr(int(code, 16))
    except ValueError:
        return ""
    return "•" if "\ue000" <= character <= "\uf8ff" else character


def _trimmed(line: str) -> str:
    return line.replace("\u00a0", " ").replace("\u200b", "").strip(" \u3000\t\ufeff")

"""Excel workbooks: every visible sheet's tables as a person sees them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from knowledge.documents import Block, BlockKind, Reading, Unreadable
from knowledge.readers.archive import Archive
from knowledge.readers.grids import MAX_CELLS, Cell, fill, header_depth, table_blocks
from knowledge.readers.marks import STRUCK
from knowledge.readers.relations import relations

_NOTE = re.compile(r"\s*(?:注|备注|说明|附注|填表|联系|单位)\s*[：:（(]?")
_MERGE = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*ref\s*=\s*["']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"""
)
NOTHING_VISIBLE = "可见的工作表里没有内容；如需读入隐藏的工作表，请先取消隐藏再上传"
_POINT = "\1"  # a decimal point that only the format sets
_CORE = re.compile(rf"[0#?][0#?.,{_POINT}]*")


def read(data: bytes, name: str) -> Reading:
    """Read every visible sheet; blank rows part the tables on one sheet."""
    import openpyxl

    archive = Archive(data, name)
    for member, content in archive.xml_members():
        if member.startswith("xl/worksheets/") and _merged_area(content) > MAX_CELLS:
            raise Unreadable(name, "合并单元格的范围大得异常；请取消多余的合并，另存后再上传")
    books = []
    for cached in (True, False):
        try:
            books.append(openpyxl.load_workbook(io.BytesIO(data), data_only=cached))
        # openpyxl lets whatever it stumbled over through: KeyError, TypeError, its own.
        except Exception as fault:
            raise Unreadable(
                name, "Excel 文件已损坏或结构异常，打不开；请用 Excel 或 WPS 另存后再上传"
            ) from fault
    notes: list[str] = []
    boxes = _text_boxes(archive)
    visible: list[tuple[int, Sheet]] = []
    for index, (sheet, formulas) in enumerate(zip(*(b.worksheets for b in books), strict=True), 1):
        if sheet.sheet_state != "visible":
            notes.append(f"工作表“{sheet.title}”是隐藏的，没有读入")
            continue
        seen = Sheet.look(sheet, formulas, name)
        seen.boxes = boxes.get(sheet.title, [])
        notes.extend(seen.notes)
        if seen.values or seen.boxes:
            visible.append((index, seen))
    blocks = sheet_blocks(visible)
    if not blocks and notes:
        raise Unreadable(name, NOTHING_VISIBLE)
    return Reading("xlsx", tuple(blocks), tuple(notes))


def sheet_blocks(visible: Sequence[tuple[int, Sheet]]) -> list[Block]:
    """The tables and texts of numbered sheets; several sheets stand under their names."""
    named = len(visible) > 1
    return [block for index, seen in visible for block in _blocks(seen, index, named=named)]


def _text_boxes(archive: Archive) -> dict[str, list[str]]:
    """The paragraphs of the text boxes that lie over a sheet's cells, by the sheet's name."""
    book = next((r.target for r in relations(archive) if r.kind == "officeDocument"), "")
    if book not in archive.names:
        return {}
    parts = {r.id: r.target for r in relations(archive, book)}
    found: dict[str, list[str]] = {}
    for sheet in archive.xml(book).iter("{*}sheet"):
        ids = (v for k, v in sheet.attrib.items() if k.endswith("}id"))
        part = next((parts[i] for i in ids if i in parts), "")
        for relation in relations(archive, part) if part else ():
            if relation.kind == "drawing" and relation.target in archive.names:
                paragraphs = archive.xml(relation.target).iterfind(".//{*}txBody/{*}p")
                lines = ("".join(t.text or "" for t in p.iter("{*}t")).strip() for p in paragraphs)
                found.setdefault(str(sheet.get("name")), []).extend(filter(None, lines))
    return found


def _merged_area(content: bytes) -> int:
    """How many cells are merged: openpyxl makes an object of each, before anyone can ask."""
    return sum(
        (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)
        for left, top, right, bottom in _MERGE.findall(content)
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


@dataclass(slots=True)
class Sheet:
    """The text of a sheet's cells, and its merged ranges (first row, column, last row, column)."""

    title: str
    values: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)  # what stands in text boxes over the cells

    @classmethod
    def look(cls, sheet: Any, formulas: Any, name: str) -> Sheet:
        """What is on a sheet; ``formulas`` is the same sheet with its formulas uncounted."""
        seen = cls(sheet.title)
        uncounted: list[str] = []
        faults: list[str] = []
        struck = 0
        # iter_rows would create every cell of a sheet formatted down to row 1,048,576.
        if len(sheet._cells) > MAX_CELLS:
            raise Unreadable(
                name, f"工作表“{sheet.title}”超过 {MAX_CELLS} 个单元格，不是政策文件的表格"
            )
        for (row, column), cell in sorted(sheet._cells.items()):
            text = shown(cell.value, cell.number_format or "General")
            if text and cell.font.strike:
                struck += 1
            elif text:
                seen.values[row, column] = text
                if cell.data_type == "e":
                    faults.append(cell.coordinate)
            elif formulas.cell(row, column).data_type == "f":
                uncounted.append(cell.coordinate)
        for area in sheet.merged_cells.ranges:
            seen.merged.append((area.min_row, area.min_col, area.max_row, area.max_col))
        where = f"工作表“{sheet.title}”"
        if uncounted:
            seen.notes.append(
                f"{where}的 {listed(uncounted)} 是没有计算结果的公式，读到的是空白；"
                "请用 Excel 打开保存一次再上传"
            )
        if faults:
            seen.notes.append(f"{where}的 {listed(faults)} 显示为错误值，请核对")
        hidden = [str(r) for r, d in sorted(sheet.row_dimensions.items()) if d.hidden]
        hidden_columns = [str(c) for c, d in sorted(sheet.column_dimensions.items()) if d.hidden]
        if any(str(row) in set(hidden) for row, _ in seen.values):
            seen.notes.append(f"{where}有隐藏的行（{listed(hidden)}），内容也已读入，请核对")
        if hidden_columns:
            seen.notes.append(
                f"{where}有隐藏的列（{listed(hidden_columns)}），内容也已读入，请核对"
            )
        if struck:
            seen.notes.append(STRUCK.format(struck))
        if getattr(sheet, "_images", None):
            seen.notes.append(f"{where}里有图片，图片里的文字没有读入")
        return seen

    def segments(self) -> Iterator[tuple[int, int]]:
        """First and last row of each run of rows that hold something."""
        rows = sorted({row for row, _ in self.values} | self._covered())
        first = previous = rows[0]
        for row in rows[1:]:
            if row > previous + 1:
                yield first, previous
                first = row
            previous = row
        yield first, previous

    def _covered(self) -> set[int]:
        """Rows under a merged cell that holds something, as far down as the sheet is used."""
        last = max(row for row, _ in self.values)
        covered: set[int] = set()
        for top, left, bottom, _ in self.merged:
            if (top, left) in self.values:
                covered.update(range(top, min(bottom, last) + 1))
        return covered

    def cells(self, first: int, last: int) -> list[Cell]:
        """The cells of some rows, places counted from the first row and column in use."""
        inside = {at: text for at, text in self.values.items() if first <= at[0] <= last}
        spans = {area[:2]: area for area in self.merged}
        left = min(column for _, column in inside)
        right = max(column for _, column in inside)
        cells: list[Cell] = []
        for (row, column), text in sorted(inside.items()):
            _, _, bottom, end = spans.get((row, column), (row, column, row, column))
            height, width = min(bottom, last) - row + 1, min(end, right) - column + 1
            cells.append(Cell(row - first, column - left, text, height, width))
        return cells

    def sole(self, row: int) -> str:
        """The row's text when it holds one cell only, else ""."""
        found = [text for (at, _), text in self.values.items() if at == row]
        return found[0] if len(found) == 1 else ""

    def is_wide(self, row: int) -> bool:
        """True when the row's cell is merged over columns."""
        return any(
            top == row and bottom == row and right > left
            for top, left, bottom, right in self.merged
        )


def _blocks(sheet: Sheet, page: int, *, named: bool) -> Iterator[Block]:
    level = 1
    if named:
        yield Block(BlockKind.HEADING, sheet.title, 1, page=page)
        level = 2
    titled = False
    for first, last in sheet.segments() if sheet.values else ():
        width = len({column for row, column in sheet.values if first <= row <= last})
        leading: list[str] = []
        trailing: list[str] = []
        while first < last and (text := sheet.sole(first)) and not _tall(sheet, first):
            leading.append(text)
            first += 1
        while last > first and (text := sheet.sole(last)) and width > 1:
            if not (sheet.is_wide(last) or _NOTE.match(text) or len(text) > 20):
                break
            trailing.insert(0, text)
            last -= 1
        if first == last and (text := sheet.sole(first)):
            leading.append(text)
            cells = []
        else:
            cells = sheet.cells(first, last)
        for text in leading:
            if not titled and not _NOTE.match(text) and len(text) <= 80:
                titled = True
                if not (named and text == sheet.title):
                    yield Block(BlockKind.HEADING, _one_line(text), level, page=page)
            else:
                yield from _paragraphs(text, page)
        yield from table_blocks(fill(cells), header_depth(cells), page=page)
        for text in trailing:
            yield from _paragraphs(text, page)
    for text in sheet.boxes:
        yield from _paragraphs(text, page)


def _tall(sheet: Sheet, row: int) -> bool:
    return any(top <= row < bottom for top, _, bottom, _ in sheet.merged)


def _paragraphs(text: str, page: int) -> Iterator[Block]:
    for line in text.split("\n"):
        if line.strip():
            yield Block(BlockKind.PARAGRAPH, line.strip(), page=page)


def _one_line(text: str) -> str:
    return "".join(part.strip() for part in text.split("\n"))


def listed(places: list[str]) -> str:
    """The first eight of some places, and how many there are."""
    return "、".join(places[:8]) + (f" 等 {len(places)} 处" if len(places) > 8 else "")


def shown(value: Any, number_format: str) -> str:
    """A cell's value as a Chinese reader would see or say it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return _moment(value, number_format)
    if isinstance(value, date):
        return _day(value, number_format)
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02d}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    lines = (line.strip(" \u3000\t\u00a0") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _moment(value: datetime, number_format: str) -> str:
    clock = f"{value.hour}:{value.minute:02d}"
    if value.time() == time(0) and "h" not in number_format.lower():
        return _day(value.date(), number_format)
    if not re.search(r"[yd]", number_format.lower()):
        return clock
    return f"{_day(value.date(), number_format)} {clock}"


def _day(value: date, number_format: str) -> str:
    pattern = re.sub(r'"[^"]*"|\[[^\]]*\]', "", number_format).lower()
    if "y" not in pattern and "e" not in pattern and "d" in pattern:
        # The year is not shown, so nobody has looked at it: it is the year of typing.
        return f"{value.month}月{value.day}日"
    if "d" not in pattern and "m" in pattern:
        return f"{value.year}年{value.month}月"
    return f"{value.year}年{value.month}月{value.day}日"


def _number(value: float, number_format: str) -> str:
    pattern = re.sub(r"\[[^\]]*\]|_.|\*.", "", number_format.split(";")[0])
    pattern = re.sub(r"[\\!]\.|\"\.\"", _POINT, pattern)  # 0!.0, shows 2000000 as 200.0
    bare = re.sub(r'"[^"]*"|[\\!].', "", pattern)
    core = match[0] if (match := _CORE.search(bare)) else ""
    shifted = len(core.rstrip(",").partition(_POINT)[2])
    thousands = len(core) - len(core.rstrip(","))
    if shifted or thousands:
        value = round(value / 1000**thousands) / 10**shifted if shifted else value / 1000**thousands
        core = core.rstrip(",").replace(_POINT, ".")
    if re.fullmatch(r"0{2,}", core) and float(value).is_integer() and value >= 0:
        return f"{int(value):0{len(core)}d}"
    places = len(core.partition(".")[2]) if core else 10
    percent = "%" in bare
    scaled = value * 100 if percent else value
    text = f"{scaled:.{max(places, 0)}f}" if core and "E" not in bare.upper() else f"{scaled:.10f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if percent:
        return text + "%"
    # A unit written into the format is part of what the reader sees: 0"万元".
    before, _, after = _literal(pattern)
    return f"{before}{text}{after}"


def _literal(pattern: str) -> tuple[str, str, str]:
    parts = _CORE.split(pattern, maxsplit=1)
    if len(parts) < 2:
        return "", "", ""
    before, after = ("".join(re.findall(r'"([^"]*)"', part)) for part in parts)
    return before, "", after

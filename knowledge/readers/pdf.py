"""PDF files: characters by their places, joined to lines; pages without text are recognised."""

from __future__ import annotations

import codecs
import io
import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

from knowledge.documents import Reading, Unreadable
from knowledge.readers import pulse
from knowledge.readers.alignment import Spans, aligned_tables
from knowledge.readers.columns import find_gutter, unfold
from knowledge.readers.marks import raised
from knowledge.readers.pages import (
    Box,
    Page,
    PlacedLine,
    Stretch,
    blocks,
    drop_running_lines,
    ruled_table,
    with_gaps,
)
from knowledge.readers.pdf_streams import bounded
from knowledge.readers.scan import Recognised, recognise, recognition_notes
from knowledge.readers.wrapping import Line

MAX_PAGES = 500
_BOMB = "PDF 解压后大得异常，已停止读取；请重新导出（打印为 PDF）后上传"
# A page with fewer characters and a picture or drawing on it is taken for a scan.
SCAN_CHARACTERS = 20
# A stamped line of text on a scan: more characters than that, yet the page is a picture.
_STAMPED_CHARACTERS = 120
_PAGE_FILLED = 0.7  # share of the page that a scanner's picture covers
# Letters drawn as outlines leave hundreds of curves; a page with a seal or a logo leaves fewer.
_DRAWN_CURVES = 50
_GARBAGE = 0.2  # share of characters without a code, beyond which a text layer is useless
_SLANTED = 0.15  # of a line's rise to its run, beyond which it is no line of the text
_PALE = 0.55  # nearness to white of letters that lie behind a text
_HIDDEN = 0x02 | 0x20  # flags of an annotation: hidden, not to be seen
_TYPED_SIZE = 12.0  # points that are taken for what is typed over a page
_PAPER = 0.95  # a shade of grey from which an area looks like the paper
_MARKS = 3  # characters that a raised mark may have: ①, [12]
_LARGE_PICTURE = 0.1  # share of the page from which a picture may hold text of weight

_NO_TEXT = re.compile(
    "[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff"
    "\u00a1-\u00a6\u00a8-\u00af\u00b4-\u00b6\u00b8-\u00d6\u00d8-\u00f6\u00f8-\u00ff]"
)
"""Characters of a font's own codes, and the accented letters that Chinese bytes look like."""
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·]")
_NUMBER_END = re.compile(r"(?:^|\s)第[零〇一二三四五六七八九十百千\d]+[编章节条]$")


def read(data: bytes, name: str) -> Reading:
    """Read a PDF's text layer; pages that have none are recognised from their picture."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    sheets: list[_Sheet] = []
    damage = _Damage()
    logging.getLogger("pdfminer").addHandler(damage)
    with bounded() as bound:
        try:
            with pdfplumber.open(io.BytesIO(data)) as pdf:
                if len(pdf.pages) > MAX_PAGES:
                    raise Unreadable(
                        name, f"共 {len(pdf.pages)} 页，超过 {MAX_PAGES} 页的上限；请拆分后上传"
                    )
                for page in pdf.pages:
                    sheets.append(_look(page, sheets[-1].open_columns if sheets else ()))
                    page.close()
                    pulse.beat()
        except Unreadable:
            raise
        except (PdfminerException, PDFPasswordIncorrect) as fault:
            if bound.broken:
                raise Unreadable(name, _BOMB) from fault
            if "PDFPasswordIncorrect" in repr(fault) or "Encryption" in repr(fault):
                raise Unreadable(name, "PDF 已加密，无法读取；请取消密码后重新上传") from fault
            raise Unreadable(name, "PDF 已损坏或没有传完整，打不开；请重新导出后上传") from fault
        # A broken PDF makes pdfminer stumble in any of a dozen ways.
        except Exception as fault:
            if bound.broken:
                raise Unreadable(name, _BOMB) from fault
            raise Unreadable(
                name, "PDF 内部结构有错误，无法读取；请重新导出（打印为 PDF）后上传"
            ) from fault
        finally:
            logging.getLogger("pdfminer").removeHandler(damage)
        if bound.broken:  # and somebody on the way made nothing of it
            raise Unreadable(name, _BOMB)
    pictured = [sheet.page.number for sheet in sheets if sheet.is_picture]
    recognised = recognise(data, "pdf", name, pictured) if pictured else []
    return _reading(sheets, recognised, name, damaged=damage.seen or bound.damaged)


class _Damage(logging.Handler):
    """Hears what pdfminer only logs: that part of a page could not be unpacked."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen = False

    def emit(self, record: logging.LogRecord) -> None:
        """Remember lost data; anything else is of no interest to a reader."""
        self.seen = self.seen or "Data-loss" in record.getMessage()


@dataclass(slots=True)
class _Sheet:
    """A page with what tells whether its text layer is worth reading."""

    page: Page
    characters: int = 0
    garbage: int = 0
    turned: int = 0
    curves: int = 0
    pictures: int = 0
    covered: float = 0  # share of the page under its largest picture
    open_columns: Spans = ()  # of a table without rules that may go on over the page

    @property
    def is_picture(self) -> bool:
        """True when the words of the page are in its picture, not in its text."""
        if self.characters < SCAN_CHARACTERS:
            return self.pictures > 0 or self.curves > _DRAWN_CURVES
        if self.garbage > _GARBAGE * self.characters:
            return True
        return self.characters < _STAMPED_CHARACTERS and self.covered > _PAGE_FILLED


def _reading(
    sheets: list[_Sheet], recognised: list[Recognised], name: str, *, damaged: bool
) -> Reading:
    by_number = {found.page.number: found for found in recognised}
    notes = recognition_notes(recognised)
    pages: list[Page] = []
    for sheet in sheets:
        found = by_number.get(sheet.page.number)
        # A picture without words leaves the few that the text layer may have.
        use_found = found is not None and (found.page.lines or found.page.tables)
        pages.append(found.page if found and use_found else sheet.page)
    if not any(page.lines or page.tables for page in pages):
        if recognised:
            raise Unreadable(name, "这是扫描件，但页面里没有认出文字；请检查扫描是否清楚、有无正文")
        raise Unreadable(name, "PDF 里没有文字，也没有图片；请检查后重新上传")
    texts = [sheet for sheet in sheets if sheet.page.number not in by_number]
    if turned := [str(sheet.page.number) for sheet in texts if sheet.turned >= SCAN_CHARACTERS]:
        notes.append(f"第 {'、'.join(turned)} 页有横倒或斜排的文字，没有读入，请核对")
    if pictures := [str(sheet.page.number) for sheet in texts if sheet.covered > _LARGE_PICTURE]:
        notes.append(f"第 {'、'.join(pictures)} 页有图片，图片里的文字没有读入，请核对")
    if damaged:
        notes.append("PDF 有损坏的部分，内容可能不全，请对照原文件核对")
    drop_running_lines(pages)
    for page in pages:
        unfold(page)
    metadata = {"read_by": "ocr"} if recognised else {}
    return Reading("pdf", tuple(blocks(pages)), tuple(notes), metadata)


# -- one page ------------------------------------------------------------------------------


def _look(page: Any, before: Spans = ()) -> _Sheet:
    """What is on a page; ``before`` are the columns that the page before left open."""
    every = page.dedupe_chars(tolerance=1).chars if page.chars else []
    if quarters := _quarters(every):
        page = _turned(page, quarters)
        every = page.dedupe_chars(tolerance=1).chars
    characters = [c for c in every if c["text"] and c.get("upright", True) and not _is_slanted(c)]
    characters = _without_watermark(characters)
    sheet = _Sheet(Page(page.page_number, float(page.height)), pictures=len(page.images))
    sheet.characters = sum(not c["text"].isspace() for c in characters)
    sheet.turned = len(every) - len(characters)
    sheet.garbage = sum(
        c["text"].startswith("(cid:") or bool(_NO_TEXT.match(c["text"])) for c in characters
    )
    sheet.curves = len(page.curves)
    area = float(page.width * page.height) or 1.0
    sheet.covered = max((float(i["width"] * i["height"]) / area for i in page.images), default=0)
    typed = list(_typed_over(page))
    if not characters:
        sheet.page.lines = with_gaps(typed)
        return sheet
    celled: set[int] = set()
    ruled = page.filter(lambda thing: not _is_background(thing))
    for table in ruled.find_tables() if ruled.edges else ():
        boxes = [box for box in table.cells if box is not None]
        read = ruled_table(boxes, partial(_lines_within, characters))
        if read is not None:
            sheet.page.tables.append(read)
            # Text beside the cells, where a rule is missing, stays in the flow.
            celled.update(
                at for at, c in enumerate(characters) if any(_within(c, box) for box in boxes)
            )
    rest = [c for at, c in enumerate(characters) if at not in celled]
    whole = _grouped(rest)
    aligned = aligned_tables([list(map(_stretch, line)) for line in whole], before)
    sheet.open_columns = aligned.open
    for boxes in aligned.tables:
        held = [c for c in rest if any(_within(c, box) for box in boxes)]
        read = ruled_table(boxes, partial(_lines_within, held))
        if read is not None:
            sheet.page.tables.append(read)
            rest = [c for c in rest if c not in held]
            whole = _grouped(rest)
    size = median(c["size"] for line in whole for c in line) if whole else 0.0
    gutter = find_gutter([[(c["x0"], c["x1"]) for c in line] for line in whole], size)
    sheet.page.gutter = gutter
    sheet.page.lines = _lines(rest) if gutter is None else _beside(rest, whole, gutter)
    if typed:
        sheet.page.lines = with_gaps([*sheet.page.lines, *typed])
    return sheet


def _is_slanted(character: Any) -> bool:
    """Does it stand askew, as watermarks do? Slanted letters of a line have their line level."""
    across, along = character["matrix"][:2]
    return bool(min(abs(across), abs(along)) > _SLANTED * max(abs(across), abs(along)))


def _without_watermark(characters: list[Any]) -> list[Any]:
    """The characters without large pale ones that lie behind them."""
    if not characters:
        return characters
    usual = median(c["size"] for c in characters)
    return [
        c
        for c in characters
        if c["size"] < 1.5 * usual or _paleness(c["non_stroking_color"]) < _PALE
    ]


def _paleness(color: Any) -> float:
    """How near to white a color is, 0..1; 0 for what cannot be told."""
    shades = color if isinstance(color, tuple | list) else (color,)
    if not shades or not all(isinstance(shade, int | float) for shade in shades):
        return 0.0
    # of four inks it is the darkest that tells, of lights the weakest
    return float(1 - max(shades) if len(shades) == 4 else min(shades))


def _typed_over(page: Any) -> Iterator[PlacedLine]:
    """What was typed onto the page or into the fields of a form: no text of the page itself."""
    for note in page.annots:
        data = note.get("data") or {}
        kind = getattr(data.get("Subtype"), "name", "")
        if int(data.get("F") or 0) & _HIDDEN:
            continue
        text = _pdf_text(data.get({"Widget": "V", "FreeText": "Contents"}.get(kind, "")))
        for number, words in enumerate(filter(str.strip, re.split(r"[\r\n]+", text))):
            top = note["top"] + number * _TYPED_SIZE * 1.2
            right = note["x0"] + len(words) * _TYPED_SIZE
            line = Line(words.strip(), note["x0"], right, _TYPED_SIZE)
            yield PlacedLine(line, top, top + _TYPED_SIZE)


def _pdf_text(raw: Any) -> str:
    """A text string of a PDF; "" for a name, such as a ticked box has."""
    if not isinstance(raw, bytes):
        return ""
    if raw.startswith(codecs.BOM_UTF16_BE):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(codecs.BOM_UTF8):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1") if raw.isascii() else raw.decode("gb18030", "replace")


def _quarters(characters: list[Any]) -> int:
    """By how many quarters to the right a page is turned for most of its words to stand upright."""
    turned: Counter[int] = Counter()
    for c in characters:
        across, along = c["matrix"][:2]  # where the line of writing runs to, up being positive
        turned[
            (0 if across > 0 else 2) if abs(across) >= abs(along) else 1 if along > 0 else 3
        ] += 1
    return turned.most_common(1)[0][0] if turned else 0


def _turned(page: Any, quarters: int) -> Any:
    """The page as it looks when it is turned to the right."""
    page.page_obj.rotate = (page.page_obj.rotate + 90 * quarters) % 360
    again = type(page)(page.pdf, page.page_obj, page.page_number, page.initial_doctop)
    page.close()
    return again


def _stretch(c: Any) -> Stretch:
    return Stretch(c["text"], c["x0"], c["top"], c["x1"], c["bottom"], c["size"])


def _is_background(thing: Any) -> bool:
    """True for a white area without an outline: what web pages put behind each paragraph."""
    if thing["object_type"] != "rect" or thing["stroke"] or not thing["fill"]:
        return False
    color = thing["non_stroking_color"]
    shades = color if isinstance(color, tuple | list) else (color,)
    if not all(isinstance(shade, int | float) for shade in shades):
        return False
    # grey and red, green, blue go up to white; inks of cyan, magenta, yellow, black go down to it
    return max(shades) < 1 - _PAPER if len(shades) == 4 else min(shades, default=0.0) > _PAPER


def _beside(characters: list[Any], whole: list[list[Any]], gutter: float) -> list[PlacedLine]:
    """The lines of a page of two columns; what crosses the gutter stays whole."""
    blanks = [c for c in characters if c["text"].isspace()]
    result: list[PlacedLine] = []
    for line in whole:
        left = [c for c in line if c["x1"] <= gutter]
        right = [c for c in line if c["x0"] >= gutter]
        parted = left and right and right[0]["x0"] - left[-1]["x1"] > 0.8 * left[0]["size"]
        if parted and len(left) + len(right) == len(line):
            result += [_line(left, blanks), _line(right, blanks)]
        else:
            result.append(_line(line, blanks))
    return with_gaps(result)


def _within(character: Any, box: Box) -> bool:
    x = (character["x0"] + character["x1"]) / 2
    y = (character["top"] + character["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _lines_within(characters: list[Any], box: Box) -> list[PlacedLine]:
    return _lines([c for c in characters if _within(c, box)])


def _lines(characters: list[Any]) -> list[PlacedLine]:
    """Characters joined to lines, from the top."""
    blanks = [c for c in characters if c["text"].isspace()]
    return with_gaps([_line(group, blanks) for group in _grouped(characters)])


def _grouped(characters: list[Any]) -> list[list[Any]]:
    """Characters grouped by their height on the page, each group from the left."""
    groups: list[list[Any]] = []
    for character in sorted(characters, key=lambda c: (c["top"] + c["bottom"]) / 2):
        if character["text"].isspace():
            continue
        middle = (character["top"] + character["bottom"]) / 2
        for group in reversed(groups[-3:]):
            height = max(c["bottom"] - c["top"] for c in group[:5])
            centre = median((c["top"] + c["bottom"]) / 2 for c in group[:9])
            own = character["bottom"] - character["top"]
            if abs(middle - centre) < 0.45 * max(height, own):
                group.append(character)
                break
        else:
            groups.append([character])
    _rejoin_marks(groups)
    return [sorted(group, key=lambda c: c["x0"]) for group in groups]


def _rejoin_marks(groups: list[list[Any]]) -> None:
    """Put raised marks, which stand between two lines, back to the word they belong to."""
    for marks in [group for group in groups if len(group) <= _MARKS]:
        for line in groups:
            if line is not marks and _is_raised(marks[0], line):
                line.extend(marks)
                groups.remove(marks)
                break


def _is_raised(mark: Any, line: list[Any]) -> bool:
    """True for a small mark right behind a character of a line: ① or a footnote's number."""
    beside = min(line, key=lambda c: abs(c["x1"] - mark["x0"]))
    own = mark["bottom"] - mark["top"]
    shared = min(mark["bottom"], beside["bottom"]) - max(mark["top"], beside["top"])
    is_small = own < 0.85 * (beside["bottom"] - beside["top"])
    return bool(is_small and abs(mark["x0"] - beside["x1"]) < own / 2 and shared > own / 2)


def _line(group: list[Any], blanks: list[Any]) -> PlacedLine:
    top, bottom = min(c["top"] for c in group), max(c["bottom"] for c in group)
    size = Counter(round(c["size"], 1) for c in group).most_common(1)[0][0] or 1.0
    spaces = sorted(
        (c["x0"], c["text"]) for c in blanks if top <= (c["top"] + c["bottom"]) / 2 <= bottom
    )
    foot = median(c["bottom"] for c in group if c["size"] > 0.9 * size)
    text, mark = group[0]["text"], ""
    for left, right in pairwise(group):
        if right["text"].isdecimal() and _is_above(right, foot, size):
            mark += right["text"]
            continue
        between = [blank for x, blank in spaces if left["x0"] < x < right["x0"]]
        text, mark = text + (raised(mark, text) if mark else ""), ""
        text += _gap(text, left, right, between, size) + right["text"]
    text += raised(mark, text) if mark else ""
    return PlacedLine(Line(text, group[0]["x0"], group[-1]["x1"], size), top, bottom)


def _is_above(character: Any, foot: float, size: float) -> bool:
    """True for a small character whose foot is well above the line's."""
    return bool(character["size"] < 0.8 * size and foot - character["bottom"] > 0.15 * size)


def _gap(before: str, left: Any, right: Any, blanks: list[str], size: float) -> str:
    """What stands between two characters of a line.

    Setting Chinese beside digits leaves a quarter of an em that nobody typed, and justified
    lines stretch; so a space counts only between two words of Latin letters, between two
    Chinese characters where one was typed, or where it is wide.
    """
    width = (right["x0"] - left["x1"]) / size
    wide = [bool(_WIDE.match(side["text"])) for side in (left, right)]
    if "\u3000" in blanks or width > 0.85 or len(blanks) > 2:
        return "　" if any(wide) or "\u3000" in blanks else " "
    if not any(wide):
        return " " if blanks or width > 0.2 else ""
    if blanks and (all(wide) or _NUMBER_END.search(before)):
        return " "
    return ""

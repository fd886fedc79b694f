"""Joins lines that were broken only because the page or the window was full.

PDF and plain text know lines, not paragraphs. Coordinates are in any unit; ``size`` is the
width of one Chinese character in the same unit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_NUMERALS = "零〇○一二三四五六七八九十百千"
_STRONG_START = re.compile(
    rf"第[{_NUMERALS}\d]+(?:[编章节](?![第、至和或及的])|部分(?=[：:\s　]|$))"
    rf"|第[{_NUMERALS}\d]+条(?![第规的、至和或及中所之，款项])"
    rf"|[{_NUMERALS}]+、(?![{_NUMERALS}]+[等级类、])"
    rf"|[（(][{_NUMERALS}]+[)）]"
    r"|\d{4}年\d{1,2}月\d{1,2}日[ 　]"
    r"|附\s*[件表录]|附[：:]|表\s*[\d一二三四五六七八九十]|[问答][：:]|【"
)
_WEAK_START = re.compile(r"\d{1,2}(?:[．、)）]|\.(?!\d))|[（(]\d{1,2}[)）]|[①-⑳⑴-⒇]|[•●■◆★※▲]")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·]")
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日?")
_WORD = re.compile(r"[0-9A-Za-z.:/@%_-]{6,}")
_CELLS = re.compile(r"[^　]+(?:　+[^　]+){2,}")
_CLOSERS = "”’』」）)】》"


def starts_paragraph(text: str, *, weak: bool = True) -> bool:
    """True when the words themselves say that a new paragraph begins here."""
    return bool(_STRONG_START.match(text) or (weak and _WEAK_START.match(text)))


def ends_sentence(text: str) -> bool:
    """True when a paragraph may end after this line."""
    return text.rstrip(_CLOSERS).endswith(("。", "；", "：", "！", "？", ";", ":", "!", "?", "…"))


def glue(left: str, right: str) -> str:
    """Two halves of a broken line; a space only between words of letters or digits."""
    if not left or not right or _WIDE.match(left[-1]) or _WIDE.match(right[0]):
        return left + right
    if left.endswith("-") or (left[-1].isdigit() and right[0].isdigit()):
        return left + right
    return f"{left} {right}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands on the page.

    Attributes:
        gap: white space above in ems; None where nothing stands above (page top).
    """

    text: str
    left: float
    right: float
    size: float
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The text column that lines stand in.

    Attributes:
        indented: paragraphs show by their first line's indent.
        gap: the usual white space between two lines of a paragraph, in ems.
    """

    left: float
    right: float
    indented: bool
    gap: float

    def is_full(self, line: Line, below: Line) -> bool:
        """True when the first word of the line below would not have fitted."""
        slack = (self.right - line.right) / line.size
        # Punctuation may not begin a line, so up to two characters are pushed down with it.
        goes_on = not ends_sentence(line.text) or (self.indented and not self.is_indented(below))
        # A telephone number or an address goes down as a whole.
        word = _WORD.match(below.text)
        whole = 0.5 * len(word[0]) + 1.2 if word else 0.0
        return slack < (max(3.3, whole) if goes_on else 1.2)

    def is_indented(self, line: Line) -> bool:
        """True when the line starts right of the column's edge."""
        return line.left - self.left > 0.8 * line.size

    def is_centred(self, line: Line) -> bool:
        """True when the line has like margins of some width on both sides."""
        before, after = line.left - self.left, self.right - line.right
        return min(before, after) > 2.5 * line.size and abs(before - after) < 2 * line.size


def measure(lines: Sequence[Line]) -> Column:
    """The column's edges from the lines themselves."""
    body_size = Counter(round(line.size) for line in lines).most_common(1)[0][0]
    body = [line for line in lines if abs(line.size - body_size) <= 1] or list(lines)
    lefts = Counter(round(line.left) for line in body)
    # The edge is the leftmost place where lines often start, not a lone outlier.
    floor = max(2, len(body) // 20) if len(body) > 4 else 1
    left = min((at for at, count in lefts.items() if count >= floor), default=min(lefts))
    rights = sorted(line.right for line in body)
    right = rights[min(len(rights) - 1, int(len(rights) * 0.97))]
    deep = sum(1.2 < (line.left - left) / line.size < 4 for line in body)
    gaps = sorted(line.gap for line in body if line.gap is not None)
    return Column(left, right, deep >= max(1, len(body) // 25), gaps[len(gaps) // 3] if gaps else 0)


def breaks_between(above: Line, below: Line, column: Column) -> bool:
    """True when ``below`` begins a new paragraph after ``above``."""
    if abs(above.size - below.size) > 0.15 * above.size:
        return True
    if _CELLS.fullmatch(above.text.strip()) and _CELLS.fullmatch(below.text.strip()):
        return True  # rows of a table that nothing shows as one
    opened = above.text.rfind("《")
    # Some papers never close a bracket; a name is hardly longer than this.
    within_title = opened > above.text.rfind("》") and len(above.text) - opened < 60
    if within_title and (below.gap is None or below.gap < 2):
        return False
    if below.gap is not None and below.gap > max(column.gap * 1.8, column.gap + 0.7):
        return True
    if not column.is_full(above, below):
        return True
    if _DATE.fullmatch(above.text):  # ends a signature, also where it reaches the margin
        return True
    if column.is_centred(below):
        return ends_sentence(above.text) or starts_paragraph(below.text)
    sentence_over = ends_sentence(above.text)
    if column.is_indented(below) and not column.is_indented(above):
        return sentence_over or starts_paragraph(below.text)
    if column.is_indented(below):
        return sentence_over or starts_paragraph(below.text) or column.indented
    return sentence_over and starts_paragraph(below.text, weak=not column.indented)

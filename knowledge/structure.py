"""Blocks -> clause tree -> passages. Pure: no files, no clock, no models.

The tree keeps every body character in exactly one clause, and proves it (``unplaced``).
Official documents mix two numberings (GB/T 9704-2012 §7.3.3: 一、 （一） 1． （1）; statutes:
编 章 节 条 款 （项）), in whatever order an office likes, so the depth of the four minor
numberings is learnt from the document: a marker already open continues its list, a new one
opens a level below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.decimals import Decimal, bare_of, decimal_heads, decimal_of
from knowledge.documents import Block, BlockKind, Clause, ClauseKind, Passage
from knowledge.issuers import bodies, is_red_head
from knowledge.nodes import Node, is_all_heading, unrepeated
from knowledge.passages import LONG as LONG
from knowledge.passages import cut
from knowledge.passages import sentences as sentences

_CN = "零〇○一二三四五六七八九十百千两"
_NUM = rf"[{_CN}\d]+"
_REFERENCE = re.compile(
    rf"规定|第{_NUM}[条款项]|[、至的]|(?:以及|或者|[和或及与])(?:第|本|前|其|《)|款(?!项)"
    r"|所[列称述指规涉]|之(?:规定|内|外)|以?外[，。；的]|中(?:的|所|规定|第|有关)|执行[，。；]"
)
"""What follows 第三条 when a wrapped line begins with a reference, not with an article."""

_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "annex",
        re.compile(r"附\s*(?:件|录|表)\s*(\d{0,2}|[一二三四五六七八九十]{0,2})(?=[：:\s　]|$)"),
    ),
    ("part", re.compile(rf"第\s*({_NUM})\s*(?:编(?![辑制])|部分(?=[：:\s　]|$))")),
    ("chapter", re.compile(rf"第\s*({_NUM})\s*章(?!程)")),
    ("section", re.compile(rf"第\s*({_NUM})\s*节(?![假约省])")),
    ("article", re.compile(rf"第\s*({_NUM})\s*条(?:之[{_CN}]+)?")),
    ("ask", re.compile(r"(?:问题?|Q|q)\s*(\d{0,3}|[一二三四五六七八九十]{0,3})\s*[：:、.．]\s*")),
    ("cn", re.compile(r"([一二三四五六七八九十]{1,3})、")),
    ("pcn", re.compile(r"[（(]\s*([一二三四五六七八九十]{1,3})\s*[）)]")),
    ("pd", re.compile(r"[（(]\s*(\d{1,2})\s*[）)]")),
    ("d", re.compile(r"(\d{1,2})\s*(?:[．、]|\.(?!\d)|\.(?=(?:19|20)\d\d\s*年))")),
    ("circle", re.compile(r"([①-⑳])")),
)
_FIXED = {"annex": 0, "part": 1, "chapter": 2, "section": 3}
_DECIMALS = ("dd1", "dd2", "dd3", "dd4")
_MINOR = frozenset({"cn", "pcn", "pd", "d", "circle", *_DECIMALS})
_LEAD = "lead"
"""The marker of an unnumbered paragraph that a list hangs from."""
_CAPTION = 8
"""A paragraph no longer than this says nothing that its list would need: 备注：."""
_CLOSING = re.compile(
    r"(?:本|以上|此)(?:措施|办法|细则|通知|意见|规定|方案|公告|政策|指南|实施意见)\s*"
    r"(?:由.{2,40}解释|自|从).{0,80}"
)
"""An unnumbered closing paragraph about validity belongs to the whole, not to the last item."""
_ANSWER = re.compile(r"(?:答|A|a)\s*(?:复)?\s*[：:]")
_DATE_LINE = re.compile(
    r"[（(]?\s*(?:\d{4}|[二一][〇○零一二三四五六七八九OＯ0]{3})\s*年.{1,4}月.{1,4}日\s*[）)]?$"
)
_RUN_IN_FIRST = re.compile(r"[：:]\s*(?:1\s*[．.、]|①|[（(]\s*[1一]\s*[)）]|一、)")


def chinese_number(text: str) -> int:
    """Read 二十三, 〇, 105 or ③ as an int; -1 when it is none of these.

    >>> chinese_number("二十三"), chinese_number("一百零五"), chinese_number("15")
    (23, 105, 15)
    """
    if text.isdecimal():  # ２０ too
        return int(text)
    if len(text) == 1 and "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
    units = {"十": 10, "百": 100, "千": 1000}
    total, current = 0, 0
    for character in text:
        if character in digits:
            current = digits[character]
        elif character in units:
            total += (current or 1) * units[character]
            current = 0
        else:
            return -1
    return total + current if text else -1


def nodes_of(clauses: Sequence[Clause]) -> list[Node]:
    """The clause tree as it was built, from what was stored of it; ``cut`` makes its passages."""
    nodes: list[Node] = []
    for c in clauses:
        parent = nodes[c.parent] if c.parent is not None else None
        node = Node(
            c.ordinal, parent, c.kind, _marker_of(c), c.number, c.heading, c.text, c.cells, c.page
        )
        nodes.append(node)
        if parent is not None:
            parent.children.append(node)
    return nodes


def _marker_of(clause: Clause) -> str:
    if clause.kind in (ClauseKind.TABLE, ClauseKind.ROW):
        return clause.kind.value
    if clause.number:
        return next((m for m, _, number, _ in _heads(clause.text) if number == clause.number), "")
    return "h" if clause.kind in (ClauseKind.SECTION, ClauseKind.QUESTION) else ""


def _heads(text: str) -> Iterator[tuple[str, int, str, str]]:
    """(marker, value, number as written, rest of the line) of every head a line may have."""
    for marker, pattern in _HEADS:
        if match := pattern.match(text):
            value = chinese_number(match.group(1)) if match.group(1) else 0
            number = match.group(0).strip().rstrip("：: ")
            yield marker, value, number, text[match.end() :]
    for one in filter(None, (decimal_of(text), bare_of(text))):
        yield one.marker, one.parts[-1], one.number, one.rest


def worded(clause: Clause, text: str) -> Clause:
    """A clause with another text: its number and heading are read from it again.

    A numbered clause whose text has lost its number becomes a paragraph; a paragraph that now
    begins with a number becomes an item, or an article where it says 第X条.
    """
    # a decimal number opens a clause only among its like, so none becomes a head by an edit
    was_decimal = _marker_of(clause) in _DECIMALS
    heads = (h for h in _heads(text) if was_decimal or h[0] not in _DECIMALS)
    marker, _, number, rest = next(heads, ("", 0, "", ""))
    kind, numbered = clause.kind, (ClauseKind.ARTICLE, ClauseKind.ITEM)
    if kind is ClauseKind.SECTION and not marker:
        return replace(clause, text=text, number="", heading=text)
    if kind in (ClauseKind.TITLE, ClauseKind.SIGNATURE, ClauseKind.TABLE, ClauseKind.ROW):
        return replace(clause, text=text)
    if kind is ClauseKind.QUESTION:
        return replace(clause, text=text, number=number, heading=(rest or text).strip())
    if not marker:
        return replace(clause, text=text, kind=ClauseKind.PARAGRAPH, number="", heading="")
    if marker == "article":
        kind, heading = ClauseKind.ARTICLE, _bracketed(rest)
    elif marker in _FIXED:
        heading = rest.strip(" 　：:")
    else:
        kind = kind if kind in numbered or kind is ClauseKind.SECTION else ClauseKind.ITEM
        heading = _run_in_heading(rest, marker)
    return replace(clause, text=text, kind=kind, number=number, heading=heading)


def article_count(clauses: Sequence[Clause]) -> tuple[int, int]:
    """How many articles stand there, and how many their numbers say there are.

    第X条 are numbered through; where the numbering begins again (a second paper in one file) each
    run counts for itself. Papers without 第X条 have as many as were found.
    """
    values = [
        value
        for c in clauses
        if c.kind is ClauseKind.ARTICLE
        for marker, value, number, _ in _heads(c.text)
        if marker == "article" and number == c.number
    ]
    if not values:
        found = sum(c.kind is ClauseKind.ARTICLE for c in clauses)
        return found, found
    expected = highest = 0
    for value in values:
        if value == 1:
            expected, highest = expected + highest, 0
        highest = max(highest, value)
    return len(values), max(expected + highest, len(values))


@dataclass(frozen=True, slots=True)
class Structure:
    """What one document's blocks amount to.

    Attributes:
        clauses: in reading order; ``clauses[i].ordinal == i``.
        passages: in reading order.
        doubts: places a reviewer should look at, in Chinese.
    """

    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    doubts: tuple[str, ...]


def unplaced(blocks: Sequence[Block], clauses: Sequence[Clause]) -> list[str]:
    """Prove that every character read is in exactly one clause; what is not, by its place.

    The characters of all blocks, blanks aside, must be those of the clauses in the same order;
    of a cell that is merged over columns the characters count once.
    """
    read = [(c, block.page) for block in blocks for c in _characters(block)]
    held = "".join("".join(_once(c.cells)) if c.cells else c.text for c in clauses)
    held = "".join(held.split())
    if "".join(c for c, _ in read) == held:
        return []
    text = "".join(c for c, _ in read)
    same = next((i for i, (a, b) in enumerate(zip(text, held, strict=False)) if a != b), None)
    at = min(len(text), len(held)) if same is None else same
    page = read[at][1] if at < len(read) else None
    where = f"第{page}页，" if page else ""
    near = text[max(at - 12, 0) : at + 12] or held[-24:]
    return [
        f"{where}“{near}”附近的文字没有完整归入条款（读入 {len(text)} 字，归入 {len(held)} 字）"
    ]


def _characters(block: Block) -> str:
    rows = "".join("".join(_once(row)) for row in block.rows)
    return "".join((block.text + block.caption + rows).split())


def _once(cells: Sequence[str]) -> list[str]:
    return unrepeated([" ".join(cell.split()) for cell in cells])


@dataclass(slots=True)
class _Open:
    """A level of the numbering that is open at this point of the document."""

    marker: str
    value: int
    node: Node
    level: int = 0


def structure(blocks: Sequence[Block]) -> Structure:
    """Build the clause tree and the passages of one document."""
    tree = _Tree()
    written = [
        line.strip()
        for block in blocks
        if block.kind is not BlockKind.TABLE
        for line in block.text.split("\n")
        if line.strip()
    ]
    decimals, place = decimal_heads(written), 0
    for block in blocks:
        if block.kind is BlockKind.TABLE:
            tree.table(block)
        else:
            for line in block.text.split("\n"):
                if line.strip():
                    tree.line(line.strip(), block.level, block.page, decimals.get(place))
                    place += 1
    tree.close()
    _release_front(tree.nodes)
    tree.doubts += unplaced(blocks, [node.clause() for node in tree.nodes])
    passages = cut(tree.nodes)
    return Structure(tuple(n.clause() for n in tree.nodes), tuple(passages), tuple(tree.doubts))


_LABELLED = re.compile(r"[\u4e00-\u9fff]{2,8}\s*[：:]\s*\S")


def _release_front(nodes: Sequence[Node]) -> None:
    """A paper of a title and labelled lines (时间：…, 地点：…) has them for its body."""
    if any(n.kind not in (ClauseKind.TITLE, ClauseKind.SIGNATURE) for n in nodes):
        return
    below = [n for n in nodes if n.kind is ClauseKind.TITLE][1:]
    first = next((i for i, n in enumerate(below) if _LABELLED.match(n.text)), len(below))
    for node in below[first:]:
        node.kind = ClauseKind.PARAGRAPH


class _Tree:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.doubts: list[str] = []
        self.open: list[_Open] = []
        self.article = 0  # number of the last 第X条
        self._last = 0  # number before the one just read in its list
        self._reached: dict[str, int] = {}  # the last number of each marker, wherever it stood
        self.began = False  # a numbered head or a heading below the title was seen

    # -- lines ---------------------------------------------------------------------------

    def line(self, text: str, level: int, page: int | None, decimal: Decimal | None = None) -> None:
        head = self._head(text)
        if decimal is not None:
            head = decimal.marker, decimal.parts[-1], decimal.number, decimal.rest
        if head is not None:
            self._numbered(*head, text, level, page)
        elif _ANSWER.match(text) and self._top("ask"):
            self._add(ClauseKind.PARAGRAPH, text, self._top("ask"), page=page)
        elif level and not (level == 1 and not self.began):
            self._heading(text, level, page)
        else:
            self._paragraph(text, page)

    def _head(self, text: str) -> tuple[str, int, str, str] | None:
        """(marker, value, number as written, rest of the line) of a numbered head, or None."""
        for marker, pattern in _HEADS:
            match = pattern.match(text)
            if not match:
                continue
            number, rest = match.group(0).strip(), text[match.end() :]
            value = chinese_number(match.group(1)) if match.group(1) else 0
            if marker == "article" and not self._is_article(value, rest):
                return None
            if marker in ("part", "chapter", "section") and (
                len(rest) > 40 or rest.rstrip().endswith(("。", "；"))
            ):
                return None
            if marker == "annex" and len(rest) > 60:
                return None
            return marker, value, number.rstrip("：: "), rest
        return None

    def _is_article(self, value: int, rest: str) -> bool:
        """第三条 at a line's start is a head unless the sentence goes on as a reference."""
        spaced = rest[:1] in (" ", "　", "\t", "【", "[", "［", "（", "(", "")
        expected = value in (1, self.article + 1)
        if not spaced and (_REFERENCE.match(rest) or not expected):
            return False
        if re.match(rf"\s*(?:规定的|第{_NUM}[款项])", rest):
            return False
        follows = rest.strip()[:1]
        return not (follows and follows in "、，和至或及" and not expected)

    def _numbered(
        self, marker: str, value: int, number: str, rest: str, text: str, level: int,
        page: int | None,
    ) -> None:  # fmt: skip
        self.began = True
        if marker in _FIXED:
            self._pop_while(lambda o: _FIXED.get(o.marker, 9) >= _FIXED[marker])
            kind = {"part": ClauseKind.PART, "chapter": ClauseKind.CHAPTER}.get(
                marker, ClauseKind.SECTION
            )
            if marker == "annex":
                self.article = 0
            heading = rest.strip(" 　：:")
        elif marker == "article":
            self._pop_while(lambda o: o.marker not in _FIXED and not o.marker.startswith("h"))
            self._doubt_article(value, number, page)
            self.article, kind = value, ClauseKind.ARTICLE
            heading = _bracketed(rest)
        elif marker == "ask" or rest.rstrip().endswith(("？", "?")):
            if marker == "ask":
                self._pop_while(lambda o: o.marker in ("ask", *(_MINOR - {"cn"})))
            else:
                self._pop_to_list(marker, value)
            kind, heading = ClauseKind.QUESTION, rest.strip()
        else:
            self._pop_to_list(marker, value)
            units = ("article", "ask", *_MINOR)
            below_unit = any(o.marker in units for o in self.open)
            kind = ClauseKind.ITEM if below_unit else ClauseKind.ARTICLE
            # （一）…（三十） may run through the whole paper, under 一、 二、 as well
            known = (self._last, self._reached.get(marker), self._run_in(value))
            if value > 1 and value - 1 not in known:
                before = f"前一个编号是 {self._last}" if self._last else "前面没有同类编号"
                self._doubt(page, f"“{text[:24]}”编号不连续（{before}），请核对是否漏读")
            self._reached[marker] = value
            heading = _run_in_heading(rest, marker)
        parent = self.open[-1].node if self.open else None
        node = self._add(kind, text, parent, marker, number, heading, page=page)
        self.open.append(_Open(marker, value, node, level))

    def _run_in(self, value: int) -> int | None:
        """The first number where 附件：1.… or 注：①… stands on the line of its caption."""
        above = self.nodes[-1].text if self.nodes else ""
        return 1 if value == 2 and _RUN_IN_FIRST.search(above) else None

    def _doubt_article(self, value: int, number: str, page: int | None) -> None:
        expected = self.article + 1
        if value in (1, expected):
            return
        if value > expected:
            last = value - 1
            missing = f"第{expected}条" if last == expected else f"第{expected}条至第{last}条"
            self._doubt(page, f"“{number}”之前缺少{missing}，请核对是否漏读")
        else:
            self._doubt(page, f"“{number}”在第{self.article}条之后，条号重复或倒退，请核对")

    def _doubt(self, page: int | None, what: str) -> None:
        after = self.nodes[-1].text[:16] if self.nodes else ""
        where = f"第{page}页，" if page else ""
        beside = f"，在“{after}”之后" if after else ""
        self.doubts.append(f"{where}{what}{beside}")

    def _pop_to_list(self, marker: str, value: int) -> None:
        """Close levels down to the list this marker continues; open a new level otherwise."""
        if value == 1 and marker != "cn" and self._leads_in():
            # ▲没有住房的，须提供： begins a list of its own, whatever list stood above it
            self._last = 0
            self._pop_while(lambda o: o.node is not self.nodes[-1].parent)
            self.open.append(_Open(_LEAD, 0, self.nodes[-1]))
            return
        places = [i for i, o in enumerate(self.open) if o.marker == marker]
        if marker == "d" and value == 1 and places:
            # 1. below 2.1 begins a list of its own, whatever 2. stands above
            below = self.open[places[-1] :]
            places = [] if any(o.marker in _DECIMALS for o in below) else places
        if places:
            # the innermost list that goes on with this very number, else the innermost one
            following = [i for i in places if self.open[i].value == value - 1]
            self._last = self.open[(following or places)[-1]].value
            del self.open[(following or places)[-1] :]
        else:
            self._last = 0
            if marker == "cn":
                # 一、 groups （一） and 1．, never the other way round
                self._pop_while(lambda o: o.marker in _MINOR or o.marker == _LEAD)

    def _leads_in(self) -> bool:
        """Did an unnumbered paragraph of an open clause just say that a list follows?"""
        last = self.nodes[-1] if self.nodes else None
        return (
            last is not None
            and last.kind is ClauseKind.PARAGRAPH
            and last.text.endswith(("：", ":"))
            and len(last.text) > _CAPTION
            and any(o.node is last.parent for o in self.open)
        )

    def _heading(self, text: str, level: int, page: int | None) -> None:
        self.began = True
        self._pop_while(lambda o: not (0 < o.level < level) and o.marker != "annex")
        parent = self.open[-1].node if self.open else None
        asks = text.rstrip().endswith(("？", "?"))
        kind = ClauseKind.QUESTION if asks else ClauseKind.SECTION
        node = self._add(kind, text, parent, f"h{level}", "", text, page=page)
        self.open.append(_Open(f"h{level}", 0, node, level))

    def _paragraph(self, text: str, page: int | None) -> None:
        if not self.began:
            short = len(text) <= 60 and not text.endswith(("。", "；", "！"))
            self._add(ClauseKind.TITLE if short else ClauseKind.PARAGRAPH, text, None, page=page)
            return
        parent = self.open[-1].node if self.open else None
        # 六、附则 keeps its own closing paragraph; the last item of a list does not
        if parent is not None and _CLOSING.match(text) and (parent.children or "。" in parent.text):
            fixed = [o.node for o in self.open if o.marker == "annex"]
            parent = fixed[-1] if fixed else None
            self.open = [o for o in self.open if o.marker == "annex"]
        # 款: a paragraph after a finished item belongs to the article, not to its last item
        if self.open and self.open[-1].marker in _MINOR and parent is not None:
            finished = parent.text.endswith(("。", "；", ";"))
            within = (ClauseKind.ITEM, ClauseKind.PARAGRAPH)
            units = [o.node for o in self.open if o.node.kind not in within]
            if finished and units and units[-1] is not parent:
                parent = units[-1]
        self._add(ClauseKind.PARAGRAPH, text, parent, page=page)

    # -- tables --------------------------------------------------------------------------

    def table(self, block: Block) -> None:
        rows = [r for r in block.rows if any(c.strip() for c in r)]
        if not rows:
            return
        is_frame = len(rows[0]) == 1 or (len(rows) == 1 and len(rows[0]) <= 2)
        filled = [cell for row in rows for cell in row if cell.strip()]
        is_signature = all(bodies(c) or _is_dated(c) for c in filled)  # side by side
        is_head = not self.began and all(map(is_red_head, filled)) and any(map(bodies, filled))
        if is_frame or is_signature or is_head:
            for row in rows:
                for cell in unrepeated(row):
                    for line in cell.split("\n"):
                        if line.strip():
                            self.line(line.strip(), 0, block.page)
            return
        parent = self.open[-1].node if self.open else None
        self.began = True
        headers = block.header_rows if len(rows) > block.header_rows else 0
        # two columns whose first row already explains something: names and values, no header
        if headers == 1 and len(rows[0]) == 2 and len(rows[0][1]) > 24:
            headers = 0
        node = self._add(
            ClauseKind.TABLE, block.caption, parent, "table", str(headers), "", page=block.page
        )
        for row in rows:
            cells = tuple(" ".join(c.split()) for c in row)
            self._add(
                ClauseKind.ROW, " | ".join(unrepeated(cells)), node, "row", cells=cells,
                page=block.page,
            )  # fmt: skip

    # -- end -----------------------------------------------------------------------------

    def close(self) -> None:
        """Recognise the signature: a closing date line and the issuing bodies above it."""
        if not self.began:  # no numbering at all: what follows the text is no title
            texts = [n.ordinal for n in self.nodes if n.kind is ClauseKind.PARAGRAPH]
            for node in self.nodes[texts[-1] + 1 :] if texts else ():
                node.kind = ClauseKind.PARAGRAPH
        for index, node in enumerate(self.nodes):
            if node.kind is not ClauseKind.PARAGRAPH or not _is_dated(node.text):
                continue
            if not self._closes(index):
                continue
            self._sign(node)
            for distance, above in enumerate(reversed(self.nodes[:index])):
                if above.kind is not ClauseKind.PARAGRAPH or above.children:
                    break
                plain = len(above.text) <= 40 and not re.search("[。；：，]", above.text)
                # many bodies may sign; of other lines few belong to a signature
                if not bodies(above.text) and not (plain and distance < 4):
                    break
                self._sign(above)

    def _closes(self, index: int) -> bool:
        """A date line signs when it ends the text, or when an issuing body stands above it."""
        node = self.nodes[index]
        above = node.parent
        if above and above.children == [node] and is_all_heading(above):
            return False  # 二、考试时间 and its date
        before = self.nodes[index - 1] if index else None
        if bodies(node.text) or (
            before and before.kind is ClauseKind.PARAGRAPH and bodies(before.text)
        ):
            return True
        for later in self.nodes[index + 1 :]:
            if later.marker == "annex":
                return True
            if later.kind not in (ClauseKind.PARAGRAPH, ClauseKind.SIGNATURE):
                return False
        return True

    def _sign(self, node: Node) -> None:
        if node.parent is not None:
            node.parent.children.remove(node)
        node.kind, node.parent = ClauseKind.SIGNATURE, None

    # -- plumbing ------------------------------------------------------------------------

    def _add(
        self, kind: ClauseKind, text: str, parent: Node | None, marker: str = "",
        number: str = "", heading: str = "", cells: tuple[str, ...] = (),
        page: int | None = None,
    ) -> Node:  # fmt: skip
        node = Node(len(self.nodes), parent, kind, marker, number, heading, text, cells, page)
        self.nodes.append(node)
        if parent is not None:
            parent.children.append(node)
        return node

    def _top(self, marker: str) -> Node | None:
        return next((o.node for o in reversed(self.open) if o.marker == marker), None)

    def _pop_while(self, closes: Callable[[_Open], bool]) -> None:
        while self.open and closes(self.open[-1]):
            self.open.pop()


def _is_dated(text: str) -> bool:
    """True for the day of a signature, by itself or behind who signs."""
    if _DATE_LINE.match(text):
        return True
    names = bodies(text) if _DATE_LINE.search(text) else ()
    # 某某办公室 with a day is who had the paper printed
    return bool(names) and not re.search("办公[室厅]$", names[-1])


def _bracketed(rest: str) -> str:
    """The heading of 第三条【申请条件】 or 第三条（申请条件）; "" for none."""
    match = re.match(r"\s*[【\[［（(]([^】\]］）)]{2,20})[】\]］）)]", rest)
    return match.group(1) if match else ""


def _run_in_heading(rest: str, marker: str) -> str:
    """The heading of （二）申领期限。自取得…, of 1．学历类：具有…, or a line that is all heading."""
    rest = rest.strip(" 　")
    most = 40 if marker == "cn" else 30 if marker in _DECIMALS else 18
    if len(rest) <= most and not rest.endswith(("。", "；", ";", "：", ":")):
        return rest
    match = re.match(r"([^。；：:]{2,40})[。：:](?=.)", rest)
    return match.group(1) if match and len(match.group(1)) <= most else ""

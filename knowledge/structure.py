"""Blocks -> clause tree -> passages. Pure: no files, no clock, no models.

The tree keeps every body character in exactly one clause; the passages are what a person would
cite: an article or an item of it, a table row under its header, a question with its answer.
Official documents mix two numberings (GB/T 9704-2012 §7.3.3: 一、 （一） 1． （1）; statutes:
编 章 节 条 款 （项）), in whatever order an office likes, so the depth of the four minor
numberings is learnt from the document: a marker already open continues its list, a new one
opens a level below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from knowledge.documents import Block, BlockKind, Clause, ClauseKind, Passage

SHORT = 160
"""Characters up to which a numbered unit with its items stays one passage."""
LONG = 420
"""Characters above which a paragraph is cut at sentence ends."""
ITEM_ALONE = 36
"""An item this long is cited by itself; shorter neighbours are grouped."""

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
    ("part", re.compile(rf"第\s*({_NUM})\s*编(?![辑制])")),
    ("chapter", re.compile(rf"第\s*({_NUM})\s*章(?!程)")),
    ("section", re.compile(rf"第\s*({_NUM})\s*节(?![假约省])")),
    ("article", re.compile(rf"第\s*({_NUM})\s*条(?:之[{_CN}]+)?")),
    ("ask", re.compile(r"(?:问题?|Q|q)\s*(\d{0,3}|[一二三四五六七八九十]{0,3})\s*[：:、.．]\s*")),
    ("cn", re.compile(r"([一二三四五六七八九十]{1,3})、")),
    ("pcn", re.compile(r"[（(]\s*([一二三四五六七八九十]{1,3})\s*[）)]")),
    ("pd", re.compile(r"[（(]\s*(\d{1,2})\s*[）)]")),
    ("d", re.compile(r"(\d{1,2})\s*(?:[．、]|\.(?!\d))")),
    ("circle", re.compile(r"([①-⑳])")),
)
_FIXED = {"annex": 0, "part": 1, "chapter": 2, "section": 3}
_MINOR = frozenset({"cn", "pcn", "pd", "d", "circle"})
_CLOSING = re.compile(
    r"(?:本|以上|此)(?:措施|办法|细则|通知|意见|规定|方案|公告|政策|指南|实施意见)\s*"
    r"(?:由.{2,40}解释|自|从).{0,80}"
)
"""An unnumbered closing paragraph about validity belongs to the whole, not to the last item."""
_ANSWER = re.compile(r"(?:答|A|a)\s*(?:复)?\s*[：:]")
_DATE_LINE = re.compile(
    r"[（(]?\s*(?:\d{4}|[二一][〇○零一二三四五六七八九OＯ0]{3})\s*年.{1,4}月.{1,4}日\s*[）)]?$"
)
_BODY = re.compile(
    r"(?:政府|[市省区县工改健建]委|委员会|领导小组|办公[室厅]|[局厅部院]|中心|联合会|协会|公司|大学|学院)"
    r"\s*(?:[（(](?:印|盖)?章[）)])?$"
)
"""How the name of an issuing body ends."""
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]?")


def chinese_number(text: str) -> int:
    """Read 二十三, 〇, 105 or ③ as an int; -1 when it is none of these.

    >>> chinese_number("二十三"), chinese_number("一百零五"), chinese_number("15")
    (23, 105, 15)
    """
    if text.isdigit() and text.isascii():
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


@dataclass(slots=True)
class _Node:
    ordinal: int
    parent: _Node | None
    kind: ClauseKind
    marker: str
    number: str
    heading: str
    text: str
    cells: tuple[str, ...] = ()
    page: int | None = None
    children: list[_Node] = field(default_factory=list)

    def clause(self) -> Clause:
        parent = self.parent.ordinal if self.parent else None
        return Clause(
            self.ordinal, parent, self.kind, self.number, self.heading, self.text, self.cells,
            self.page,
        )  # fmt: skip


@dataclass(slots=True)
class _Open:
    """A level of the numbering that is open at this point of the document."""

    marker: str
    value: int
    node: _Node
    level: int = 0


def structure(blocks: Sequence[Block]) -> Structure:
    """Build the clause tree and the passages of one document."""
    tree = _Tree()
    for block in blocks:
        if block.kind is BlockKind.TABLE:
            tree.table(block)
        else:
            for line in block.text.split("\n"):
                if line.strip():
                    tree.line(line.strip(), block.level, block.page)
    tree.close()
    passages = _Passages(tree.nodes).build()
    return Structure(tuple(n.clause() for n in tree.nodes), tuple(passages), tuple(tree.doubts))


class _Tree:
    def __init__(self) -> None:
        self.nodes: list[_Node] = []
        self.doubts: list[str] = []
        self.open: list[_Open] = []
        self.article = 0  # number of the last 第X条
        self._last = 0  # number before the one just read in its list
        self.began = False  # a numbered head or a heading below the title was seen

    # -- lines ---------------------------------------------------------------------------

    def line(self, text: str, level: int, page: int | None) -> None:
        head = self._head(text)
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
            if value not in (1, self.article + 1):
                self.doubts.append(f"{number}：前一条是第{self.article}条，条号不连续")
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
            if value > 1 and self._last != value - 1:
                self.doubts.append(f"{text[:24]}：编号不从头开始或不连续")
            heading = _run_in_heading(rest, marker)
        parent = self.open[-1].node if self.open else None
        node = self._add(kind, text, parent, marker, number, heading, page=page)
        self.open.append(_Open(marker, value, node, level))

    def _pop_to_list(self, marker: str, value: int) -> None:
        """Close levels down to the list this marker continues; open a new level otherwise."""
        places = [i for i, o in enumerate(self.open) if o.marker == marker]
        if places:
            # the innermost list that goes on with this very number, else the innermost one
            following = [i for i in places if self.open[i].value == value - 1]
            self._last = self.open[(following or places)[-1]].value
            del self.open[(following or places)[-1] :]
        else:
            self._last = 0
            if marker == "cn":
                # 一、 groups （一） and 1．, never the other way round
                self._pop_while(lambda o: o.marker in _MINOR)

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
            units = [o.node for o in self.open if o.node.kind is not ClauseKind.ITEM]
            if finished and units and units[-1] is not parent:
                parent = units[-1]
        self._add(ClauseKind.PARAGRAPH, text, parent, page=page)

    # -- tables --------------------------------------------------------------------------

    def table(self, block: Block) -> None:
        rows = [r for r in block.rows if any(c.strip() for c in r)]
        if not rows:
            return
        if len(rows[0]) == 1 or (len(rows) == 1 and len(rows[0]) <= 2):  # a frame, not a table
            for row in rows:
                for cell in dict.fromkeys(row):
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
                ClauseKind.ROW, " | ".join(_unrepeated(cells)), node, "row", cells=cells,
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
            if node.kind is not ClauseKind.PARAGRAPH or not _DATE_LINE.match(node.text):
                continue
            if not self._closes(index):
                continue
            self._sign(node)
            for above in reversed(self.nodes[max(0, index - 4) : index]):
                plain = above.kind is ClauseKind.PARAGRAPH and not above.children
                if not (
                    plain and len(above.text) <= 40 and not re.search("[。；：，]", above.text)
                ):
                    break
                self._sign(above)

    def _closes(self, index: int) -> bool:
        """A date line signs when it ends the text, or when an issuing body stands above it."""
        node = self.nodes[index]
        above = node.parent
        if above and above.children == [node] and _is_all_heading(above):
            return False  # 二、考试时间 and its date
        before = self.nodes[index - 1] if index else None
        if before and before.kind is ClauseKind.PARAGRAPH and _BODY.search(before.text):
            return True
        for later in self.nodes[index + 1 :]:
            if later.marker == "annex":
                return True
            if later.kind not in (ClauseKind.PARAGRAPH, ClauseKind.SIGNATURE):
                return False
        return True

    def _sign(self, node: _Node) -> None:
        if node.parent is not None:
            node.parent.children.remove(node)
        node.kind, node.parent = ClauseKind.SIGNATURE, None

    # -- plumbing ------------------------------------------------------------------------

    def _add(
        self, kind: ClauseKind, text: str, parent: _Node | None, marker: str = "",
        number: str = "", heading: str = "", cells: tuple[str, ...] = (),
        page: int | None = None,
    ) -> _Node:  # fmt: skip
        node = _Node(len(self.nodes), parent, kind, marker, number, heading, text, cells, page)
        self.nodes.append(node)
        if parent is not None:
            parent.children.append(node)
        return node

    def _top(self, marker: str) -> _Node | None:
        return next((o.node for o in reversed(self.open) if o.marker == marker), None)

    def _pop_while(self, closes: Callable[[_Open], bool]) -> None:
        while self.open and closes(self.open[-1]):
            self.open.pop()


def _is_all_heading(node: _Node) -> bool:
    return bool(node.heading) and node.text.endswith(node.heading)


def _bracketed(rest: str) -> str:
    """The heading of 第三条【申请条件】 or 第三条（申请条件）; "" for none."""
    match = re.match(r"\s*[【\[［（(]([^】\]］）)]{2,20})[】\]］）)]", rest)
    return match.group(1) if match else ""


def _run_in_heading(rest: str, marker: str) -> str:
    """The heading of （二）申领期限。自取得…, of 1．学历类：具有…, or a line that is all heading."""
    rest = rest.strip(" 　")
    most = 40 if marker == "cn" else 18
    if len(rest) <= most and not rest.endswith(("。", "；", ";", "：", ":")):
        return rest
    match = re.match(r"([^。；：:]{2,40})[。：:](?=.)", rest)
    return match.group(1) if match and len(match.group(1)) <= most else ""


def _unrepeated(cells: Sequence[str]) -> list[str]:
    """Cells without the repetitions that a cell merged across columns leaves."""
    return [c for i, c in enumerate(cells) if i == 0 or c != cells[i - 1] or not c]


def sentences(text: str) -> list[str]:
    """Cut at 。！？； and line ends; the pieces joined are the text."""
    return [m for m in _SENTENCE.findall(text) if m]


class _Passages:
    """Cuts the tree into what a person would cite."""

    def __init__(self, nodes: list[_Node]) -> None:
        self.nodes = nodes
        self.passages: list[Passage] = []
        self.pending: list[int] = []  # headings whose characters ride with the next passage

    def build(self) -> list[Passage]:
        front = [n for n in self.nodes if n.kind is ClauseKind.TITLE and n.parent is None]
        if front:
            text = "\n".join(n.text for n in front)
            self._emit("文首", (), text, ClauseKind.TITLE, [n.ordinal for n in front])
        self._siblings([n for n in self.nodes if n.parent is None and n not in front])
        if self.pending and self.passages:  # headings with nothing below them
            last = self.passages[-1]
            names = "\n".join(self.nodes[i].text for i in self.pending)
            self._emit(names[:24], last.path, names, ClauseKind.SECTION, [])
        return self.passages

    def _siblings(self, nodes: Iterable[_Node]) -> None:
        signature: list[_Node] = []
        for node in nodes:
            if node.kind is ClauseKind.SIGNATURE:
                signature.append(node)
                continue
            self._unit(node)
        if signature:
            text = "\n".join(n.text for n in signature)
            self._emit("落款", (), text, ClauseKind.SIGNATURE, [n.ordinal for n in signature])

    def _unit(self, node: _Node) -> None:
        if node.kind is ClauseKind.TABLE:
            self._table(node)
            return
        tables = [n for n in _subtree(node) if n.kind is ClauseKind.TABLE]
        texts = [n for n in _subtree(node) if n.kind not in (ClauseKind.TABLE, ClauseKind.ROW)]
        size = sum(len(n.text) for n in texts)
        units = (ClauseKind.ARTICLE, ClauseKind.QUESTION, ClauseKind.SECTION, ClauseKind.CHAPTER)
        groups = any(c.kind in units for c in node.children)
        most = LONG if node.kind is ClauseKind.QUESTION else SHORT
        if not node.children or (size <= most and not tables and not groups):
            self._text(node, texts)
        elif node.kind in (ClauseKind.PART, ClauseKind.CHAPTER) or groups:
            self._lead(node)
            for child in node.children:
                self._unit(child)
        else:
            self._items(node)

    def _lead(self, node: _Node) -> None:
        """A heading rides with what follows, whose path shows it; other text is a passage."""
        fixed = node.kind in (ClauseKind.PART, ClauseKind.CHAPTER, ClauseKind.SECTION)
        if _is_all_heading(node) or (fixed and not node.text.endswith("。")):
            self.pending.append(node.ordinal)
        else:
            self._text(node, [node])

    def _items(self, node: _Node) -> None:
        """Long units are cut at their items: long items alone, short neighbours together."""
        only_heading = _is_all_heading(node)
        group: list[_Node] = []
        if only_heading or (node.text.endswith(("：", ":")) and len(node.text) <= 60):
            group = [node]
        else:
            self._text(node, [node])

        def flush() -> None:
            nonlocal group
            if group == [node]:
                self.pending.append(node.ordinal)
            elif group:
                self._text(group[1] if group[0] is node else group[0], group, of=node)
            group = []

        for child in node.children:
            size = sum(len(n.text) for n in _subtree(child))
            # （一） in the middle of a question's answer stays with the answer's sentence
            alone = size > ITEM_ALONE or child.kind is ClauseKind.TABLE
            if alone:
                if group and group != [node]:
                    flush()
                elif group == [node] and size <= SHORT and child.kind is not ClauseKind.TABLE:
                    # the lead-in stands with its first item so that no character is lost
                    self._text(child, [node, *_subtree(child)])
                    group = []
                    continue
                elif group == [node] and not only_heading:
                    self._text(node, [node])
                    group = []
                else:
                    flush()
                self._unit(child)
            else:
                if sum(len(n.text) for n in group) + size > SHORT:
                    flush()
                group.extend(_subtree(child))
        flush()

    def _text(self, node: _Node, nodes: list[_Node], of: _Node | None = None) -> None:
        label, path = _label(of or node), _path(of or node)
        if of is not None:
            path = (*path, of.heading) if of.heading else path
            items = [n for n in nodes if n.parent is of and n.number]
            label = _label(items[0]) if items else label
            if len(items) > 1:
                label += f"至{_item_name(items[-1])}"
        text = "\n".join(n.text for n in nodes)
        caption = _lead_in(of or node)
        ordinals = [n.ordinal for n in nodes]
        if len(text) <= LONG:
            self._emit(label, path, text, node.kind, ordinals, caption)
            return
        piece = ""
        for sentence in sentences(text):
            if piece and len(piece) + len(sentence) > LONG * 2 // 3:
                self._emit(label, path, piece.strip("\n"), node.kind, ordinals, caption)
                piece = ""
            piece += sentence
        self._emit(label, path, piece.strip("\n"), node.kind, ordinals, caption)

    def _table(self, node: _Node) -> None:
        count = int(node.number)
        head, body = node.children[:count], node.children[count:]
        header = _joined_header([r.cells for r in head])
        caption = node.text or _table_caption(node, self.nodes)
        base = _label(node.parent) if node.parent else ""
        path = (*_path(node.parent), node.parent.heading) if node.parent else ()
        naming = _naming_column([r.cells for r in body])
        for row in body:
            if not header:
                text = "：".join(_unrepeated(row.cells))
            else:
                pairs = dict.fromkeys(
                    (h, c) for h, c in zip_longest(header, row.cells, fillvalue="") if c.strip()
                )
                text = "；".join(f"{h}：{c}" if h else c for h, c in pairs)
            name = row.cells[naming] if naming < len(row.cells) else ""
            label = f"{base} 表「{name[:16]}」".strip()
            ordinals = [n.ordinal for n in head] + [node.ordinal, row.ordinal]
            self._emit(
                label, tuple(p for p in path if p), text, ClauseKind.ROW, ordinals, caption,
                header, row.cells,
            )  # fmt: skip

    def _emit(
        self, label: str, path: tuple[str, ...], text: str, kind: ClauseKind,
        ordinals: list[int], caption: str = "", header: tuple[str, ...] = (),
        cells: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        clauses = tuple(self.pending) + tuple(ordinals)
        self.pending = []
        self.passages.append(
            Passage(len(self.passages), label, path, text, kind, clauses, header, cells, caption)
        )


def _subtree(node: _Node) -> list[_Node]:
    found = [node]
    for child in node.children:
        found += _subtree(child)
    return found


def _path(node: _Node | None) -> tuple[str, ...]:
    """Headings above a node, outermost first, its own excluded."""
    names: list[str] = []
    above = node.parent if node else None
    while above is not None:
        fixed = above.kind in (ClauseKind.PART, ClauseKind.CHAPTER, ClauseKind.SECTION)
        name = above.text if fixed else above.heading
        if name:
            names.append(re.sub(r"\s+", " ", name))
        above = above.parent
    return tuple(reversed(names))


def _label(node: _Node | None) -> str:
    """How an official names the place: 第八条（二）, 三、购房补贴（二）, 问5."""
    parts: list[str] = []
    while node is not None:
        if node.marker == "article":
            return node.number + "".join(parts)
        if node.marker == "ask":
            return (node.number or "问") + "".join(parts)
        if node.kind is ClauseKind.QUESTION:
            return (node.heading or node.text)[:24]
        top = node.kind is ClauseKind.ARTICLE
        if top:
            name = node.heading if len(node.heading) <= 16 else node.heading[:14] + "…"
            return f"{node.number}{name}" + "".join(parts)
        if node.kind in (ClauseKind.SECTION, ClauseKind.CHAPTER, ClauseKind.PART):
            if not parts:
                return node.text[:24]
            return f"{(node.heading or node.text)[:16]} {''.join(parts)}"
        if node.number and node.marker != "table":
            parts.insert(0, _item_name(node))
        node = node.parent
    return "".join(parts) or "正文"


def _item_name(node: _Node) -> str:
    """（二） stays as written; an arabic 3． is spoken of as 第3项."""
    return f"第{node.number.rstrip('．.、 ')}项" if node.marker == "d" else node.number


def _lead_in(node: _Node) -> str:
    """The sentence that an item completes: the parent's own words, when they end in a colon."""
    parent = node.parent
    if parent is None or parent.kind in (ClauseKind.PART, ClauseKind.CHAPTER):
        return ""
    own = parent.text.rstrip()
    return own if own.endswith(("：", ":")) and len(own) <= 120 else ""


def _table_caption(node: _Node, nodes: list[_Node]) -> str:
    """The line before a table, when it leads into it (…见下表：, 单位：万元, 附表)."""
    lines: list[str] = []
    for above in reversed(nodes[max(0, node.ordinal - 2) : node.ordinal]):
        leads = above.text.endswith(("：", ":")) or re.match("[（(]?单位", above.text)
        if above.kind in (ClauseKind.ROW, ClauseKind.TABLE) or not (
            leads or (len(above.text) <= 40 and "表" in above.text)
        ):
            break
        lines.insert(0, above.text)
    return " ".join(lines)


def _naming_column(rows: Sequence[tuple[str, ...]]) -> int:
    """The first column that tells the rows apart and is not a running number."""
    width = min((len(r) for r in rows), default=0)
    for column in range(width):
        values = [r[column] for r in rows]
        if len(set(values)) == len(values) and not all(v.strip().isdigit() for v in values):
            return column
    return 0


def _joined_header(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Column names of a header of one or more rows: 「补贴标准/每月」 where they differ."""
    if not rows:
        return ()
    columns = []
    for column in zip_longest(*rows, fillvalue=""):
        columns.append("/".join(dict.fromkeys(c for c in column if c)))
    return tuple(columns)

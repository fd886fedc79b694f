"""Clause tree -> passages: what a person would cite.

An article or an item of it, a table row under its header, a question with its answer. Long
clauses are cut at their items, which keep their lead-in; short neighbours stand together.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from itertools import zip_longest

from knowledge.documents import ClauseKind, Passage
from knowledge.nodes import Node, is_all_heading, unrepeated

SHORT = 160
"""Characters up to which a numbered unit with its items stays one passage."""
LONG = 420
"""Characters above which a paragraph is cut at sentence ends."""
ITEM_ALONE = 36
"""An item this long is cited by itself; shorter neighbours are grouped."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]?")


def sentences(text: str) -> list[str]:
    """Cut at 。！？； and line ends; the pieces joined are the text."""
    return [m for m in _SENTENCE.findall(text) if m]


def cut(nodes: list[Node], without: Container[int] = ()) -> list[Passage]:
    """The passages of a clause tree, in reading order.

    Args:
        without: ordinals of clauses at the top that stand in no passage.
    """
    return _Passages(nodes, without).build()


class _Passages:
    """Cuts the tree into what a person would cite."""

    def __init__(self, nodes: list[Node], without: Container[int]) -> None:
        self.nodes, self.without = nodes, without
        self.passages: list[Passage] = []
        self.pending: list[int] = []  # headings whose characters ride with the next passage

    def build(self) -> list[Passage]:
        top = [n for n in self.nodes if n.parent is None and n.ordinal not in self.without]
        front = [n for n in top if n.kind is ClauseKind.TITLE]
        if front:
            text = "\n".join(n.text for n in front)
            self._emit("文首", (), text, ClauseKind.TITLE, [n.ordinal for n in front])
        self._siblings([n for n in top if n.kind is not ClauseKind.TITLE])
        if self.pending and self.passages:  # headings with nothing below them
            last = self.passages[-1]
            names = "\n".join(self.nodes[i].text for i in self.pending)
            self._emit(names[:24], last.path, names, ClauseKind.SECTION, [])
        return self.passages

    def _siblings(self, nodes: Iterable[Node]) -> None:
        signature: list[Node] = []
        for node in nodes:
            if node.kind is ClauseKind.SIGNATURE:
                signature.append(node)
                continue
            self._unit(node)
        if signature:
            text = "\n".join(n.text for n in signature)
            self._emit("落款", (), text, ClauseKind.SIGNATURE, [n.ordinal for n in signature])

    def _unit(self, node: Node) -> None:
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

    def _lead(self, node: Node) -> None:
        """A heading rides with what follows, whose path shows it; other text is a passage."""
        fixed = node.kind in (ClauseKind.PART, ClauseKind.CHAPTER, ClauseKind.SECTION)
        if is_all_heading(node) or (fixed and not node.text.endswith("。")):
            self.pending.append(node.ordinal)
        else:
            self._text(node, [node])

    def _items(self, node: Node) -> None:
        """Long units are cut at their items: long items alone, short neighbours together."""
        only_heading = is_all_heading(node)
        group: list[Node] = []
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

    def _text(self, node: Node, nodes: list[Node], of: Node | None = None) -> None:
        label, path = _label(of or node), _path(of or node)
        if of is not None:
            path = (*path, of.heading) if of.heading else path
            items = [n for n in nodes if n.parent is of and n.number]
            label = _label(items[0]) if items else label
            if len(items) > 1:
                label += f"至{_item_name(items[-1])}"
        text = "\n".join(n.text for n in nodes)
        # items that stand without their clause's own words are completed by these
        caption = _lead_in(nodes[0] if of not in (None, nodes[0]) else of or node)
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

    def _table(self, node: Node) -> None:
        count = int(node.number)
        head, body = node.children[:count], node.children[count:]
        header = _joined_header([r.cells for r in head])
        caption = node.text or _table_caption(node, self.nodes)
        base = _label(node.parent) if node.parent else ""
        path = (*_path(node.parent), node.parent.heading) if node.parent else ()
        naming = _naming_column([r.cells for r in body])
        for row in body:
            if not header:
                text = "：".join(unrepeated(row.cells))
            else:
                pairs = dict.fromkeys(
                    (h, c) for h, c in zip_longest(header, row.cells, fillvalue="") if c.strip()
                )
                named = (with_unit(h, c, caption) for h, c in pairs)
                text = "；".join(f"{h}：{c}" if h else c for h, c in named)
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


def _subtree(node: Node) -> list[Node]:
    found = [node]
    for child in node.children:
        found += _subtree(child)
    return found


def _path(node: Node | None) -> tuple[str, ...]:
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


def _label(node: Node | None) -> str:
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
            if parts and _holds(parts[0], node):
                return f"{name} {''.join(parts)}".strip()
            apart = " " if node.marker.startswith("dd") and name else ""
            return f"{node.number}{apart}{name}" + "".join(parts)
        if node.kind in (ClauseKind.SECTION, ClauseKind.CHAPTER, ClauseKind.PART):
            if not parts:
                return node.text[:24]
            return f"{(node.heading or node.text)[:16]} {''.join(parts)}"
        if node.number and node.marker != "table" and not (parts and _holds(parts[0], node)):
            parts.insert(0, _item_name(node))
        node = node.parent
    return "".join(parts) or "正文"


def _holds(number: str, above: Node) -> bool:
    """Does 2.1.2 say already that it stands below 2.1 or 2?"""
    plain = above.number.rstrip("．.、 ")
    return plain[:1].isdecimal() and re.match(rf"{re.escape(plain)}[.．]\d", number) is not None


def _item_name(node: Node) -> str:
    """（二） stays as written; an arabic 3． is spoken of as 第3项."""
    return f"第{node.number.rstrip('．.、 ')}项" if node.marker == "d" else node.number


def _lead_in(node: Node) -> str:
    """The sentence that an item completes: the parent's own words, when they end in a colon."""
    parent = node.parent
    if parent is None or parent.kind in (ClauseKind.PART, ClauseKind.CHAPTER):
        return ""
    own = parent.text.rstrip()
    return own if own.endswith(("：", ":")) and len(own) <= 120 else ""


def _table_caption(node: Node, nodes: list[Node]) -> str:
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


def with_unit(header: str, cell: str, caption: str = "") -> tuple[str, str]:
    """A column's name and a cell, with the unit that stands in the header or above the table.

    >>> with_unit("信用贷额度（个人，万元）", "20"), with_unit("标准", "1,500", "单位：元/月")
    (('信用贷额度（个人）', '20万元'), ('标准', '1,500元/月'))
    >>> with_unit("租房补贴（元/月）", "1200")
    ('租房补贴', '1200元/月')
    >>> with_unit("人数", "20", "单位：万元"), with_unit("标准（万元）", "一事一议")
    (('人数', '20'), ('标准（万元）', '一事一议'))
    """
    if not _BARE_NUMBER.fullmatch(cell.strip()):
        return header, cell
    if match := _UNIT_IN_HEADER.search(header):
        rest = f"（{match[1]}）" if match[1] else ""
        return header[: match.start()] + rest, cell.strip() + match[2]
    if (match := _UNIT_ABOVE.search(caption)) and not _COUNTS.search(header):
        return header, cell.strip() + match[1]
    return header, cell


_UNIT = r"(?:亿|万|千|百)?元(?:[/／每][人年月天次户])*|平方米|㎡|个?月|年|天|个?工作日|人|名|分"
_BARE_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:\s*[-—~～至]\s*\d[\d,]*(?:\.\d+)?)?")
_UNIT_IN_HEADER = re.compile(
    rf"[（(](?:([^（）()]*?)[，,、：:]\s*)?(?:单位[：:]\s*)?({_UNIT})[）)]\s*$"
)
_UNIT_ABOVE = re.compile(r"单位[：:]\s*(?:人民币)?((?:亿|万|千|百)?元(?:[/／每][人年月天次户])*)")
_COUNTS = re.compile(
    r"序号|编号|人数|名额|数量|年限|期限|次数|比例|年龄|面积|年度|电话|[年月]份|排名"
)
"""Columns that hold no money, whatever stands above the table."""


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

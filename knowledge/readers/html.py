"""Web pages: the text of the paper without the site around it."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from knowledge.documents import Block, BlockKind, Reading, Unreadable
from knowledge.readers.decoding import Decoded, decode
from knowledge.readers.grids import (
    MAX_CELLS,
    Cell,
    TooLarge,
    cell_text,
    fill,
    header_depth,
    table_blocks,
)
from knowledge.readers.marks import STRUCK, raised
from knowledge.readers.numbering import in_format
from knowledge.readers.wrapping import ends_sentence, glue, starts_paragraph

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DROPPED = (
    "script,style,noscript,template,nav,footer,aside,iframe,object,embed,svg,canvas,select,option,"
    "button,input,textarea,audio,video,map,link,meta"
)
_BLOCKS = {
    *("html", "body", "div", "p", "section", "article", "main", "header", "form", "fieldset"),
    *("center", "blockquote", "pre", "address", "dl", "dt", "dd", "ul", "ol", "li", "figure"),
    *("figcaption", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "caption", "thead"),
    *("tbody", "tfoot", "tr", "td", "th", "details", "summary"),
}
_HOLDERS = {
    *("body", "div", "section", "article", "main", "form", "center", "td", "tr", "tbody"),
    *("table", "font", "span"),
}
_CONTENT = re.compile(
    r"^(?:zoom|ucap-content|trs_editor|trs_ueditor|news_content|article-content|article_content|"
    r"articlecontent|content_body|artibody|js_content|vsb_content|pages_content|contenttext|"
    r"txtcontent|zhengwen|conzt|bt_content|view|trs_editor_view)$",
    re.IGNORECASE,
)
_NOISE = {
    *("nav", "navbar", "navigation", "navi", "menu", "submenu", "crumb", "crumbs", "location"),
    *("breadcrumb", "breadcrumbs", "position", "weizhi", "dqwz", "footer", "foot", "bottom"),
    *("copyright", "share", "bdshare", "bdsharebuttonbox", "sidebar", "side", "login", "hot"),
    *("search", "related", "relate", "recommend", "comment", "comments", "toolbar", "tools"),
    *("pagination", "pager", "banner", "ad", "ads", "adv", "advert", "qrcode", "ewm", "rank"),
    *("hotnews", "friendlink", "links", "friend", "friendlinks", "gotop", "backtop", "totop"),
    *("header", "top", "topbar", "head", "masthead", "print", "dayin"),
}
_JUNK = re.compile(
    r"(?:您?的?(?:当前|现在|目前|所在)*(?:的|所在)?位置[：:]|您的?位置|当前位置|首页\s*[>›»]|分享(?:到|至)|【?(?:打印|关闭)|"
    r"[\[【]?(?:我要)?(?:内容)?(?:纠错|收藏|打印本页|关闭窗口|返回顶部)|上一[篇页条]|下一[篇页条]|"
    r"字(?:体|号)[：:]?\s*[\[【(（]?\s*[大小中]|设为首页|加入收藏|版权所有|网站标识码|.{0,12}ICP备|"
    r"(?:主办|承办|技术支持|网站管理)(?:单位)?[：:]|Copyright|扫一扫|相关(?:阅读|新闻|链接|文章|推荐)$|"
    r"更多>>|\[?(?:大|中|小)\]?\s*\[?(?:大|中|小)\]?\s*\[?(?:大|中|小)\]?$)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:信息|文章|稿件)?(?:来源|出处)|发[布文](?:时间|日期|机[构关]|单位)|(?:索引|文)号|发文字号|成文日期|"
    r"(?:信息)?(?:提供|公开)日期|生成日期|日期[：:]|时间[：:]|有效性|20\d\d[-/年]\d{1,2}[-/月]\d"
)
# The card that open-government pages put above a paper.
_CARD = re.compile(r"索引号[:：]|发文字号|文号[:：]|发文日期[:：]")
_ATTACHED = re.compile(r"附\s*[件表]|\.(?:docx?|xlsx?|pdf|zip|rar|wps|ofd|et)\b", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:办法|规定|通知|公告|通告|公示|意见|细则|条例|方案|指南|指引|决定|措施|须知|规划|要点|批复|函|"
    r"解读|问答|清单|目录|政策)(?:[（(].{1,20}[)）])?$|[〔\[［（(]\d{4}[〕\]］）)]\s*(?:第\s*)?\d+\s*号$"
)
_PAGE_NUMBER = re.compile(r"[-—–－]\s*\d{1,4}\s*[-—–－]")
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…]"
_BETWEEN_WIDE = re.compile(rf"(?<={_WIDE}) *\n[ \n]*(?={_WIDE})")
_LIST_KINDS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_NUMBERED = re.compile(r"\s*(?:\d+[．.、)）]|[（(]|第|[一二三四五六七八九十]+、|[①-⑳])")


def read(data: bytes, name: str) -> Reading:
    """Read a saved page or web archive; its ``<title>`` goes into the metadata."""
    from selectolax.lexbor import LexborHTMLParser

    decoded = _decoded(data)
    if _seems_deeper(decoded.text):
        raise TooLarge("elements nested without end")
    tree = LexborHTMLParser(decoded.text.replace("\x00", ""))
    body = tree.body
    framed = bool(tree.css("frame,iframe[src]"))
    if body is None and framed:
        raise Unreadable(name, _FRAMED)
    if body is None:
        raise Unreadable(name, "网页里没有正文；请在浏览器中打开原网页，另存为完整网页后上传")
    if _is_deeper(body, DEEPEST):
        raise TooLarge(f"elements nested more than {DEEPEST} deep")
    named = tree.css_first("title")
    title = "" if named is None else _spaced(named.text())
    if inside := _carried(body):
        return replace(read(inside, name), metadata={"title": title} if title else {})
    struck = _settle_marks(body)
    unseen = _prune(body)
    holder = _holder(body)
    flow = _Flow(holder)
    flow.walk(body)
    flow.flush()
    blocks = tuple(_kept(flow.found, title))
    _refuse_other_page(blocks, name)
    if framed and sum(len(_CHINESE.findall(b.text)) for b in blocks) < _LEAST_OF_A_PAPER:
        raise Unreadable(name, _FRAMED)
    if not blocks:
        raise Unreadable(
            name, "网页里没有读到正文，可能正文是图片或由脚本生成；请复制正文到 Word 后上传"
        )
    notes = list(decoded.notes)
    if struck:
        notes.append(STRUCK.format(struck))
    if unseen:
        notes.append(f"网页里有 {unseen} 处隐藏的文字没有读入，请核对")
    if images := len(holder.css("img")):
        notes.append(f"网页正文里有 {images} 张图片，图片里的文字没有读入，请核对")
    return Reading("html", blocks, tuple(notes), {"title": title} if title else {})


_FRAMED = (
    "网页由框架拼成，正文在框架里的另一个页面，没有存下来；请在正文上点右键，选“在新标签页中打开框架”，"
    "再另存后上传"
)
_LEAST_OF_A_PAPER = 40
"""Chinese characters; what a page says beside its frames is shorter, a paper is longer."""
_MARKUP = re.compile(r"<(?:p|div|br|span|table|font)\b", re.IGNORECASE)


def _carried(body: Any) -> bytes:
    """A paper that its page carries as the value of a field, for a script to show; b"" for none."""
    best = ""
    for node in body.css('textarea,input[type="hidden"],script[type="text/html"],xmp'):
        held = node.attributes.get("value") or node.text() or ""
        if _MARKUP.search(held) and len(_CHINESE.findall(held)) > len(_CHINESE.findall(best)):
            best = held
    size = len(_CHINESE.findall(best))
    if size < _LEAST_OF_A_PAPER:
        return b""
    shown = sum(
        len(_CHINESE.findall(node.text_content or ""))
        for node in body.traverse(include_text=True)
        if node.tag == "-text" and node.parent is not None
        and node.parent.tag not in ("textarea", "script", "style", "xmp", "a", "option")
    )  # fmt: skip
    return f"<html><body>{best}</body></html>".encode() if size > 2 * shown else b""


def _refuse_other_page(blocks: Sequence[Block], name: str) -> None:
    """A download, login or error page saved in the place of a paper is none."""
    text = "".join(block.text for block in blocks) + "".join(
        cell for block in blocks for row in block.rows for cell in row
    )
    suffix = PurePath(name).suffix.lower()
    if suffix in _PAPER_SUFFIXES and len(_CHINESE.findall(text)) < 20:
        raise Unreadable(
            name,
            f"文件名是 {suffix}，内容却是一张没有中文正文的网页，"
            "多半是存下了下载页、登录页或错误页；请到原网站重新下载文件本身后上传",
        )
    if len(text) < 200 and _ERROR_PAGE.search(text):
        raise Unreadable(
            name, "存下的是网站的出错或验证页面，没有政策正文；请重新打开原网页后再保存"
        )


_PAPER_SUFFIXES = (
    ".pdf",
    ".doc",
    ".docx",
    ".wps",
    ".xls",
    ".xlsx",
    ".ofd",
    ".jpg",
    ".jpeg",
    ".png",
)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_ERROR_PAGE = re.compile(
    r"\b40[34]\b|Not Found|Access Denied|页面(?:不存在|已删除|找不到)|找不到.{0,8}(?:页|文件)|"
    r"访问验证|请(?:启用|开启).{0,4}JavaScript",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)(div|span|font|b|i|u|em|strong|table|ul|ol|section|article|blockquote)\b")
_TAGS_OPEN = 3000


def _seems_deeper(text: str) -> bool:
    """Are thousands of elements open at once? Told before parsing, which takes their square."""
    depth = 0
    for closing, _ in _TAG.findall(text):
        depth = max(depth + (-1 if closing else 1), 0)
        if depth > _TAGS_OPEN:
            return True
    return False


DEEPEST = 400
"""Nested elements; pages made by editors and mail programs stay far below it."""


def _is_deeper(top: Any, limit: int) -> bool:
    """Are elements nested deeper than a limit? Without recursion, each node seen once."""
    node, depth = top, 0
    while node is not None:
        if node.child is not None:
            node, depth = node.child, depth + 1
            if depth > limit:
                return True
            continue
        while node.next is None:
            node, depth = node.parent, depth - 1
            if node is None or depth <= 0:
                return False
        node = node.next
    return False


def fragment(markup: str) -> list[Block]:
    """The blocks of a piece of markup that is all content."""
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(markup).body
    if body is None:
        return []
    body.strip_tags(["script", "style"])
    flow = _Flow(body)
    flow.walk(body)
    flow.flush()
    return [block for block, _ in flow.found]


def is_archived_page(data: bytes) -> bool:
    """Is it a web page saved with its pictures as one file (.mht)?"""
    head = data[: 16 * 1024].lower()
    begins = re.match(rb"\s*(?:[a-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,12}?mime-version:", head)
    saved = b"multipart/related" in head or b"content-location:" in head
    return begins is not None and saved and b"received:" not in head


def _decoded(data: bytes) -> Decoded:
    if is_archived_page(data):
        message = email.message_from_bytes(data, policy=email.policy.default)
        for part in message.walk():
            if part.get_content_type() == "text/html":
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes):
                    return decode(payload, part.get_content_charset() or "")
    match = _CHARSET.search(data[:4096])
    return decode(data, match[1].decode("ascii") if match else "")


# -- what is the paper, what is the site ---------------------------------------------------


def _settle_marks(body: Any) -> int:
    """Take out what is struck, and part raised numbers from figures; in how many places struck."""
    found = [node for node in body.css("s,strike,del,[style]") if _is_struck(node)]
    outermost = [node for node in found if not any(map(_is_struck, _above(node)))]
    struck = sum(bool(node.text().strip()) for node in outermost)
    for node in outermost:
        node.decompose()
    for node in body.css("sup"):
        if _is_mark(node):
            before = node.prev.text() if node.prev is not None else ""
            node.replace_with(raised(node.text(), before))
    return struck


def _above(node: Any) -> Iterator[Any]:
    while (node := node.parent) is not None:
        yield node


def _is_struck(node: Any) -> bool:
    style = re.sub(r"\s", "", node.attributes.get("style") or "").lower()
    return node.tag in ("s", "strike", "del") or "line-through" in style


def _is_mark(node: Any) -> bool:
    """Is a raised number beside other text? Some pages raise whole lines."""
    holder = node.parent
    while holder is not None and holder.tag not in _BLOCKS:
        holder = holder.parent
    if holder is None or not re.fullmatch(r"\s*\d{1,3}\s*", node.text()):
        return False
    return sum(map(_size, holder.css("sup"))) < 0.5 * _size(holder)


def _prune(body: Any) -> int:
    """Take out what is never text of the paper; returns how many hidden texts of some length."""
    for node in body.css("td input[value]"):
        held = (node.attributes.get("value") or "").strip()
        if node.attributes.get("type") in (None, "", "text") and _FILLED_IN.match(held):
            node.replace_with(held)  # what a form shows of a paper: its 文号
    for node in body.css(_DROPPED):
        node.decompose()
    unseen = 0
    for node in body.css("[style],[hidden]"):
        if node.tag not in ("body", "html") and _is_hidden(node) and not _is_folded(node):
            unseen += _weight(node) >= _LEAST_OF_A_PAPER  # a menu's words are links
            node.decompose()
    whole = max(_size(body), 1)
    for node in body.css("[class],[id],header"):
        if node.tag in ("body", "html") or not _names(node) & _NOISE:
            continue
        # A careless site calls the whole page "top"; a paper's own title is kept in any case.
        if _size(node) < 0.3 * whole and not _holds_paper(node):
            node.decompose()
    for node in body.css("ul,ol,dl,table,tr,td,div,p"):
        if node.parent is not None and _is_link_list(node):
            node.decompose()
    return unseen


_FILLED_IN = re.compile(r"(?!请|输入|搜索|关键)(?=.*[\u4e00-\u9fff]).{2,80}$")
_POPUP = re.compile(r"pop|modal|dialog|layer|mask|login|menu|tips?$|toast|share|qr", re.IGNORECASE)


def _is_hidden(node: Any) -> bool:
    style = re.sub(r"\s", "", node.attributes.get("style") or "").lower()
    return "hidden" in node.attributes or "display:none" in style


def _is_folded(node: Any) -> bool:
    """Is it one of several parts that a click unfolds: an answer below its question, a tab?"""
    name = node.attributes.get("class") or ""
    if node.parent is None or len(_CHINESE.findall(node.text())) < 8:
        return False
    if _POPUP.search(f"{name} {node.attributes.get('id') or ''}") or _is_link_list(node):
        return False
    alike = [
        other
        for other in node.parent.iter()
        if other.tag == node.tag and (other.attributes.get("class") or "") == name
    ]
    return len(alike) > 1


def _names(node: Any) -> set[str]:
    raw = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    parts = re.split(r"[\s_\-]+|(?<=[a-z])(?=[A-Z])|\d+", raw)
    names = {part.lower() for part in parts if part}
    return names | {"header"} if node.tag == "header" else names


def _holds_paper(node: Any) -> bool:
    if len(node.css("a")) < 3 and (node.css_first("h1") is not None or _CARD.search(_bare(node))):
        return True
    return any(_CONTENT.match(inner.attributes.get("id") or "") for inner in node.css("[id]"))


def _bare(node: Any) -> str:
    return re.sub(r"\s+", "", node.text())


def _size(node: Any) -> int:
    return len(_bare(node))


def _is_link_list(node: Any) -> bool:
    links = node.css("a")
    if len(links) < 2:
        return False
    if any(_ATTACHED.search((a.attributes.get("href") or "") + a.text()) for a in links):
        return False
    linked = sum(_size(link) for link in links)
    return linked > 0.6 * _size(node) and _size(node) - linked < 80


def _weight(node: Any) -> int:
    """How much running text a node holds: link texts, dates and button labels count nothing."""
    total = 0
    for text in node.traverse(include_text=True) if node.tag != "-text" else (node,):
        if text.tag == "-text" and (text.parent is None or text.parent.tag != "a"):
            length = len(re.sub(r"\s+", "", text.text_content or ""))
            total += length if length >= 12 else 0
    return total


def _holder(body: Any) -> Any:
    """The innermost element that holds practically all running text."""
    whole = _weight(body)
    for node in body.css("[id],[class]"):
        marks = [node.attributes.get("id") or "", *(node.attributes.get("class") or "").split()]
        if any(_CONTENT.match(mark) for mark in marks) and _weight(node) >= 0.75 * whole:
            return node
    node = body
    while True:
        inner = [child for child in node.iter() if child.tag in _HOLDERS]
        best = max(inner, key=_weight, default=None)
        if best is None or whole == 0 or _weight(best) < 0.93 * whole:
            return node
        if best.tag == "table" and not _is_layout(best):
            return node
        node = best


def _kept(found: Sequence[tuple[Block, str]], title: str) -> Iterator[Block]:
    """The paper's blocks, and from around it only its title and what is said about it."""
    lead = sum(place == "before" for _, place in found)
    above: Block | None = None
    page_turned = False
    for index, (block, place) in enumerate(found):
        if not _belongs(block, place, title, near=lead - index <= 8):
            continue
        if _PAGE_NUMBER.fullmatch(block.text):
            page_turned = True
            continue
        if place == "before":
            block = replace(block, text=block.text.lstrip("■◆●★▪· "))
        if above and page_turned and _goes_on(above, block):
            above = replace(above, text=glue(above.text, block.text))
        else:
            if above:
                yield above
            above = block
        page_turned = False
    if above:
        yield above


def _belongs(block: Block, place: str, title: str, *, near: bool) -> bool:
    if block.kind is BlockKind.TABLE:
        cells = (re.sub(r"\s", "", cell) for row in block.rows for cell in row)
        return place == "inside" or (place == "before" and any(map(_ABOUT.match, cells)))
    bare = re.sub(r"\s", "", block.text)
    short = len(bare) < 90
    if short and _JUNK.match(block.text):
        return False
    if place == "inside":
        return True
    if place == "after":
        return short and bool(_ATTACHED.match(block.text))
    names_paper = len(bare) > 6 and bool(title) and (block.text in title or title in block.text)
    looks_so = near and short and bool(_TITLE.search(bare))
    return names_paper or looks_so or (short and bool(_ABOUT.search(bare)))


def _goes_on(above: Block, below: Block) -> bool:
    """True when a page of a converted paper ended within a paragraph."""
    both = above.kind is below.kind is BlockKind.PARAGRAPH
    return (
        both
        and len(above.text) > 20
        and not ends_sentence(above.text)
        and not starts_paragraph(below.text)
    )


# -- flow ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Flow:
    """Collects blocks in reading order, each with where it stands: before, inside or after."""

    holder: Any
    found: list[tuple[Block, str]] = field(default_factory=list)
    _text: str = ""
    _heading: int = 0
    _number: str = ""
    _place: str = "before"

    def walk(self, node: Any) -> None:
        """Visit an element's children."""
        holding = node.mem_id == self.holder.mem_id
        if holding:
            self.flush()
            self._place = "inside"
        for child in node.iter(include_text=True):
            self._visit(child)
        if holding:
            self.flush()
            self._place = "after"

    def _visit(self, node: Any) -> None:
        tag = node.tag
        if tag == "-text":
            self._add(node)
        elif tag == "br":
            if self._heading:
                self._text += "\n"
            else:
                self.flush()
        elif tag == "table":
            self.flush()
            self._table(node)
        elif tag == "li":
            self.flush()
            self._number = _list_number(node)
            self.walk(node)
            self.flush()
            self._number = ""
        elif re.fullmatch(r"h[1-6]", tag or ""):
            self.flush()
            self._heading = int(tag[1])
            self.walk(node)
            self.flush()
            self._heading = 0
        elif tag in _BLOCKS:
            self.flush()
            self.walk(node)
            self.flush()
        elif tag and not tag.startswith(("-", "_", "!")):
            self.walk(node)

    def _add(self, node: Any) -> None:
        raw = node.text_content or ""
        if node.parent is not None and node.parent.tag == "pre":
            for index, line in enumerate(raw.split("\n")):
                if index:
                    self.flush()
                self._text += line
            return
        self._text += re.sub(r"[ \t\r\n\f]+", lambda m: "\n" if "\n" in m[0] else " ", raw)

    def flush(self) -> None:
        """End the paragraph that is being collected."""
        text = _spaced(self._text)
        self._text = ""
        if not text:
            return
        if self._number and not _NUMBERED.match(text):
            text = self._number + text
        self._number = ""
        kind = BlockKind.HEADING if self._heading else BlockKind.PARAGRAPH
        self.found.append((Block(kind, text, self._heading), self._place))

    def _table(self, table: Any) -> None:
        if self._holds_holder(table) or _is_layout(table):
            self.walk(table)
            return
        cells, header = _cells(table)
        caption = table.css_first("caption")
        blocks = table_blocks(
            fill(cells),
            header or header_depth(cells),
            caption=_spaced(caption.text()) if caption is not None else "",
        )
        self.found.extend((block, self._place) for block in blocks)

    def _holds_holder(self, table: Any) -> bool:
        node = self.holder
        while node is not None:
            if node.mem_id == table.mem_id:
                return True
            node = node.parent
        return False


def _own_rows(table: Any) -> list[tuple[Any, bool]]:
    """The rows of a table but not of tables within it, each with whether it is in ``thead``."""
    rows: list[tuple[Any, bool]] = []
    for child in table.iter():
        if child.tag == "tr":
            rows.append((child, False))
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows.extend((row, child.tag == "thead") for row in child.iter() if row.tag == "tr")
    return rows


def _cells(table: Any) -> tuple[list[Cell], int]:
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    header = 0
    rows = _own_rows(table)
    for at, (row, in_head) in enumerate(rows):
        column = 0
        own = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        if header == at and (in_head or (own and all(cell.tag == "th" for cell in own))):
            header += 1
        for cell in own:
            if len(taken) > MAX_CELLS:
                return cells, header
            while (at, column) in taken:
                column += 1
            height = _span(cell, "rowspan") or len(rows) - at
            height, width = min(height, len(rows) - at), _span(cell, "colspan") or 1
            flow = _Flow(cell)
            flow.walk(cell)
            flow.flush()
            text = cell_text([block for block, _ in flow.found])
            cells.append(Cell(at, column, text, height, width))
            taken.update((at + r, column + c) for r in range(height) for c in range(width))
            column += width
    return cells, header


def _span(cell: Any, name: str) -> int:
    """A span attribute; 0 means to the end, and nonsense means 1."""
    raw = (cell.attributes.get(name) or "1").strip()
    return min(int(raw), 60) if raw.isdigit() else 1


def _is_layout(table: Any) -> bool:
    """True for a table that only places things on the page."""
    if (table.attributes.get("role") or "") == "presentation":
        return True
    rows = [
        [cell for cell in row.iter() if cell.tag in ("td", "th")] for row, _ in _own_rows(table)
    ]
    whole = max(_size(table), 1)
    if any(_size(nested) > 0.4 * whole for nested in table.css("table")[1:]):
        return True
    filled = [[cell for cell in row if _size(cell)] for row in rows]
    if all(len(row) <= 1 for row in filled) and not any(len(row) > 1 for row in rows[:1]):
        return True
    sizes = [_size(cell) for row in filled for cell in row]
    return max(sizes, default=0) > max(800, 0.7 * whole)


def _list_number(item: Any) -> str:
    parent = item.parent
    if parent is None or parent.tag != "ol":
        return ""
    style = parent.attributes.get("style") or ""
    if "list-style" in style and "none" in style:
        return ""
    start = (parent.attributes.get("start") or "1").strip()
    number = int(start) - 1 if start.lstrip("-").isdigit() else 0
    for sibling in parent.iter():
        if sibling.tag == "li":
            fixed = (sibling.attributes.get("value") or "").strip()
            number = int(fixed) if fixed.isdigit() else number + 1
            if sibling.mem_id == item.mem_id:
                break
    kind = _LIST_KINDS.get(parent.attributes.get("type") or "", "decimal")
    return f"{in_format(number, kind)}．"


def _spaced(text: str) -> str:
    """One line; line ends of the source vanish between Chinese characters."""
    text = text.replace("\u00a0", " ").replace("\u200b", "").replace("\ufeff", "")
    text = _BETWEEN_WIDE.sub("", text.strip(" \n\u3000\t"))
    parts = [part.strip(" \t") for part in text.split("\n")]
    joined = ""
    for part in parts:
        joined = glue(joined, part) if part else joined
    return re.sub(r"[ \t]{2,}", " ", joined)

"""Markdown, by its tokens: what the marks mean is kept, the marks are not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from knowledge.documents import Block, BlockKind, Reading
from knowledge.readers.decoding import decode
from knowledge.readers.grids import Cell, fill, table_blocks
from knowledge.readers.marks import STRUCK
from knowledge.readers.wrapping import ends_sentence, glue, starts_paragraph

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z_]+)\s*:\s*(.+?)\s*$", re.MULTILINE)
# CommonMark leaves **…** standing where it touches Chinese punctuation; writers mean bold.
_FOOTNOTE = re.compile(r"^[ ]{0,3}\[\^([^\]\s]+)\]:[ \t]*", re.MULTILINE)
_STRUCK = re.compile(r"~~(?=\S)[^~\n]+?(?<=\S)~~")
_LEFT_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")


def read(data: bytes, name: str) -> Reading:
    """Read a Markdown file; front matter fields become metadata."""
    from markdown_it import MarkdownIt

    decoded = decode(data)
    text, metadata = decoded.text, {}
    if match := _FRONT.match(text):
        metadata = {key.lower(): found.strip("\"'") for key, found in _FIELD.findall(match[1])}
        text = text[match.end() :] if metadata else text
    text, struck = _STRUCK.subn("", text)
    text = _with_footnotes(text)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    notes = (*decoded.notes, STRUCK.format(struck)) if struck else decoded.notes
    return Reading("markdown", tuple(_blocks(tokens)), notes, metadata)


def _with_footnotes(text: str) -> str:
    """The text with its footnotes in it: CommonMark takes their lines for the aims of links."""
    named = set(_FOOTNOTE.findall(text))
    if not named:
        return text
    text = _FOOTNOTE.sub(lambda m: f"\n注[{m[1]}]：" if m[1].isdecimal() else "\n注：", text)
    return re.sub(r"\[\^([^\]\s]+)\]", lambda m: f"\\[{m[1]}\\]" if m[1] in named else m[0], text)


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    marker = ""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "table_open":
            end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
            yield from _table(tokens[at:end])
            at = end
        elif token.type == "list_item_open":
            # info holds the number as written; bullets have none.
            marker = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "inline":
            opener = tokens[at - 1]
            texts = _paragraphs(_lines(token))
            if opener.type == "heading_open":
                title = ""
                for text in texts:
                    title = glue(title, text)
                texts = [title] if title else []
            for text in texts:
                if opener.type == "heading_open":
                    yield Block(BlockKind.HEADING, marker + text, int(opener.tag[1]))
                else:
                    yield Block(BlockKind.PARAGRAPH, marker + text)
                marker = ""
        elif token.type in ("fence", "code_block"):
            for line in token.content.splitlines():
                if line.strip():
                    yield Block(BlockKind.PARAGRAPH, line.strip())
        elif token.type == "html_block":
            from knowledge.readers.html import fragment

            yield from fragment(token.content)
        at += 1


def _table(tokens: Sequence[Token]) -> list[Block]:
    cells: list[Cell] = []
    row, column, header = -1, 0, 0
    for token in tokens:
        if token.type == "tr_open":
            row, column = row + 1, 0
        elif token.type == "thead_close":
            header = row + 1
        elif token.type == "inline":
            cells.append(Cell(row, column, "\n".join(_lines(token))))
            column += 1
    return table_blocks(fill(cells), header)


def _lines(token: Token) -> list[str]:
    """The text of an inline token, split where the source breaks the line."""
    lines = [""]
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            lines.append("")
        elif child.type in ("text", "code_inline", "text_special") or child.type == "image":
            lines[-1] += child.content
        elif child.type == "html_inline" and re.match(r"<br\b", child.content, re.IGNORECASE):
            lines.append("")
    return [
        text for line in lines if (text := _LEFT_BOLD.sub(r"\1", line).strip(" \u3000\t\u00a0"))
    ]


def _paragraphs(lines: list[str]) -> list[str]:
    """Lines of one Markdown paragraph; staff often mean each to stand alone."""
    texts: list[str] = []
    for index, line in enumerate(lines):
        wrapped = index > 0 and len(lines[index - 1]) >= 25 and not ends_sentence(lines[index - 1])
        if wrapped and not starts_paragraph(line):
            texts[-1] = glue(texts[-1], line)
        else:
            texts.append(line)
    return texts

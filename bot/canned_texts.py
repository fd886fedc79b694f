"""Texts that staff send again and again: a title, the text, and a shortcut that fetches it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.wording import WECHAT_BYTES
from database import aware, metadata

canned_texts = Table(
    "canned_texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(60), nullable=False),
    Column("text", Text, nullable=False),
    Column("shortcut", String(20), nullable=False, unique=True),
    Column("author", String(40), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

_SHORTCUT = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]{1,20}")


class BadText(ValueError):
    """A text that cannot be kept; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class CannedText:
    """One text, as whoever changed it last left it."""

    id: int
    title: str
    text: str
    shortcut: str
    author: str
    changed_at: datetime


class CannedTexts:
    """The texts in SQL. Safe to use from several threads and processes."""

    def __init__(
        self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine, self._now = engine, now

    def all(self) -> list[CannedText]:
        """Every text, by its shortcut."""
        query = select(canned_texts).order_by(canned_texts.c.shortcut)
        with self._engine.connect() as connection:
            return [_text(row) for row in connection.execute(query).mappings()]

    def save(
        self, title: str, text: str, shortcut: str, author: str, text_id: int | None = None
    ) -> None:
        """Keep a new text, or change one.

        Raises:
            BadText: something is missing or too long, or the shortcut is another text's.
            KeyError: there is no text of this id.
        """
        title, text, shortcut = title.strip(), text.replace("\r\n", "\n").strip(), shortcut.strip()
        if not title or len(title) > 60:
            raise BadText("标题须为1至60个字")
        if not _SHORTCUT.fullmatch(shortcut):
            raise BadText("快捷词须为1至20个汉字、字母或数字，例如“地址”")
        size = len(text.encode())
        if not text or size > WECHAT_BYTES:
            raise BadText(f"内容须为1至{WECHAT_BYTES}字节（微信一条文字的上限），现在是{size}字节")
        values = {
            "title": title, "text": text, "shortcut": shortcut, "author": author,
            "changed_at": self._now(),
        }  # fmt: skip
        row = canned_texts.c
        try:
            with self._engine.begin() as connection:
                if text_id is None:
                    connection.execute(insert(canned_texts).values(values))
                elif not connection.execute(
                    update(canned_texts).where(row.id == text_id).values(values)
                ).rowcount:
                    raise KeyError(text_id)
        except IntegrityError:
            raise BadText(f"快捷词“{shortcut}”已用于另一条") from None

    def remove(self, text_id: int) -> CannedText:
        """Delete a text; KeyError when there is none of this id."""
        found = next((t for t in self.all() if t.id == text_id), None)
        if found is None:
            raise KeyError(text_id)
        with self._engine.begin() as connection:
            connection.execute(delete(canned_texts).where(canned_texts.c.id == text_id))
        return found


def _text(row: Any) -> CannedText:
    return CannedText(
        row["id"], row["title"], row["text"], row["shortcut"], row["author"],
        aware(row["changed_at"]),
    )  # fmt: skip

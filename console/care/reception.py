"""``/admin/knowledge/reception``: topics, QR scenes, service halls and office hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, g, request
from werkzeug.wrappers import Response as AnyResponse

from bot.office import (
    HALLS,
    HOURS,
    SCENES,
    TOPICS,
    BadSetting,
    OfficeNow,
    checked_halls,
    checked_hours,
    checked_scenes,
    checked_topics,
)
from console.accounts import Accounts
from console.care.frame import care_page, done, lines, typed

PARTS = {TOPICS: "常问问题", SCENES: "二维码场景", HALLS: "服务窗口", HOURS: "人工服务时间"}
HALL_FIELDS = ("name", "address", "hours", "phone", "latitude", "longitude")
EMPTY_ROWS = 2
"""Empty rows offered below the halls."""


def reception_pages(now: OfficeNow, accounts: Accounts, local: Callable[[], datetime]) -> Blueprint:
    """Build the page; ``local`` is the time in China, to say whether the office is open."""
    pages = Blueprint("reception", __name__, url_prefix="/admin/knowledge/reception")

    def shown(tried: dict[str, Any] | None = None) -> Response:
        values: dict[str, Any] = {
            TOPICS: "\n".join(now.topics),
            SCENES: "\n".join(f"{scene}={question}" for scene, question in now.scenes.items()),
            HALLS: [asdict(hall) for hall in now.halls],
            HOURS: (now.settings.get(HOURS).value if now.settings.get(HOURS) else ""),  # type: ignore[union-attr]
            **(tried or {}),
        }
        return care_page(
            "care_reception.html", values=values, parts=PARTS,
            kept={part: now.settings.get(part) for part in PARTS},
            described=now.described(), is_open=now.open_at(local()), empty=EMPTY_ROWS,
            fields=HALL_FIELDS,
        )  # fmt: skip

    @pages.get("")
    def page() -> Response:
        """All of it as it is now."""
        return shown()

    @pages.post("/<part>")
    def save(part: str) -> AnyResponse:
        """Save one part, or let the default count again."""
        if part not in PARTS:
            abort(404)
        if typed("act") == "reset":
            now.settings.take_back(part)
            return done(accounts, "恢复默认设置", PARTS[part], "reception.page")
        as_typed: Any = _halls_typed() if part == HALLS else request.form.get("value", "")
        try:
            checks: dict[str, Callable[[], Any]] = {
                TOPICS: lambda: checked_topics(lines("value")),
                SCENES: lambda: checked_scenes(lines("value")),
                HALLS: lambda: checked_halls(as_typed),
                HOURS: lambda: checked_hours(as_typed),
            }
            value = checks[part]()
        except BadSetting as error:
            flash(str(error), "bad")
            return shown({part: as_typed})
        now.settings.put(part, value, g.user.name)
        return done(accounts, "修改接待设置", PARTS[part], "reception.page")

    return pages


def _halls_typed() -> list[dict[str, str]]:
    """The rows of the form: fields of one name stand in the order of the rows."""
    columns = [request.form.getlist(field) for field in HALL_FIELDS]
    if len({len(column) for column in columns}) != 1:
        abort(400)
    return [dict(zip(HALL_FIELDS, row, strict=True)) for row in zip(*columns, strict=True)]

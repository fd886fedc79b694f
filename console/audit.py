"""``/admin/log``: who did what, to be searched; and how long what was said is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.office import KEEP_DAYS, BadSetting, OfficeNow, checked_keep_days
from console.accounts import Accounts
from knowledge.validity import CHINA

PAGE = 100


def audit_pages(accounts: Accounts, now: OfficeNow) -> Blueprint:
    """Build the page."""
    pages = Blueprint("audit", __name__, url_prefix="/admin/log")

    @pages.get("")
    def page() -> Response:
        """The newest entries first, narrowed by person, action, words and days."""
        wanted = {k: request.args.get(k, "").strip() for k in ("by", "action", "q", "since", "to")}
        since, until = _day(wanted["since"]), _day(wanted["to"])
        before = request.args.get("before", type=int)
        entries = accounts.log(
            PAGE + 1, user=wanted["by"], action=wanted["action"], words=wanted["q"],
            since=_midnight(since), until=_midnight(until + timedelta(days=1)) if until else None,
            before=before,
        )  # fmt: skip
        values: dict[str, Any] = {
            "entries": entries[:PAGE],
            "more": entries[PAGE - 1].id if len(entries) > PAGE else None,
            "wanted": wanted,
            "people": accounts.log_values("user"),
            "actions": accounts.log_values("action"),
            "keep_days": now.keep_days,
            "kept": now.settings.get(KEEP_DAYS),
        }
        html = render_template("audit.html", user=g.user, china=CHINA, **values)
        return Response(html, headers={"Cache-Control": "no-store"})

    @pages.post("/retention")
    def keep() -> AnyResponse:
        """Set how long conversations are kept, or let ZHIHUI_KEEP_DAYS count again."""
        if request.form.get("act") == "reset":
            now.settings.take_back(KEEP_DAYS)
            accounts.record(g.user.name, "恢复默认保存天数", "")
        else:
            try:
                days = checked_keep_days(request.form.get("days", ""))
            except BadSetting as error:
                flash(str(error), "bad")
                return redirect(url_for("audit.page"))
            now.settings.put(KEEP_DAYS, days, g.user.name)
            accounts.record(g.user.name, "修改保存天数", f"{days}天")
        flash(f"对话记录保存{now.keep_days}天，更早的一小时内删除", "good")
        return redirect(url_for("audit.page"))

    return pages


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) if day else None

"""``/admin/knowledge/standing``: the notice above first replies, and the kill switch."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, flash
from werkzeug.wrappers import Response as AnyResponse

from bot import wording
from bot.switches import NOTICE, PAUSED, Switches
from console.accounts import Accounts
from console.care.frame import care_page, done, typed

LONGEST_NOTICE = 120
"""Characters; it stands above every first reply, whose answer needs the rest."""


def standing_pages(switches: Switches, office: wording.Office, accounts: Accounts) -> Blueprint:
    """Build the page."""
    pages = Blueprint("standing", __name__, url_prefix="/admin/knowledge/standing")

    def shown(notice: str | None = None) -> Response:
        since = switches.set_at(PAUSED)
        return care_page(
            "care_standing.html",
            notice=switches.get(NOTICE) if notice is None else notice,
            seen=wording.NOTICE_HEAD.format(notice=switches.get(NOTICE)).strip(),
            paused_since=datetime.fromtimestamp(since, UTC) if since else None,
            pause_text=wording.addressed(wording.PAUSED, office),
            most=LONGEST_NOTICE,
        )

    @pages.get("")
    def page() -> Response:
        """Both as they are now."""
        return shown()

    @pages.post("/notice")
    def set_notice() -> AnyResponse:
        """Show a notice, or take it away."""
        notice = "" if typed("act") == "remove" else " ".join(typed("notice").split())
        if len(notice) > LONGEST_NOTICE:
            flash(f"通知最多{LONGEST_NOTICE}个字，现在是{len(notice)}个字", "bad")
            return shown(notice)
        switches.put(NOTICE, notice)
        return done(accounts, "设置通知" if notice else "撤下通知", notice, "standing.page")

    @pages.post("/pause")
    def pause() -> AnyResponse:
        """Answer everything with the telephone number from now on, or answer again."""
        pausing = typed("act") == "pause"
        if pausing and not typed("sure"):
            flash("请先勾选“我确认暂停”，避免误点", "bad")
            return shown()
        switches.put(PAUSED, "yes" if pausing else "")
        return done(accounts, "暂停智能答复" if pausing else "恢复智能答复", "", "standing.page")

    return pages

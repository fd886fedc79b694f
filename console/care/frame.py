"""What the pages of care share: their places, the rendering, a step's saying and its log entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, g, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from bot.office_settings import OfficeSettings
from console.accounts import Accounts

PLACES = (
    ("synonyms.page", "同义词"),
    ("questions.page", "评测问题"),
    ("texts.page", "常用语"),
    ("sentences.page", "公众号用语"),
    ("reception.page", "接待"),
    ("menu.page", "菜单"),
    ("standing.page", "通知与暂停"),
)
"""Endpoint and name of each page, in the order shown."""

ONE_RULE = "在本页保存后，以本页为准；点“恢复默认”则改用安装时的设置"


def care_page(template: str, **values: Any) -> Response:
    """A page that extends care_frame.html; it stays out of caches."""
    html = render_template(template, user=g.user, places=PLACES, one_rule=ONE_RULE, **values)
    return Response(html, headers={"Cache-Control": "no-store"})


def typed(name: str) -> str:
    """A field of the form as typed, without space around it."""
    return request.form.get(name, "").strip()


def lines(name: str) -> list[str]:
    """The lines of a field."""
    return [line.strip() for line in request.form.get(name, "").splitlines() if line.strip()]


def done(accounts: Accounts, action: str, subject: str, endpoint: str) -> AnyResponse:
    """Note a step in the log, say it, and go back to its page."""
    accounts.record(g.user.name, action, subject)
    flash(f"已{action}：{subject}" if subject else f"已{action}", "good")
    return redirect(url_for(endpoint))


def refused(error: Exception, endpoint: str) -> AnyResponse:
    """Say why a step was not done, and go back to its page."""
    flash(str(error), "bad")
    return redirect(url_for(endpoint))


def set_by(settings: OfficeSettings, name: str, moment: Callable[[Any], str]) -> str:
    """Who set a value and when, in words; "" while the default counts."""
    found = settings.get(name)
    return f"{found.set_by}于{moment(found.set_at)}修改" if found else ""

"""The frame of every ``/desk`` page: where one can go, who is signed in, the keys of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, g, render_template


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the navigation; Alt and its number lead there.

    Attributes:
        count: endpoint that answers, as a number, how many wait there; "" where nobody does.
    """

    endpoint: str
    name: str
    count: str = ""


NAVIGATION = (
    Entry("desk.page", "查询"),
    Entry("inbox.page", "会话", "inbox.count"),
    Entry("unanswered.page", "未答问题"),
    Entry("faqs.page", "问答"),
    Entry("today.page", "今日"),
)  # fmt: skip
"""In the order shown; a page adds its line."""


def desk_page(template: str, **values: Any) -> Response:
    """A page (or a part of one) that extends ``desk_frame.html``.

    What callers and talents said is on it: it stays out of caches.
    """
    shown = [entry for entry in NAVIGATION if entry.endpoint in current_app.view_functions]
    html = render_template(template, user=g.get("user"), navigation=shown, **values)
    return Response(html, headers={"Cache-Control": "no-store"})

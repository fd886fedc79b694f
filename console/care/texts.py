"""``/admin/knowledge/texts``: what staff send again and again."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, request
from werkzeug.wrappers import Response as AnyResponse

from bot.canned_texts import BadText, CannedTexts
from bot.wording import WECHAT_BYTES
from console.accounts import Accounts
from console.care.frame import care_page, done, refused, typed


def text_pages(texts: CannedTexts, accounts: Accounts) -> Blueprint:
    """Build the page."""
    pages = Blueprint("texts", __name__, url_prefix="/admin/knowledge/texts")

    @pages.get("")
    def page() -> Response:
        """Every text; ``?edit=ID`` opens one in the form."""
        kept = texts.all()
        wanted = request.args.get("edit", 0, type=int)
        chosen = next((t for t in kept if t.id == wanted), None)
        return care_page("care_texts.html", texts=kept, chosen=chosen, most=WECHAT_BYTES)

    @pages.post("")
    def save() -> AnyResponse:
        """Keep a new text, or a change of one."""
        text_id = request.form.get("id", 0, type=int) or None
        values = {name: request.form.get(name, "") for name in ("title", "text", "shortcut")}
        try:
            texts.save(**values, author=g.user.name, text_id=text_id)
        except BadText as error:
            flash(str(error), "bad")
            chosen = {"id": text_id or 0, **values}
            return care_page("care_texts.html", texts=texts.all(), chosen=chosen, most=WECHAT_BYTES)
        except KeyError:
            return refused(BadText("这一条已被别人删除"), "texts.page")
        return done(accounts, "保存常用语", typed("title"), "texts.page")

    @pages.post("/<int:text_id>/remove")
    def remove(text_id: int) -> AnyResponse:
        """Delete a text."""
        try:
            removed = texts.remove(text_id)
        except KeyError:
            return refused(BadText("这一条已被别人删除"), "texts.page")
        return done(accounts, "删除常用语", removed.title, "texts.page")

    return pages

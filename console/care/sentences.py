"""``/admin/knowledge/sentences``: the few sentences of the account that an office words itself."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, g
from werkzeug.wrappers import Response as AnyResponse

from bot import wording
from bot.office import SENTENCES, WORDING, BadSetting, OfficeNow, Sentence, checked_sentence
from console.accounts import Accounts
from console.care.frame import care_page, done, typed

_BY_NAME = {sentence.name: sentence for sentence in SENTENCES}


def sentence_pages(now: OfficeNow, office: wording.Office, accounts: Accounts) -> Blueprint:
    """Build the page.

    Args:
        now: the office as it is now, with its own wording.
        office: its name and telephone number, which are filled in.
    """
    pages = Blueprint("sentences", __name__, url_prefix="/admin/knowledge/sentences")
    shipped = wording.Office(office.name, office.hotline, office.city)

    def shown(tried: dict[str, str] | None = None) -> Response:
        rows = [_row(s, now, shipped, (tried or {}).get(s.name)) for s in SENTENCES]
        return care_page("care_sentences.html", rows=rows)

    @pages.get("")
    def page() -> Response:
        """Every sentence as it is now, with what a talent reads."""
        return shown()

    @pages.post("/<name>")
    def save(name: str) -> AnyResponse:
        """Preview a wording, save it, or go back to the shipped one."""
        sentence = _BY_NAME.get(name)
        if sentence is None:
            abort(404)
        if typed("act") == "reset":
            now.settings.take_back(WORDING + name)
            return done(accounts, "恢复自带说法", sentence.title, "sentences.page")
        text = typed("text")
        try:
            checked = checked_sentence(sentence, text)
        except BadSetting as error:
            flash(str(error), "bad")
            return shown({name: text})
        if typed("act") == "preview":
            return shown({name: checked})
        if checked == sentence.shipped:
            now.settings.take_back(WORDING + name)
        else:
            now.settings.put(WORDING + name, checked, g.user.name)
        return done(accounts, "修改公众号用语", sentence.title, "sentences.page")

    return pages


def _row(
    sentence: Sentence, now: OfficeNow, office: wording.Office, tried: str | None
) -> dict[str, object]:
    current = now.own(sentence.shipped)
    text = current if tried is None else tried
    try:
        seen = wording.addressed(checked_sentence(sentence, text), office)
    except BadSetting:
        seen = ""
    kept = now.settings.get(WORDING + sentence.name)
    return {
        "sentence": sentence, "text": text, "seen": seen, "bytes": len(seen.encode()),
        "tried": tried is not None and tried != current, "kept": kept,
    }  # fmt: skip

"""``/admin/knowledge/synonyms``: which wordings mean the same, tried before they are saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, abort, flash, g, request
from sqlalchemy import Engine, select
from werkzeug.wrappers import Response as AnyResponse

from bot.answering.answer import Answerer
from bot.conversations import turns
from bot.office_questions import (
    Difference,
    OfficeQuestion,
    OfficeQuestions,
    Results,
    compare,
    run,
)
from bot.unknown_words import unknown_words
from bot.wording import Office
from console.accounts import Accounts
from console.care.frame import care_page, done, refused, typed
from knowledge.lexicon import SynonymFinder, SynonymTable
from knowledge.retriever import Retriever
from knowledge.synonyms import BadGroup, SynonymGroup, Synonyms

RECENT = timedelta(days=30)
MOST_ASKED = 80
"""Real questions asked again for a preview; with and without, that is a few seconds."""
MOST_SUGGESTED = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of the synonyms would change.

    Attributes:
        asked: real questions asked again.
        changed: those whose answer would differ.
        judged: (before, after) of the office's own questions.
        office: those of them whose answer would differ.
    """

    asked: int
    changed: Sequence[Difference]
    judged: tuple[Results, Results]
    office: Sequence[Difference]


def synonym_pages(
    engine: Engine, retriever: Retriever, synonyms: Synonyms, questions: OfficeQuestions,
    accounts: Accounts, today: Callable[[], date], office: Office,
) -> Blueprint:  # fmt: skip
    """Build the page.

    Args:
        retriever: finds passages, as for a talent.
        questions: the office's own; they are asked for a preview too.
    """
    pages = Blueprint("synonyms", __name__, url_prefix="/admin/knowledge/synonyms")

    def tried(plus: Sequence[SynonymGroup], minus: Sequence[SynonymGroup]) -> Preview:
        return preview(
            engine, retriever, synonyms.current(), synonyms.table(plus, minus), questions.all(),
            today(), office,
        )  # fmt: skip

    def shown(**values: object) -> Response:
        wanted = request.args.get("q", "").strip()
        shipped = [g for g in synonyms.shipped() if not wanted or wanted in _all_of(g)]
        return care_page(
            "care_synonyms.html", groups=synonyms.groups(), shipped=shipped, wanted=wanted,
            total=len(synonyms.shipped()), suggestions=unknown_words(
                engine, retriever, synonyms, datetime.now(UTC) - RECENT
            )[:MOST_SUGGESTED],
            **{"formal": request.args.get("formal", ""), "typed": request.args.get("typed", ""),
               "found": None, **values},
        )  # fmt: skip

    @pages.get("")
    def page() -> Response:
        """The groups, what is suggested, and the form."""
        return shown()

    @pages.post("")
    def add() -> AnyResponse:
        """Try a group, or save it."""
        formal, everyday = typed("formal"), typed("typed")
        try:
            group = synonyms.checked(_split(formal), _split(everyday))
            if typed("act") != "save":
                found = tried([group], [])
                return shown(formal=formal, typed=everyday, found=found)
            synonyms.add(group.formal, group.typed, g.user.name)
        except BadGroup as error:
            flash(str(error), "bad")
            return shown(formal=formal, typed=everyday)
        return done(accounts, "增加同义词", _in_words(group), "synonyms.page")

    @pages.post("/<int:group_id>")
    def change(group_id: int) -> AnyResponse:
        """Switch a group of the office's on or off, or delete it."""
        group = next((found for found in synonyms.groups() if found.id == group_id), None)
        if group is None:
            return refused(BadGroup("这一组已被别人删除"), "synonyms.page")
        match typed("act"):
            case "try":
                minus, plus = ([group], []) if group.active else ([], [group])
                return shown(found=tried(plus, minus), about=group)
            case "remove":
                synonyms.remove(group_id)
                restored = group.wordings in {s.wordings for s in synonyms.shipped()}
                action = "恢复自带同义词" if restored else "删除同义词"
            case "on" | "off" as wanted:
                synonyms.set_active(group_id, wanted == "on")
                action = "启用同义词" if wanted == "on" else "停用同义词"
            case _:
                abort(404)
        return done(accounts, action, _in_words(group), "synonyms.page")

    @pages.post("/shipped")
    def switch_off() -> AnyResponse:
        """Use a line that ships no more; first tried, then done."""
        group = SynonymGroup(
            0, tuple(_split(typed("formal"))), tuple(_split(typed("typed")))
        )  # fmt: skip
        if group.wordings not in {s.wordings for s in synonyms.shipped()}:
            return refused(BadGroup("自带词表里没有这一组，或已停用"), "synonyms.page")
        if typed("act") != "off":
            return shown(found=tried([], [group]), about=group)
        synonyms.switch_off_shipped(group.formal, group.typed, g.user.name)
        return done(accounts, "停用自带同义词", _in_words(group), "synonyms.page")

    return pages


def preview(
    engine: Engine, retriever: Retriever, before: SynonymFinder, after: SynonymTable,
    questions: Sequence[OfficeQuestion], day: date, office: Office,
) -> Preview:  # fmt: skip
    """Ask the recent real questions and the office's own by both tables."""
    asked = recent_questions(engine)
    real = [OfficeQuestion(-n, (text,)) for n, text in enumerate(asked, 1)]
    answerers = Answerer(retriever, before), Answerer(retriever, after)
    first, second = (run(real, a, day, office) for a in answerers)
    judged = (
        run(questions, answerers[0], day, office),
        run(questions, answerers[1], day, office),
    )
    return Preview(len(asked), compare(first, second), judged, compare(*judged))


def recent_questions(engine: Engine, limit: int = MOST_ASKED) -> list[str]:
    """What people asked lately, newest first, each wording once. Personal data was masked when
    it was stored; who asked is not looked at."""
    since = datetime.now(UTC) - RECENT
    query = select(turns.c.asked).where(turns.c.at >= since).order_by(turns.c.id.desc())
    with engine.connect() as connection:
        found = connection.execute(query.limit(limit * 10)).scalars()
        return list(dict.fromkeys(found))[:limit]


def _split(wordings: str) -> list[str]:
    return [w.strip() for w in re.split(r"[,，、;；|\n\t]", wordings) if w.strip()]


def _in_words(group: SynonymGroup) -> str:
    return f"{'、'.join(group.typed)} → {'、'.join(group.formal)}"


def _all_of(group: SynonymGroup) -> str:
    return " ".join((*group.formal, *group.typed))

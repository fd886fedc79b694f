"""The public page that asks what the walk in WeChat asks. Nothing is stored: a form carries it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.answering.eligibility import (
    MOST_QUESTIONS,
    UNKNOWN,
    Fact,
    Standing,
    Walk,
    asking,
    findings,
    next_question,
    parted,
    read_answer,
    restored,
)
from bot.answering.entitlement import about, matter
from bot.eligibility_wording import (
    AGAIN_WEB,
    FINAL,
    HEADS,
    NONE,
    Block,
    blocks_of,
    facts_text,
    question_text,
)
from knowledge.benefits import Benefits, Offer
from knowledge.conditions import LEVELS, Kind
from knowledge.lexicon import SynonymFinder

LARGEST_STATE = 8000
"""Characters of the form's memory that are read; our own is a tenth of it."""
_SUBJECT = re.compile(rf"(?:{'|'.join(k.value for k in Kind)}|says-[0-9a-f]{{12}})")
_TYPED = frozenset({Kind.AGE.value, Kind.INSURED.value, Kind.INCOME.value})
"""Subjects whose value may be typed instead of chosen."""


class BadState(ValueError):
    """A form's memory that this page did not write."""


def check_pages(
    benefits: Benefits, table: SynonymFinder, today: Callable[[], date],
    service: str = "人才政策资格核对",
) -> Blueprint:  # fmt: skip
    """Build ``/check``.

    Args:
        table: everyday wordings of what benefits are called.
        today: the day on which a policy is in force or not.
    """
    blueprint = Blueprint("check", __name__, template_folder="templates")

    def confirmed() -> list[Offer]:
        return [o for o in benefits.in_force(today()) if o.is_confirmed]

    def page(template: str, **values: Any) -> Response:
        html = render_template(template, service=service, final=FINAL, **values)
        # what a person answered stands in it
        return Response(html, headers={"Cache-Control": "no-store"})

    @blueprint.get("/check")
    def begin() -> Response:
        """What may be checked: everything, or one matter."""
        offers = confirmed()
        titles = list(dict.fromkeys(o.benefit.title for o in offers if not o.benefit.recognises))
        recognition = any(o.benefit.recognises for o in offers)
        return page("check.html", titles=titles, recognition=recognition, any=bool(offers))

    @blueprint.post("/check")
    def step() -> AnyResponse:
        """One answer in, the next question or the result out."""
        offers = confirmed()
        if not offers:
            return redirect(url_for("check.begin"))
        try:
            walk = walk_of(request.form.get("state", ""))
        except BadState:
            return redirect(url_for("check.begin"))
        said, action = request.form.get("say", "")[:40], request.form.get("act", "")
        if not request.form.get("state"):
            name = request.form.get("about", "")[:80]
            exact = any(o.benefit.title == name for o in offers)
            walk = Walk(name if exact else matter(name, offers, table) if name else "")
        mine = about(walk.focus, offers)
        note = ""
        if action == "anew":
            walk = Walk(walk.focus)
        elif action == "back" and walk.asked:
            asked = walk.asked[:-1] if walk.pending else walk.asked
            last = asked[-1] if asked else walk.pending
            facts = {k: v for k, v in walk.facts.items() if k != last}
            walk = replace(walk, facts=facts, asked=asked[:-1] if asked else (), pending="")
            walk = replace(walk, asked=(*walk.asked, last), pending=last)
        elif walk.pending and action != "result":
            ask = asking(walk.pending, mine, walk.facts)
            fact = read_answer(said, ask) if ask and said else None
            if fact is None:
                note = AGAIN_WEB
            else:
                walk = replace(walk, facts={**walk.facts, walk.pending: fact}, pending="")
        if action == "result":
            walk = replace(walk, pending="")
        elif not walk.pending:
            following = next_question(walk, mine, today())
            if following:
                asked = (*walk.asked, following.subject)
                walk = replace(walk, asked=asked, pending=following.subject)
        shown = asking(walk.pending, mine, walk.facts) if walk.pending else None
        if shown is None:
            return result(walk, mine)
        return page(
            "check_step.html", walk=walk, state=json.dumps(asdict(walk)), ask=shown, note=note,
            question=question_text(shown), most=MOST_QUESTIONS, known=facts_text(walk.facts),
            typed=walk.pending in _TYPED,
        )  # fmt: skip

    def result(walk: Walk, offers: list[Offer]) -> Response:
        told, others = parted(findings(offers, walk.facts, today()), walk)
        blocks = blocks_of(told, lambda _: "", plain=True)
        groups = [
            (HEADS[s], s.value, [b for b in blocks if _head(b) is s])
            for s in (Standing.MET, Standing.FAILED, Standing.OPEN)
        ]
        return page(
            "check_result.html", walk=walk, state=json.dumps(asdict(walk)), groups=groups,
            others=others, known=facts_text(walk.facts), nothing=NONE if not blocks else "",
        )  # fmt: skip

    return blueprint


def _head(block: Block) -> Standing:
    return Standing.OPEN if block.standing is Standing.UNCLEAR else block.standing


def walk_of(text: str) -> Walk:
    """The walk that a form carries; an empty one for "".

    Raises:
        BadState: it is none that this page wrote.
    """
    if not text:
        return Walk()
    if len(text) > LARGEST_STATE:
        raise BadState("too long")
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError):
        raise BadState("not JSON") from None
    if not isinstance(stored, dict) or not isinstance(stored.get("facts"), dict):
        raise BadState("no walk")
    asked = stored.get("asked")
    if not isinstance(asked, list) or len(asked) > MOST_QUESTIONS:
        raise BadState("no list of questions")
    subjects = [*stored["facts"], *asked, *([stored["pending"]] if stored.get("pending") else [])]
    if not all(isinstance(s, str) and _SUBJECT.fullmatch(s) for s in subjects):
        raise BadState("no subjects")
    if not all(_is_fact(k, v) for k, v in stored["facts"].items()):
        raise BadState("no facts")
    focus = stored.get("focus")
    if not isinstance(focus, str) or len(focus) > 200:
        raise BadState("no focus")
    kept = {"focus": focus, "facts": stored["facts"], "asked": asked}
    return restored({**kept, "pending": stored.get("pending") or ""})


def _is_fact(subject: str, fact: Fact | list[Any]) -> bool:
    if fact == UNKNOWN:
        return True
    if subject.startswith("says-"):
        return isinstance(fact, bool)
    if subject == Kind.CLASS.value:
        return isinstance(fact, str) and bool(re.fullmatch(r"[A-Z*]?", fact))
    names = {kind.value: names for kind, names in LEVELS.items()}.get(subject)
    least, most = (0, len(names) - 1) if names else (-(10**9), 10**9)
    return (
        isinstance(fact, list)
        and len(fact) == 2
        and all(v is None or (type(v) is int and least <= v <= most) for v in fact)
        and subject in {k.value for k in Kind}
    )

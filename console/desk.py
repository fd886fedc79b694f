"""The hotline desk: staff look a rule up, read it out and give the basis while a caller waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, abort, g, request
from sqlalchemy.exc import IntegrityError

from bot.wechat.messages import MAX_TEXT_BYTES
from bot.wording import chinese_day
from console.frame import desk_page
from console.history import History
from console.lookup import LookUp
from console.uses import FORMS, Uses
from console.wanted import LONGEST_QUESTION, Wanted
from knowledge.reports import KINDS
from knowledge.validity import CHINA

EXAMPLES = ("D类 购房补贴", "大专落户", "租房补贴领几年", "E类 子女入学")
NOBODY = "（未登录）"
"""Who uses the desk of a demonstration, where nobody has an account."""

OPEN_IN_DEMONSTRATION = frozenset(
    {"desk.page", "desk.search", "desk.clause", "desk.history_of", "desk.use", "desk.unanswered"}
)


def desk_pages(
    lookup: LookUp, history: History, uses: Uses,
    note_unanswered: Callable[[str, str, str], object], today: Callable[[], date],
) -> Blueprint:  # fmt: skip
    """Build ``/desk``, the look-up page for staff, and the parts that its script asks for.

    Args:
        lookup: finds passages.
        history: versions of a passage's document.
        uses: what staff did with passages.
        note_unanswered: takes (question, staff, note) of a question without an answer.
        today: the day on which a text is in force unless another is asked for.
    """
    blueprint = Blueprint("desk", __name__, template_folder="templates")

    def asked() -> Wanted:
        return Wanted.from_arguments(request.args, today(), lookup.facets())

    def shown(template: str, compare: bool) -> Response:
        day, wanted = today(), asked()
        return desk_page(
            template,
            wanted=wanted,
            found=lookup.find(wanted, day, compare),
            today=day,
            on_day=chinese_day(wanted.day) if wanted.day != day else "",
            kinds=KINDS,
            facets=lookup.facets(),
            examples=EXAMPLES,
            limit=MAX_TEXT_BYTES,
            longest=LONGEST_QUESTION,
            arguments=wanted.arguments(day),
        )

    def staff() -> str:
        user = g.get("user")
        return user.name if user else NOBODY

    @blueprint.get("/desk")
    def page() -> Response:
        """The whole page; complete without script."""
        return shown("desk.html", compare=True)

    @blueprint.get("/desk/search")
    def search() -> Response:
        """The results alone, for the page's script, which asks for what differs afterwards."""
        return shown("desk_found.html", compare=False)

    @blueprint.get("/desk/clause/<int:passage_id>")
    def clause(passage_id: int) -> Response:
        """One published passage as the right side shows it; 404 for any other."""
        day, wanted = today(), asked()
        entry = lookup.clause(passage_id, wanted, day)
        if entry is None:
            abort(404)
        return desk_page(
            "desk_clause.html", entry=entry, limit=MAX_TEXT_BYTES, arguments=wanted.arguments(day)
        )

    @blueprint.get("/desk/clause/<int:passage_id>/history")
    def history_of(passage_id: int) -> Response:
        """Versions of the passage's document, what changed in it, and who used it lately."""
        found = history.of(passage_id, today())
        if found is None:
            abort(404)
        return desk_page(
            "desk_history.html", history=found, uses=uses.recent(passage_id), china=CHINA
        )

    @blueprint.post("/desk/clause/<int:passage_id>/use")
    def use(passage_id: int) -> tuple[str, int]:
        """Note that a passage was opened, copied or judged."""
        form = request.form.get("form", "")
        if form not in FORMS:
            abort(404)
        try:
            question = request.form.get("question", "")[:LONGEST_QUESTION]
            uses.record(passage_id, staff(), form, question)
        except IntegrityError:
            abort(404)
        return "", 204

    @blueprint.post("/desk/unanswered-question")
    def unanswered() -> tuple[str, int]:
        """Put a question that has no answer into the queue of open questions."""
        question, note = (request.form.get(n, "").strip() for n in ("question", "note"))
        if not question:
            return "没有问题可记，请先输入来电人的问题", 400
        note_unanswered(question[:LONGEST_QUESTION], staff(), note[:LONGEST_QUESTION])
        return "", 204

    return blueprint

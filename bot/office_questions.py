"""Questions that an office asks its own bot again and again, and how they were answered.

A question says what its answer must contain and which clause it must rest on, or that the bot
must abstain. ``run`` judges; ``compare`` says what a change does; the runs are kept for the trend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from bot.answering.answer import Answerer
from bot.answering.result import Abstain, Answer
from bot.answering.understanding import Turn
from bot.wording import Office, abstention, answer_text
from database import aware, metadata
from knowledge.embedding import Embedder
from knowledge.figures import figures
from knowledge.lexicon import normal
from knowledge.rehearsal import as_if_published
from knowledge.synonyms import Synonyms

office_questions = Table(
    "office_questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("turns", JSON, nullable=False),  # what is said, the last is judged
    Column("must_contain", JSON, nullable=False),  # each "40万元" or "40万元|四十万"
    Column("must_not_contain", JSON, nullable=False),
    Column("document_id", ForeignKey("documents.id")),  # null where any document will do
    Column("clause", Text, nullable=False),  # 第八条, "" where any clause will do
    Column("abstains", Boolean, nullable=False),
    Column("author", String(40), nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
)

office_question_runs = Table(
    "office_question_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("occasion", Text, nullable=False),
    Column("asked_by", String(40), nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("mark", String(64), nullable=False),  # Catalogue.changed() at the time
    Column("ended_at", DateTime(timezone=True)),  # null while it waits or is under way
    Column("total", Integer, nullable=False),
    Column("right", Integer, nullable=False),
    Column("rows", JSON, nullable=False),  # see Judged
    Column("error", Text, nullable=False),
)

MOST_TURNS = 4
LONGEST_TURN = 200
MOST_QUESTIONS = 500
RUNS_KEPT = 100


class BadQuestion(ValueError):
    """A question that cannot be judged; the message says what is missing, in Chinese."""


class Answering(Protocol):
    """Who is asked: an Answerer over any base, table of synonyms and day."""

    def answer(self, text: str, day: date, history: Sequence[Turn] = ()) -> Answer | Abstain:
        """See Answerer.answer."""
        ...


@dataclass(frozen=True, slots=True)
class OfficeQuestion:
    """A question and what is expected of its answer.

    Attributes:
        turns: what a person says, in order; the answer to the last is judged.
        must_contain: what must stand in it; wordings parted by ``|`` are as good as each other,
            and figures count by value.
        must_not_contain: what must not, such as an old amount.
        document_id: what it must rest on; None where any document will do.
        clause: a clause of that document, such as 第八条; "" where any will do.
        abstains: the bot must not answer it at all.
    """

    id: int
    turns: tuple[str, ...]
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()
    document_id: int | None = None
    clause: str = ""
    abstains: bool = False
    author: str = ""
    added_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """How one question was answered.

    Attributes:
        why: what is wrong with the answer; "" when it is right.
        shown: what WeChat would show.
        basis: what it rests on, best first.
    """

    question_id: int
    asked: str
    right: bool
    why: str
    shown: str
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """A run: every question judged, in their order."""

    rows: tuple[Judged, ...]

    @property
    def total(self) -> int:
        """How many questions were asked."""
        return len(self.rows)

    @property
    def right(self) -> int:
        """How many were answered, or abstained from, as expected."""
        return sum(row.right for row in self.rows)


@dataclass(frozen=True, slots=True)
class Difference:
    """One question whose answer a change changes."""

    before: Judged
    after: Judged

    @property
    def worse(self) -> bool:
        """Right before and wrong after."""
        return self.before.right and not self.after.right

    @property
    def better(self) -> bool:
        """Wrong before and right after."""
        return self.after.right and not self.before.right


def run(
    questions: Sequence[OfficeQuestion], answering: Answering, day: date, office: Office
) -> Results:
    """Ask every question, one conversation each, and judge the answers. Writes nothing."""
    return Results(tuple(_asked(question, answering, day, office) for question in questions))


def compare(before: Results, after: Results) -> list[Difference]:
    """The questions of both runs that are answered differently, those that got worse first."""
    earlier = {row.question_id: row for row in before.rows}
    changed = [
        Difference(earlier[row.question_id], row)
        for row in after.rows
        if row.question_id in earlier and earlier[row.question_id] != row
    ]
    return sorted(changed, key=lambda d: (not d.worse, d.better))


def effect_of_publishing(
    questions: Sequence[OfficeQuestion], engine: Engine, encoder: Embedder, now: Answering,
    version_id: int, day: date, office: Office,
) -> tuple[Results, Results]:  # fmt: skip
    """(before, after) of the publication of a draft, which is not done; see ``compare``.

    Args:
        now: answers as today.

    Raises:
        NotPossible: the version cannot be published.
    """
    before = run(questions, now, day, office)
    with as_if_published(engine, encoder, version_id) as room:
        then = Answerer(room.retriever, Synonyms(room.catalogue.engine))
        return before, run(questions, then, day, office)


def _asked(question: OfficeQuestion, answering: Answering, day: date, office: Office) -> Judged:
    history: tuple[Turn, ...] = ()
    found: Answer | Abstain | None = None
    for turn in question.turns:
        found = answering.answer(turn, day, history)
        cited = found.citations if isinstance(found, Answer) else ()
        documents = tuple(dict.fromkeys(c.document_id for c in cited))
        history = (*history, Turn(turn, documents))
    assert found is not None, "a question has a turn"
    shown = _shown(found, office)
    why = _wrong(question, found, shown)
    basis = tuple(c.basis for c in found.citations) if isinstance(found, Answer) else ()
    return Judged(question.id, " → ".join(question.turns), not why, why, shown, basis)


def _shown(found: Answer | Abstain, office: Office) -> str:
    if isinstance(found, Abstain):
        return abstention(found.reason, office, (), found.place)
    return answer_text(found.parts, found.beside, lambda _: "", found.missed)


def _wrong(question: OfficeQuestion, found: Answer | Abstain, shown: str) -> str:
    """What is wrong with an answer; "" when it is as expected."""
    if isinstance(found, Abstain):
        return "" if question.abstains else "没有答出来"
    if question.abstains:
        return "应当不答，却给出了答复"
    lacking = [w for w in question.must_contain if not _states(shown, w)]
    if lacking:
        return f"没有说到“{'”“'.join(lacking)}”"
    said = [w for w in question.must_not_contain if _states(shown, w)]
    if said:
        return f"说了不该说的“{'”“'.join(said)}”"
    if question.document_id is None:
        return ""
    theirs = [c.basis for c in found.citations if c.document_id == question.document_id]
    if not theirs:
        return "依据的不是指定的文件"
    return "" if any(question.clause in b for b in theirs) else f"依据的不是{question.clause}"


def _states(shown: str, expected: str) -> bool:
    """Does a text say one of the wordings, figures compared by value?"""
    said, said_figures = normal(shown).replace(" ", ""), figures(shown)
    for wording in filter(None, (w.strip() for w in expected.split("|"))):
        if normal(wording).replace(" ", "") in said:
            return True
        theirs = figures(wording)
        if theirs and theirs <= said_figures and not _besides_figures(wording):
            return True
    return False


def _besides_figures(wording: str) -> str:
    """What a wording says beside figures and their units."""
    return "".join(c for c in normal(wording) if c not in _OF_FIGURES)


_OF_FIGURES = frozenset(
    "0123456789.,，%零〇一二两三四五六七八九十百千万亿元年月日个人民币块钱岁周次平方米期天"
)


class OfficeQuestions:
    """The questions and their runs in SQL. Safe to use from several threads and processes."""

    def __init__(
        self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine, self._now = engine, now

    def all(self) -> list[OfficeQuestion]:
        """Every question, oldest first."""
        query = select(office_questions).order_by(office_questions.c.id)
        with self._engine.connect() as connection:
            return [_question(row) for row in connection.execute(query).mappings()]

    def get(self, question_id: int) -> OfficeQuestion:
        """One question; KeyError when there is none of this id."""
        found = next((q for q in self.all() if q.id == question_id), None)
        if found is None:
            raise KeyError(question_id)
        return found

    def save(self, question: OfficeQuestion, author: str) -> int:
        """Keep a new question (id 0) or change one; returns its id.

        Raises:
            BadQuestion: it cannot be judged.
            KeyError: there is no question of this id.
        """
        checked = _checked(question)
        values = {
            "turns": list(checked.turns), "must_contain": list(checked.must_contain),
            "must_not_contain": list(checked.must_not_contain),
            "document_id": checked.document_id, "clause": checked.clause,
            "abstains": checked.abstains, "author": author, "added_at": self._now(),
        }  # fmt: skip
        row = office_questions.c
        with self._engine.begin() as connection:
            if question.id:
                changed = update(office_questions).where(row.id == question.id).values(values)
                if not connection.execute(changed).rowcount:
                    raise KeyError(question.id)
                return question.id
            if len(connection.execute(select(row.id)).all()) >= MOST_QUESTIONS:
                raise BadQuestion(f"最多保存{MOST_QUESTIONS}个评测问题，请先删除不用的")
            made = connection.execute(insert(office_questions).values(values))
            return int(made.inserted_primary_key[0])  # type: ignore[index]

    def remove(self, question_id: int) -> OfficeQuestion:
        """Delete a question; KeyError when there is none of this id."""
        found = self.get(question_id)
        with self._engine.begin() as connection:
            connection.execute(delete(office_questions).where(office_questions.c.id == question_id))
        return found


def _checked(question: OfficeQuestion) -> OfficeQuestion:
    turns = tuple(t.strip() for t in question.turns if t.strip())
    if not turns:
        raise BadQuestion("请填写问题")
    if len(turns) > MOST_TURNS or any(len(t) > LONGEST_TURN for t in turns):
        raise BadQuestion(f"一个问题最多{MOST_TURNS}句话，每句最多{LONGEST_TURN}个字")
    contain = tuple(w.strip() for w in question.must_contain if w.strip(" |"))
    excluded = tuple(w.strip() for w in question.must_not_contain if w.strip(" |"))
    if question.abstains:
        if contain or excluded or question.document_id is not None or question.clause:
            raise BadQuestion("选了“应当不答”，就不能再填答复里要有什么、依据哪一条")
    elif not contain and question.document_id is None:
        raise BadQuestion("请填写答复里必须说到什么，或依据哪份文件；都没有就无法判断对错")
    if question.clause and question.document_id is None:
        raise BadQuestion("填了条款，也要选是哪份文件的")
    return OfficeQuestion(
        question.id, turns, contain, excluded, question.document_id, question.clause.strip(),
        question.abstains,
    )  # fmt: skip


def _question(row: Any) -> OfficeQuestion:
    return OfficeQuestion(
        row["id"], tuple(row["turns"]), tuple(row["must_contain"]),
        tuple(row["must_not_contain"]), row["document_id"], row["clause"], row["abstains"],
        row["author"], aware(row["added_at"]),
    )  # fmt: skip


# -- runs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is kept.

    Attributes:
        occasion: why it was asked for, in words.
        asked_by: who asked for it; "" for the machine itself.
        ended_at: None while it waits or is under way.
        error: why it could not be done; "" when it was.
    """

    id: int
    occasion: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    results: Results
    error: str


class OfficeQuestionRuns:
    """The runs in SQL: asked for by a page or a publication, done by the owner of the folder."""

    def __init__(
        self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine, self._now = engine, now

    def ask_for(self, occasion: str, by: str, mark: str = "") -> int:
        """Queue a run; one that waits already is taken instead. Returns its id."""
        table = office_question_runs
        waits = select(table.c.id).where(table.c.ended_at.is_(None)).limit(1)
        with self._engine.begin() as connection:
            known = connection.execute(waits).scalar()
            if known is not None:
                return int(known)
            made = connection.execute(
                insert(table).values(
                    occasion=occasion, asked_by=by, asked_at=self._now(), mark=mark, total=0,
                    right=0, rows=[], error="",
                )
            )  # fmt: skip
            return int(made.inserted_primary_key[0])  # type: ignore[index]

    def waiting(self) -> Run | None:
        """The run to be done next."""
        return next((r for r in reversed(self.newest(RUNS_KEPT)) if r.ended_at is None), None)

    def finish(self, run_id: int, results: Results, mark: str, error: str = "") -> None:
        """Keep how a run ended, and forget the oldest ones."""
        table = office_question_runs
        values = {
            "ended_at": self._now(), "mark": mark, "total": results.total, "right": results.right,
            "rows": [asdict(row) for row in results.rows], "error": error,
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(update(table).where(table.c.id == run_id).values(values))
            connection.execute(delete(table).where(table.c.id <= run_id - RUNS_KEPT))

    def newest(self, limit: int = RUNS_KEPT) -> list[Run]:
        """The newest first."""
        table = office_question_runs
        with self._engine.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.id.desc()).limit(limit))
            return [_run(row) for row in rows.mappings()]

    def mark(self) -> str:
        """The catalogue's mark that the newest ended run saw; "" before the first."""
        table = office_question_runs
        query = select(table.c.mark).where(table.c.ended_at.is_not(None))
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(table.c.id.desc()).limit(1)).scalar()
        return found or ""


def _run(row: Any) -> Run:
    ended = row["ended_at"]
    rows = tuple(Judged(**{**r, "basis": tuple(r["basis"])}) for r in row["rows"])
    return Run(
        row["id"], row["occasion"], row["asked_by"], aware(row["asked_at"]),
        aware(ended) if ended else None, Results(rows), row["error"],
    )  # fmt: skip

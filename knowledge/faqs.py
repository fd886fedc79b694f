"""Answers that the office writes where its papers left a question open, and their life.

new → drafted → approved (by another person) → published → stale → retired. An answer rests on a
clause, kept as it read, or says that nothing is written on the matter. Published, it is a document
of its own (kind FAQ) that goes through the life of every document; whether its clause still reads
so is worked out in knowledge.bindings and stored nowhere, so that no answer outlives its clause.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from database import aware, writing
from knowledge.bindings import Standing, clause_of, read_standing, same_clause
from knowledge.catalogue import Catalogue
from knowledge.documents import UNPUBLISHED, CitedClause, Source, VersionStatus
from knowledge.figures import unsupported, written_figures
from knowledge.lifecycle import NotPossible
from knowledge.tables import faqs, versions

LONGEST_QUESTION = 120
LONGEST_ANSWER = 300
"""Characters of an answer: it is sent whole, with its basis, within WeChat's 2,048 bytes."""
MOST_WORDINGS = 8


class FaqState(StrEnum):
    """Where an answer stands; PUBLISHED and STALE are worked out, the others are stored too."""

    NEW = "new"  # a question without an answer yet
    DRAFTED = "drafted"  # waits for another person
    APPROVED = "approved"  # being published
    PUBLISHED = "published"
    STALE = "stale"  # published, but its clause does not read so any more: it answers nobody
    RETIRED = "retired"


class Staleness(StrEnum):
    """Why an answer holds no more; the value is what staff read."""

    CHANGED = "依据的条款已修改"
    GONE = "依据的条款在现行版本中已没有"
    ENDED = "依据的文件已失效"
    NOT_YET = "依据的文件尚未施行"
    WITHDRAWN = "依据的文件已撤下"


@dataclass(frozen=True, slots=True)
class Faq:
    """A question with the office's answer.

    Attributes:
        wordings: further ways to ask it.
        answer: "" for a question that nobody has answered yet.
        clause: what it rests on, as it read; None for a new one or one without a written basis.
        is_unwritten: no paper speaks of it, and the answer says so.
        author: who last changed the text; approver: who released it, "" until then.
        remark: why a draft was returned.
        revision: counts the changes of the text; who approves names the one they read.
        replaces: id of the published answer that this one is to replace.
        document_id, version_id: what it was published as.
        changed_at, published_at: UTC.
        why_stale: for a stale one.
    """

    id: int
    question: str
    wordings: tuple[str, ...]
    answer: str
    clause: CitedClause | None
    is_unwritten: bool
    state: FaqState
    author: str
    approver: str
    remark: str
    revision: int
    replaces: int | None
    document_id: int | None
    version_id: int | None
    changed_at: datetime
    published_at: datetime | None
    why_stale: Staleness | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody writes: the text of an answer before anybody reviewed it."""

    question: str
    answer: str = ""
    wordings: tuple[str, ...] = ()
    clause: CitedClause | None = None
    is_unwritten: bool = False


class Faqs:
    """The office's answers. Every method may raise SQLAlchemyError."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._engine = catalogue, catalogue.engine

    # -- reading -------------------------------------------------------------------------

    def all(self, day: date, states: Iterable[FaqState] = FaqState) -> list[Faq]:
        """Answers in these states on a day, the last changed first."""
        wanted = set(states)
        return [f for f in self._read(day) if f.state in wanted]

    def get(self, faq_id: int, day: date) -> Faq:
        """One answer as it stands on a day; KeyError when there is none of this id."""
        found = self._read(day, faq_id)
        if not found:
            raise KeyError(faq_id)
        return found[0]

    def citing(self, document_id: int, day: date) -> list[Faq]:
        """Answers that rest on any clause of a document, retired ones aside."""
        return [
            f for f in self._read(day)
            if f.clause and f.clause.document_id == document_id and f.state is not FaqState.RETIRED
        ]  # fmt: skip

    def touched_by(self, version_id: int, day: date) -> list[Faq]:
        """Answers whose clause does not read so in this version of its document: what publishing
        it makes stale."""
        document_id = self._catalogue.version(version_id).document_id
        with self._engine.connect() as connection:
            standing = read_standing(connection, [version_id])
        return [
            f for f in self.citing(document_id, day)
            if f.clause and not same_clause(f.clause, standing)
        ]  # fmt: skip

    def clause(self, passage_id: int) -> CitedClause:
        """A passage as the clause that an answer can rest on.

        Raises:
            NotPossible: it is unknown, not released, or itself an answer of the office.
        """
        stored = self._catalogue.passages([passage_id]).get(passage_id)
        version = self._catalogue.version_of(passage_id) if stored else None
        if stored is None or version is None or version.status in UNPUBLISHED:
            raise NotPossible(f"没有编号为 {passage_id} 的条款，请重新选择")
        source = self._catalogue.sources().get(version.id)
        if source is not None and source.reviewed is not None:
            raise NotPossible("问答不能作为另一条问答的依据，请选择政策文件的条款")
        passage, facts = stored.passage, version.facts
        return CitedClause(
            version.document_id, version.id, passage_id, facts.title,
            facts.number.value if facts.number else "", passage.label, passage.path,
            passage.caption, passage.text,
        )  # fmt: skip

    # -- writing -------------------------------------------------------------------------

    def write(self, wording: Wording, author: str, replaces: int | None = None) -> int:
        """Keep a question, with its answer or without one yet; returns its id.

        Args:
            replaces: the published answer that this one shall replace once approved.

        Raises:
            NotPossible: the text cannot be published like this; the message says why.
        """
        wording = _checked(wording)
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            if replaces is not None:
                _only(connection, replaces, FaqState.APPROVED)
            made = connection.execute(
                insert(faqs).values(
                    **_columns(wording), author=author, approver="", remark="", revision=1,
                    replaces_id=replaces, created_at=now, changed_at=now,
                )
            )  # fmt: skip
        return int(made.inserted_primary_key[0])  # type: ignore[index]

    def rewrite(self, faq_id: int, wording: Wording, author: str) -> None:
        """Change the text of one that is not approved yet; its author is now who changed it.

        Raises:
            NotPossible: as `write`; or it is approved already.
        """
        wording = _checked(wording)
        with writing(self._engine) as connection:
            _only(connection, faq_id, FaqState.NEW, FaqState.DRAFTED)
            connection.execute(
                update(faqs).where(faqs.c.id == faq_id).values(
                    **_columns(wording), author=author, remark="",
                    revision=faqs.c.revision + 1, changed_at=datetime.now(UTC),
                )
            )  # fmt: skip

    def approve(self, faq_id: int, revision: int, approver: str, day: date) -> None:
        """Release a draft that another person wrote; publishing it is the owner's job.

        Args:
            revision: of the text that the approver read.

        Raises:
            NotPossible: it is the approver's own, was changed since, or its clause does not hold.
        """
        found = self._known(faq_id, day)
        if found.state is not FaqState.DRAFTED:
            raise NotPossible("这条答复不在待审核状态，未作改动")
        if found.author == approver:
            raise NotPossible("自己写的答复须由另一位同事审核")
        if found.why_stale is not None:
            raise NotPossible(f"{found.why_stale}，请按现行条款修改后再审核")
        if found.clause is None and not found.is_unwritten:
            raise NotPossible("请先选择依据的条款，或注明暂无明文规定")
        with writing(self._engine) as connection:
            done = connection.execute(
                update(faqs)
                .where(
                    faqs.c.id == faq_id, faqs.c.state == FaqState.DRAFTED.value,
                    faqs.c.revision == revision, faqs.c.author != approver,
                )
                .values(
                    state=FaqState.APPROVED.value, approver=approver, remark="",
                    changed_at=datetime.now(UTC),
                )
            )  # fmt: skip
        if not done.rowcount:
            raise NotPossible("这条答复刚被改动过，请重新阅读后再审核")

    def give_back(self, faq_id: int, remark: str) -> None:
        """Return a draft to its author with the reason.

        Raises:
            NotPossible: it is no draft.
        """
        with writing(self._engine) as connection:
            _only(connection, faq_id, FaqState.DRAFTED)
            connection.execute(update(faqs).where(faqs.c.id == faq_id).values(remark=remark[:300]))

    def discard(self, faq_id: int) -> None:
        """Give up one that was never published.

        Raises:
            NotPossible: it is approved already.
        """
        with writing(self._engine) as connection:
            _only(connection, faq_id, FaqState.NEW, FaqState.DRAFTED)
            connection.execute(
                update(faqs)
                .where(faqs.c.id == faq_id)
                .values(state=FaqState.RETIRED.value, changed_at=datetime.now(UTC))
            )

    def stored(self, faq_id: int, version_id: int, document_id: int) -> None:
        """Note what an approved answer was stored as; before that version is published, so that
        nobody ever finds it without its clause."""
        with writing(self._engine) as connection:
            connection.execute(
                update(faqs)
                .where(faqs.c.id == faq_id)
                .values(version_id=version_id, document_id=document_id)
            )

    # -- working out where they stand ----------------------------------------------------

    def _known(self, faq_id: int, day: date) -> Faq:
        try:
            return self.get(faq_id, day)
        except KeyError:
            raise NotPossible(f"没有编号为 {faq_id} 的问答") from None

    def _read(self, day: date, faq_id: int | None = None) -> list[Faq]:
        query = (
            select(faqs, versions.c.status, versions.c.published_at)
            .outerjoin(versions, versions.c.id == faqs.c.version_id)
            .order_by(faqs.c.changed_at.desc(), faqs.c.id.desc())
        )
        if faq_id is not None:
            query = query.where(faqs.c.id == faq_id)
        sources = self._catalogue.sources()
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
            clauses = {row["id"]: clause_of(row) for row in rows}
            documents = {c.document_id for c in clauses.values() if c}
            live = [i for i, s in sources.items() if s.document_id in documents]
            standing = read_standing(connection, live)
        by_document: defaultdict[int, list[Standing]] = defaultdict(list)
        for one in standing:
            by_document[sources[one.version_id].document_id].append(one)
        found = []
        for row in rows:
            clause = clauses[row["id"]]
            theirs = by_document[clause.document_id] if clause else []
            why = why_stale(clause, theirs, sources, day) if clause else None
            found.append(_faq(row, clause, why))
        return found


def why_stale(
    clause: CitedClause, standing: Sequence[Standing], sources: dict[int, Source], day: date
) -> Staleness | None:
    """Why nothing may rest on a clause on a day; None when something may. Pure.

    Args:
        standing: the passages of its document's live versions.
    """
    same = same_clause(clause, standing)
    if any(sources[i].in_force(day) for i in same):
        return None
    live = {i: s for i, s in sources.items() if s.document_id == clause.document_id}
    current = {i for i, s in live.items() if s.in_force(day)}
    if not live:
        return Staleness.WITHDRAWN
    if current:
        there = any(s.version_id in current and s.label == clause.label for s in standing)
        return Staleness.CHANGED if there else Staleness.GONE
    to_come = all(s.effective_on is not None and s.effective_on > day for s in live.values())
    return Staleness.NOT_YET if to_come else Staleness.ENDED


def _faq(row: Any, clause: CitedClause | None, why: Staleness | None) -> Faq:
    state = FaqState(row["state"])
    if state is FaqState.APPROVED and row["version_id"] is not None:
        if row["status"] == VersionStatus.PUBLISHED:
            state = FaqState.STALE if why else FaqState.PUBLISHED
        elif row["status"] != VersionStatus.DRAFT:
            state = FaqState.RETIRED
    return Faq(
        row["id"], row["question"], tuple(row["wordings"]), row["answer"], clause,
        row["is_unwritten"], state, row["author"], row["approver"], row["remark"],
        row["revision"], row["replaces_id"], row["document_id"], row["version_id"],
        aware(row["changed_at"]),
        aware(row["published_at"]) if row["published_at"] else None, why,
    )  # fmt: skip


def _columns(wording: Wording) -> dict[str, Any]:
    clause = wording.clause
    state = FaqState.DRAFTED if wording.answer else FaqState.NEW
    return {
        "question": wording.question, "wordings": list(wording.wordings),
        "answer": wording.answer, "is_unwritten": wording.is_unwritten, "state": state.value,
        "clause_document_id": clause.document_id if clause else None,
        "clause_version_id": clause.version_id if clause else None,
        "clause_passage_id": clause.passage_id if clause else None,
        "clause": {
            "title": clause.title, "number": clause.number, "label": clause.label,
            "path": list(clause.path), "caption": clause.caption, "text": clause.text,
        } if clause else None,
    }  # fmt: skip


def _only(connection: Connection, faq_id: int, *states: FaqState) -> None:
    found = connection.execute(select(faqs.c.state).where(faqs.c.id == faq_id)).scalar()
    if found is None:
        raise NotPossible(f"没有编号为 {faq_id} 的问答")
    if found not in [s.value for s in states]:
        raise NotPossible("这条答复的状态已改变，请刷新后再操作")


# -- what may be said --------------------------------------------------------------------


def _checked(wording: Wording) -> Wording:
    """The text as it is kept.

    Raises:
        NotPossible: it cannot be published like this.
    """
    question, answer = _line(wording.question), wording.answer.strip()
    wordings = [_line(w) for w in wording.wordings]
    wordings = [w for w in dict.fromkeys(wordings) if w and w != question]
    if not question:
        raise NotPossible("请填写问题")
    if max(map(len, (question, *wordings))) > LONGEST_QUESTION:
        raise NotPossible(f"问题及每种问法不能超过{LONGEST_QUESTION}个字")
    if len(wordings) > MOST_WORDINGS:
        raise NotPossible(f"其他问法最多{MOST_WORDINGS}种")
    answer = re.sub(r"\n{2,}", "\n", "".join(c for c in answer if c.isprintable() or c == "\n"))
    if len(answer) > LONGEST_ANSWER:
        raise NotPossible(f"答复不能超过{LONGEST_ANSWER}个字，现有{len(answer)}个字")
    if wording.clause is not None and wording.is_unwritten:
        raise NotPossible("选了依据条款，就不能再注明暂无明文规定")
    if answer and wording.clause is None and not wording.is_unwritten:
        raise NotPossible("请选择依据的条款，或注明暂无明文规定")
    if answer and (wrong := unfounded(answer, wording.clause)):
        basis = "依据的条款里没有" if wording.clause else "没有明文规定的答复不能写金额、比例"
        raise NotPossible(f"{basis}：{'、'.join(wrong)}；请核对或删去")
    return Wording(question, answer, tuple(wordings), wording.clause, wording.is_unwritten)


def unfounded(answer: str, clause: CitedClause | None) -> list[str]:
    """Figures of an answer that have no basis, as written. Pure.

    Every figure must stand in the clause. Where nothing is written, days, places and telephone
    numbers may be told, but no money and no share: those only a paper can grant.

    >>> unfounded("每月2000元，共3年，拨打12345", None)
    ['2000元']
    """
    if clause is None:
        return [w for w, value in written_figures(answer) if _MONEY.search(value)]
    wrong = [w for w, _ in written_figures(answer) if unsupported(w, clause.whole)]
    return wrong or sorted(unsupported(answer, clause.whole))


_MONEY = re.compile(r"[元块%‰倍]")


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def wordings_of(text: str) -> tuple[str, ...]:
    """Further wordings as typed, one a line."""
    return tuple(line for line in map(_line, text.splitlines()) if line)

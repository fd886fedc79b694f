"""The public pages: the clause that a reply links to, and the front page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.wording import basis, chinese_day, moved_by
from console.layout import cited_spans, lay_out
from console.standing import State, last_day, moved, standing
from knowledge.catalogue import Catalogue, StoredPassage
from knowledge.documents import (
    UNPUBLISHED,
    DocumentFacts,
    Fact,
    Passage,
    Source,
    Version,
    VersionStatus,
)
from knowledge.programme import Programme


@dataclass(frozen=True, slots=True)
class Way:
    """A link to the text that holds instead of the one shown."""

    text: str
    passage_id: int


def public_pages(
    catalogue: Catalogue, today: Callable[[], date], service: str = "人才政策智能问答"
) -> Blueprint:
    """Build ``/p/<id>``, ``/`` and the console's static files.

    Args:
        catalogue: where passages come from.
        today: the day on which a text is in force or not.
        service: the service's name in page headings.
    """
    blueprint = Blueprint(
        "public",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/assets",
    )
    programme = Programme(catalogue)

    @blueprint.get("/p/<int:passage_id>")
    def clause(passage_id: int) -> Response:
        """A cited clause, whether it holds today, and its whole document; 404 if unknown."""
        stored = catalogue.passages([passage_id])
        version = catalogue.version_of(passage_id) if stored else None
        if version is None or version.status in UNPUBLISHED:
            return Response(render_template("missing.html", service=service), 404)
        passage = stored[passage_id].passage
        day = today()
        sources = catalogue.sources()
        source = sources.get(version.id)
        newer = _newer(catalogue, version)
        clauses = catalogue.clauses(version.id)
        spans = cited_spans(passage, clauses)
        holds = standing(version, source, newer is not None, day)
        told = programme.overtaken(day).get(passage_id)
        if told and holds.state is State.IN_FORCE:
            holds = moved(told)
        page = render_template(
            "clause.html",
            service=service,
            facts=version.facts,
            basis=basis(source.on(day) if source else _source(version), passage.label),
            passage=passage,
            quoted=_quoted(passage),
            above=[heading for heading in passage.path if heading not in passage.label],
            pairs=dict.fromkeys(
                (n, c) for n, c in zip(passage.header, passage.cells, strict=False) if c
            ),
            fields=_fields(version.facts, source.on(day) if source else None),
            standing=holds,
            way=_way(catalogue, sources, source, newer, passage, day),
            checked_on=chinese_day(day),
            shown=lay_out(clauses, spans),
            is_marked=bool(spans),
            beside=_beside(catalogue, passage_id, version),
        )
        return Response(page)

    @blueprint.get("/")
    def front() -> AnyResponse:
        """The page to try the account on where there is one, else what this service is."""
        if "simulator.page" in current_app.view_functions:
            return redirect(url_for("simulator.page"))
        return Response(render_template("front.html", service=service))

    return blueprint


def _source(version: Version) -> Source:
    """What a version that is not published says of itself; repeals are not worked out for it."""
    facts = version.facts
    return Source(
        document_id=version.document_id,
        version_id=version.id,
        file_name=version.file_name,
        title=facts.title,
        number=_value(facts.number),
        kind=facts.kind,
        region=_value(facts.region),
        issuer=facts.issuer,
        effective_on=facts.effective_on,
        lapsed_on=facts.expires_on,
    )


def _value(fact: Fact | None) -> str:
    return fact.value if fact else ""


def _newer(catalogue: Catalogue, version: Version) -> Version | None:
    """The published version of the same document, unless it is this one."""
    for other in catalogue.versions(version.document_id):
        if other.status is VersionStatus.PUBLISHED and other.id != version.id:
            return other
    return None


def _way(
    catalogue: Catalogue,
    sources: dict[int, Source],
    source: Source | None,
    newer: Version | None,
    passage: Passage,
    day: date,
) -> Way | None:
    """Where to read on: the clause that an answer rests on, the same clause of the newer version,
    or what abolished this document."""
    if source is not None and source.reviewed is not None:
        clause, now = source.reviewed.clause, source.reviewed.passage_id
        return Way("查看依据的条款", now or clause.passage_id) if clause else None
    if newer is not None:
        passages = catalogue.passages_of(newer.id)
        same = [p for p in passages if p.passage.label == passage.label]
        if same:
            return Way(f"查看新版本的{passage.label}", same[0].id)
        return Way("查看新版本", passages[0].id) if passages else None
    if source is None or not source.repealed_by or source.in_force(day):
        return None
    for version_id, other in sources.items():
        if other.title == source.repealed_by and other.in_force(day):
            passages = catalogue.passages_of(version_id)
            return Way(f"查看《{other.title}》", passages[0].id) if passages else None
    return None


def _beside(
    catalogue: Catalogue, passage_id: int, version: Version
) -> list[tuple[str, StoredPassage]]:
    """(上一条 or 下一条, passage) around a passage in its document."""
    # a version's passages are stored in one go, so their ids follow each other
    around = (("上一条", passage_id - 1), ("下一条", passage_id + 1))
    stored = catalogue.passages([other for _, other in around])
    return [
        (name, stored[other])
        for name, other in around
        if other in stored and stored[other].version_id == version.id
    ]


def _quoted(passage: Passage) -> list[str]:
    """A passage's lines, without a first one that only repeats the label above it."""
    lines = passage.text.split("\n")
    return lines[1:] if len(lines) > 1 and lines[0] == passage.label else lines


def _fields(facts: DocumentFacts, source: Source | None) -> list[tuple[str, str]]:
    """What the page says of a document, (name, value): what it states of itself, and what a
    later paper made of its last day."""
    expires = facts.expires_on
    ends = chinese_day(last_day(expires)) if expires else ""
    if source and source.moved:
        last = source.moved[-1].lapsed_on
        now = chinese_day(last_day(last)) if last else "未定"
        ends = f"{now}{moved_by(source)}{f'；原为{ends}' if ends else ''}"
    rows = (
        ("文号", _value(facts.number)),
        ("发布机关", facts.issuer),
        ("适用范围", _value(facts.region)),
        ("成文日期", _day(facts.issued)),
        ("施行日期", _day(facts.effective)),
        ("有效期至", ends),
    )
    return [(name, value) for name, value in rows if value]


def _day(fact: Fact | None) -> str:
    return chinese_day(date.fromisoformat(fact.value)) if fact else ""

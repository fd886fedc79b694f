"""An approved answer becomes a document: stored, embedded, published and retired like any other."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from knowledge.documents import (
    Clause,
    ClauseKind,
    DocumentFacts,
    DocumentKind,
    Fact,
    Passage,
    Version,
)
from knowledge.faqs import Faq, Faqs, FaqState
from knowledge.indexes import embed
from knowledge.lifecycle import WRITTEN_HERE, Draft, Lifecycle, NotPossible

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase


def publish_answer(base: KnowledgeBase, faq_id: int, day: date, issuer: str, lead: str) -> Version:
    """Publish an approved answer; done again after a crash it goes on where it stopped.

    Args:
        issuer: the office, as it signs.
        lead: what stands before an answer that no paper supports.

    Raises:
        NotPossible: it is not approved, or published already.
    """
    faqs = Faqs(base.catalogue)
    faq = _known(faqs, faq_id, day)
    if faq.state is not FaqState.APPROVED:
        raise NotPossible("这条答复没有通过审核，或已经发布")
    version_id = faq.version_id
    if version_id is None:
        draft = as_draft(base, faq, issuer, lead)
        # a draft that an earlier try left behind is this very text
        left = [
            v for v in base.catalogue.known_files(draft.content_hash) if v.format == WRITTEN_HERE
        ]
        replaced = _known(faqs, faq.replaces, day).document_id if faq.replaces else None
        version_id = left[0].id if left else Lifecycle(base.catalogue.engine).store(draft, replaced)
        faqs.stored(faq_id, version_id, base.catalogue.version(version_id).document_id)
    return base.intake.publish(version_id)


def retire_answer(base: KnowledgeBase, faq_id: int, day: date) -> None:
    """Take a published answer out of answers.

    Raises:
        NotPossible: it is not published.
    """
    faq = _known(Faqs(base.catalogue), faq_id, day)
    if faq.document_id is None or faq.state not in (FaqState.PUBLISHED, FaqState.STALE):
        raise NotPossible("这条答复没有发布，无需下线")
    base.intake.retire(faq.document_id)


def as_draft(base: KnowledgeBase, faq: Faq, issuer: str, lead: str) -> Draft:
    """The text of an answer as a document of one question.

    Its title names no matter: titles say which places and papers are known here, and a question
    that people ask of another city must not make that city known.
    """
    name = f"常见问题答复第{faq.id}号"
    answer = f"{lead}{faq.answer}" if faq.is_unwritten else faq.answer
    also = f"也有人这样问：{'；'.join(faq.wordings)}" if faq.wordings else ""
    asked, told = f"问：{faq.question}", f"答：{answer}"
    kinds = (ClauseKind.QUESTION, ClauseKind.PARAGRAPH, ClauseKind.PARAGRAPH)
    body = [
        Clause(i, None if i == 1 else 1, kind, "", "", text)
        for i, (kind, text) in enumerate(zip(kinds, (asked, told, also), strict=True), 1)
        if text
    ]
    clauses = (Clause(0, None, ClauseKind.TITLE, "", "", name), *body)
    passage = Passage(
        0, faq.question[:24], (), f"{asked}\n{told}", ClauseKind.QUESTION,
        tuple(c.ordinal for c in clauses), caption=also,
    )  # fmt: skip
    digest = hashlib.sha256(f"{WRITTEN_HERE} {faq.id} {faq.revision}".encode()).hexdigest()
    return Draft(
        name, digest, WRITTEN_HERE, _facts(base, faq, name, issuer), clauses, [passage],
        embed(base.encoder, [passage]), (), (), base.encoder.name,
    )  # fmt: skip


def _facts(base: KnowledgeBase, faq: Faq, name: str, issuer: str) -> DocumentFacts:
    """It holds where its clause holds; an answer without one holds wherever we are asked."""
    if faq.clause is None:
        return DocumentFacts(name, DocumentKind.FAQ, issuers=(Fact(issuer, ""),))
    theirs = base.catalogue.version(faq.clause.version_id).facts
    return DocumentFacts(
        name, DocumentKind.FAQ, issuers=(Fact(issuer, ""),), region=theirs.region,
        level=theirs.level, topics=theirs.topics,
    )  # fmt: skip


def _known(faqs: Faqs, faq_id: int, day: date) -> Faq:
    try:
        return faqs.get(faq_id, day)
    except KeyError:
        raise NotPossible(f"没有编号为 {faq_id} 的问答") from None

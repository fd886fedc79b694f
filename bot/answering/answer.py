"""Question -> Answer with citations, or Abstain with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answering.classes import Match, defined_classes, led_to, of_known_class, titles_in
from bot.answering.composing import MOST_CITATIONS, Composer, citation
from bot.answering.dialect import in_standard_words
from bot.answering.disagreement import Disagreement
from bot.answering.elsewhere import names_known_place
from bot.answering.finding import Finder
from bot.answering.letters import LETTER
from bot.answering.naming import NAMED, VALIDITY, asks_by_number, is_meant, is_newer, likeness
from bot.answering.onward import next_questions
from bot.answering.precedence import Precedence
from bot.answering.quotable import Quotable
from bot.answering.result import Abstain, Answer, Part, Reason
from bot.answering.scope import refusal
from bot.answering.understanding import Question, Turn, understand
from bot.answering.whereabouts import without_origin
from bot.answering.whole import completed
from bot.wording import REPEALED, basis, old_amount, validity
from knowledge.documents import DocumentKind, Hit, Source
from knowledge.figures import figures, unsupported
from knowledge.lexicon import SpokenTable, SynonymFinder, normal, places
from knowledge.query import Aspect
from knowledge.retriever import Retriever


class Answerer:
    """Answers questions from the documents in force."""

    def __init__(self, retriever: Retriever, table: SynonymFinder) -> None:
        self._retriever = retriever
        self._table = SpokenTable(table, retriever.speaks_of)
        self._quotable = Quotable(retriever)
        self._precedence = Precedence(retriever, self._table, self._quotable)
        self._finder = Finder(retriever, self._table, self._quotable, self._precedence)
        self._composer = Composer(retriever)

    def answer(self, text: str, day: date, history: Sequence[Turn] = ()) -> Answer | Abstain:
        """Answer a message as of a day, in the light of the conversation before it."""
        text = in_standard_words(text)
        if reason := refusal(normal(text)):
            return Abstain(reason)
        text = self._retriever.as_meant(text)
        folded = without_origin(normal(text))
        if VALIDITY.search(folded) and (valid := self._validity(folded, day)):
            return valid
        questions = understand(
            text, day, self._table, history, self._retriever.names_in, self._retriever.only_city()
        )
        answered: list[tuple[Question, list[Hit]]] = []
        refused: list[Abstain] = []
        missed: list[str] = []
        differing: dict[int, Disagreement] = {}
        classes: frozenset[str] = frozenset()
        matter_is_unknown = False
        for question in questions:
            if classes and not question.query.classes:
                question = replace(question, query=of_known_class(question.query, classes))
            if question.leans and answered:
                before = answered[-1][1][0].source
                query = replace(question.query, documents=frozenset({before.document_id}))
                if not before.in_force(day):
                    query = replace(query, historic=True)  # 几年发完 of what an old rule gave
                question = replace(question, query=query)
            if question.leans and matter_is_unknown and not answered:
                continue  # one more thing of a matter that no document speaks of
            if refused and not answered and _AFTER_IT.match(question.text):
                continue  # 过了还收吗 behind a last day that no document gives
            is_there = bool(refused and refused[-1].place) and not answered
            if is_there and not self._names_place(question.text, day):
                continue  # one more thing of that other place
            hits = self._finder.find(question, day, folded)
            if isinstance(hits, Abstain):
                refused.append(hits)
                matter_is_unknown = bool(self._retriever.unknown(question.query))
                if any(len(c.word) > 1 and not c.carried for c in question.query.concepts):
                    missed.append(question.text)
                continue
            hits, found_differing = self._precedence.beside_each_other(question.query, hits, day)
            hits = [completed(question.query, hits[0], self._retriever), *hits[1:]]
            if found_differing:
                differing[hits[0].passage_id] = found_differing
            answered.append((question, hits))
            # 算几类 answered with E类 tells the following questions which class is meant
            if Aspect.CATEGORY in question.query.aspects:
                led, fit = led_to(titles_in(question.query), question.told, hits[0])
                if fit is not Match.MAYBE:
                    classes = led or defined_classes(hits[0]) or classes
        if not answered:
            return refused[0]
        found = self._composer.compose(answered, day, folded, differing)
        if isinstance(found, Abstain):
            return found
        found = self._with_old_amount(found, answered[0], day)
        stated = " ".join(c.text for c in found.citations)
        # an amount in a question that is only offered is read as one that is granted
        onward = tuple(
            q
            for q in self._onward(answered[0][1][0], folded)
            if not unsupported(q, stated) and all(n in stated for n in _COUNTED.findall(q))
        )
        return replace(found, missed=tuple(missed), next_questions=onward)

    def _names_place(self, text: str, day: date) -> bool:
        return bool(places(text)) or names_known_place(text, self._retriever.places(day))

    # -- validity ------------------------------------------------------------------------

    def _validity(self, folded: str, day: date) -> Answer | Abstain | None:
        """Whether the document a question names is in force; None when it names none, and nothing
        is said of another paper than the one whose number it gives."""
        if len(folded) <= LETTER and asks_by_number(folded):  # a letter leans on many papers
            sources = self._retriever.sources(day)
            best = next((s for s in sources if is_meant(folded, s.number)), None)
            if best is None:
                return self._repealed(folded, day) or Abstain(Reason.NO_PASSAGE)
        else:
            best = self._titled(folded, day)
        if best is None:
            return None
        proof = self._retriever.marked(self._retriever.validity_passages(best, day), day)
        if not proof:
            return None
        citations = tuple(citation(h, day) for h in proof)
        first = proof[0]
        part = Part(
            question=folded,
            body=validity(best, day),
            basis=basis(first.source, first.passage.label),
            passage_id=first.passage_id,
            overtaken=first.overtaken,
        )
        # the day is worked out from the clause quoted beside it, which is shown whole
        quoted = Part(folded, first.passage.text, part.basis, first.passage_id)
        return Answer((part,), (quoted,), citations)

    def _titled(self, folded: str, day: date) -> Source | None:
        """The paper whose title a question names."""
        best, share = None, NAMED
        for source in self._retriever.sources(day):
            if source.reviewed is not None:
                continue  # an answer of the office is no paper that people ask about
            if _OF_ANOTHER.match(source.title) and not _OF_ANOTHER_ASKED.search(folded):
                continue  # who asks whether a paper holds does not mean the notice that prolongs it
            held = likeness(source, folded)
            if held > share or (best and held == share and is_newer(source, best)):
                best, share = source, held
        return best

    def _repealed(self, folded: str, day: date) -> Answer | None:
        """That a paper asked about by its number, which is none of the stored ones, is repealed by
        one of them; None where none says so."""
        hit = self._retriever.repealing(lambda paper: is_meant(folded, paper), day)
        if hit is None:
            return None
        proof = citation(hit, day)
        part = Part(folded, REPEALED + hit.passage.text, proof.basis, hit.passage_id)
        return Answer((part,), (), (proof,))

    def _with_old_amount(
        self, found: Answer, answered: tuple[Question, list[Hit]], day: date
    ) -> Answer:
        """The answer with the rule that an amount asked about comes from, where that has lapsed.

        原来不是补10万吗 gets the amount of today and whose amount the 10万 was.
        """
        question, hits = answered
        named = _AMOUNT.search(question.told)
        if named is None or not hits[0].source.in_force(day):
            return found
        told = figures(named[0])
        if told <= figures(found.citations[0].text):
            return found
        for old in self._retriever.search(question.query, day, limit=3, lapsed=True):
            if told <= figures(old.passage.text) and self._quotable.supports(question.query, old):
                proof = citation(old, day)
                body = old_amount(named[0], old.source)
                if unsupported(body, f"{proof.text} {named[0]} {old.source.title}"):
                    return found
                part = Part(question.text, body, proof.basis, old.passage_id)
                citations = (*found.citations[: MOST_CITATIONS - 1], proof)
                return replace(found, beside=(part, *found.beside[:1]), citations=citations)
        return found

    def _onward(self, first: Hit, folded: str) -> tuple[str, ...]:
        """What the clauses around the first answer would answer; none around a speech."""
        if first.source.kind in (DocumentKind.SPEECH, DocumentKind.EVENT):
            return ()
        neighbours = self._retriever.neighbours(first)
        return next_questions(first.passage, neighbours, first.source.title, folded)


_AFTER_IT = re.compile("(?:那|要是|如果|万一)*(?:超?过了|过期|晚了|逾期|错过)")
_COUNTED = re.compile(
    r"第[一二三四五六七八九十\d]+|[一二三四五六七八九十百\d]+[家个套次年月人名份位项处元万岁]"
)
"""第二笔, 一家 in a question that is offered: the answer must have spoken of such a number."""
_OF_ANOTHER = re.compile(r"关于(?:延长|废止|修改|修订|停止|继续|调整|公布|宣布)[^《]*《")
_OF_ANOTHER_ASKED = re.compile(r"延长|废止|修改|修订|通知|决定")
_AMOUNT = re.compile(
    r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十两]+)(?:万元?|千元|百元)|\d{3,}(?:元|块)"
)

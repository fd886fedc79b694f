"""Query -> hits: dense and lexical candidates, one score, gated to documents in force.

Both halves only propose; every candidate is then scored by the same formula from its stored
vector and its terms, so a passage that one half missed is not punished for it.
"""

from __future__ import annotations

import math
import re
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

import numpy as np

from knowledge import talent_classes
from knowledge.catalogue import PASSAGES_KEPT, Catalogue, StoredPassage
from knowledge.clause_names import names_around
from knowledge.coverage import Fields, Weighed, brevity, cover, fields_norm, weigh
from knowledge.documents import ClauseKind, DocumentKind, Hit, Passage, Source
from knowledge.embedding import Embedder
from knowledge.fulltext import FullText
from knowledge.lexicon import (
    coined_names,
    index_terms,
    is_coined,
    normal,
    take_as_names,
    take_as_words,
    terms_of,
    words,
)
from knowledge.postings import Postings
from knowledge.programme import Programme
from knowledge.query import Aspect, Concept, Query
from knowledge.recipients import own_classes, own_degrees
from knowledge.regions import (
    cities_of,
    is_district,
    means_the_city,
    names_district,
    places_named,
    speaks_of_elsewhere,
    within_place,
    without_places,
)
from knowledge.second_look import LOOKED_AT, SecondLook, own_heading
from knowledge.sounds import SoundTable
from knowledge.speeches import counts_of_a_year, of_other_year
from knowledge.terms import paper_and_day
from knowledge.validity import in_force
from knowledge.vectors import Nearest
from knowledge.weights import ANSWERS, HEADED, MEASURED, Weights

QUERIES = 6
"""Forms of a question whose unknown words are kept."""
TERMS_KEPT = 50_000
"""Terms of questions whose frequency is kept."""
VERSIONS_KEPT = 300
"""Versions whose passages are kept in reading order, for what stands around a hit."""
UNKNOWN_ACTION = 0.3
"""Of an everyday verb that no document has, what counts as foreign."""
EVERYWHERE = 0.25
"""Share of the passages from which a term leads to none of them."""
CANDIDATES = 60
"""Passages each half proposes before the gate."""
MORE = 8
"""Times as many are proposed when the gate leaves too few."""


Reranker = Callable[[Query, Sequence[Hit]], Sequence[float]]
"""(question, hits) -> a score for each hit, higher is better; e.g. a cross-encoder's."""
RERANKED = 20
"""First hits that a reranker sees; those behind keep their places."""


class Retriever:
    """Finds the passages that answer a query on a given day."""

    def __init__(
        self, catalogue: Catalogue, fulltext: FullText, vectors: Nearest, encoder: Embedder,
        weights: Weights | None = None, reranker: Reranker | None = None,
    ) -> None:  # fmt: skip
        """Search these indexes; without a reranker the order is the score's."""
        self._catalogue, self._fulltext, self._vectors = catalogue, fulltext, vectors
        self._encoder, self.weights = encoder, weights or Weights()
        self.programme = Programme(catalogue)
        self._reranker, self._look = reranker, SecondLook(encoder)
        self._postings = Postings(fulltext)
        self._fields: dict[int, Fields] = {}
        self._read: dict[int, list[Passage]] = {}
        self._places: tuple[str, date, frozenset[str]] | None = None
        self._current: tuple[str, date, frozenset[int]] | None = None
        self._common: dict[str, int] = {}
        self._spoken: dict[str, bool] = {}
        self._held: dict[tuple[str, ...], bool] = {}
        self._mark = ""
        self._last_unheard: deque[tuple[str, Query, tuple[float, float]]] = deque(maxlen=QUERIES)
        self._sounds: tuple[str, SoundTable] | None = None
        self._total = 0
        self._cities: frozenset[str] = frozenset()
        self._purposes: dict[str, str] = {}
        self._lock = threading.Lock()
        self._sounding = threading.Lock()

    def search(self, query: Query, day: date, limit: int = 8, lapsed: bool = False) -> list[Hit]:
        """The best passages for a query, best first; [] when nothing is near.

        Args:
            query: what is asked.
            day: the day the question is asked about; only documents in force then are found.
            limit: how many hits at most.
            lapsed: find only documents that are no longer in force on that day instead.
        """
        self._refresh()
        mark = self._mark  # before the sources are read: kept under it is nothing older
        sources = self._catalogue.sources(day)
        allowed = (
            {i for i, s in sources.items() if s.lapsed_on is not None and s.lapsed_on <= day}
            if lapsed
            else self._in_force(mark, sources, day)
        )
        own, among = within_place(query, sources)
        if among is not None:
            # another city's rule is no answer, however well it reads
            allowed = allowed & among
            query = without_places(query)
        if not allowed:
            return []
        vector = self._encoder.encode([query.embedded])[0]
        for wide in (CANDIDATES, CANDIDATES * MORE):
            ids = self._candidates(query, vector, wide)
            stored = self._catalogue.passages(ids)
            eligible = [s for s in stored.values() if s.version_id in allowed]
            if len(eligible) >= limit or len(ids) < wide:
                break
        else:
            # a base full of lapsed papers on one matter, or of other cities', must not hide the
            # one that holds; of the few lapsed ones not all need be found
            if not lapsed:
                stored |= self._catalogue.passages(self._within(query, allowed))
                eligible = [s for s in stored.values() if s.version_id in allowed]
        hits = self._score(query, vector, eligible, sources, day, own)
        hits.sort(key=_best_first)
        hits = _each_once(hits)
        hits[:LOOKED_AT] = self._looked_at(query, vector, hits[:LOOKED_AT])
        if self._reranker is not None:
            first = hits[:RERANKED]
            scores = self._reranker(query, first)
            order = sorted(range(len(first)), key=lambda i: -scores[i])
            hits[:RERANKED] = [first[i] for i in order]
        return self.marked(hits[:limit], day)

    def marked(self, hits: Sequence[Hit], day: date) -> list[Hit]:
        """The hits, each with what has become of the event it tells of."""
        overtaken = self.programme.overtaken(day)
        return [replace(h, overtaken=overtaken.get(h.passage_id)) for h in hits]

    def shares(self, query: Query) -> dict[str, float]:
        """How much of the question each concept is, by rarity and importance."""
        self._refresh()
        if within_place(query, self._catalogue.sources())[1] is not None:
            query = without_places(query)
        idf = self._rarity(query.concepts)
        found = {}
        for concept in query.concepts:
            rarest = [max((idf(t) for t in a.terms), default=0.0) for a in concept.alternatives]
            found[concept.word] = min(rarest, default=0.0) * concept.weight
        return found

    def names_in(self, text: str, concepts: Sequence[Concept]) -> list[str]:
        """What clauses have as their own names and a text holds, in its order: 技能回炉券.

        Args:
            text: in normal form.
            concepts: what it speaks of.
        """
        self._refresh()
        terms = [t for c in concepts for t in c.alternatives[0].terms]
        ids = self._postings.search(self._telling(terms), CANDIDATES)
        passages = (s.passage for s in self._catalogue.passages(ids).values())
        found = {n for p in passages for n in names_around(p) if n in text}
        return sorted(
            (n for n in found if not any(n != o and n in o for o in found)), key=text.find
        )

    def spoken_of(self, words: Iterable[str]) -> set[str]:
        """Those of some words that stand in any document."""
        self._refresh()
        return {word for word, count in self._frequencies(words).items() if count}

    def speaks_of(self, wording: str) -> bool:
        """Does some passage hold every word of a wording, in one piece or in its parts?"""
        self._refresh()
        found = self._spoken.get(wording)
        if found is None:
            needed = self._in_pieces(wording)
            found = bool(needed) and self._holds(needed)
            found = found or wording in self._purposes.values()  # said of them by their clauses
            if len(self._spoken) >= TERMS_KEPT:
                self._spoken.clear()
            self._spoken[wording] = found
        return found

    def _in_pieces(self, wording: str) -> tuple[str, ...]:
        """Terms that stand for a wording in the index, whole or in its parts; () where one of them
        stands nowhere."""
        cut = [terms_of(w) for w in words(wording)]
        known = self._frequencies(t for terms in cut for t in terms)
        # 贷款额度 is one word here and two in the index
        needed = [t for w, *parts in cut for t in ((w,) if known[w] or not parts else parts)]
        return _in_a_row(needed) if all(known[t] for t in needed) else ()

    def _holds(self, terms: Sequence[str]) -> bool:
        """Does a passage hold all of these terms? Kept until something is published."""
        key = tuple(terms)
        held, found = self._held, self._held.get(key)
        if found is None:
            found = self._fulltext.holds_all(key)
            if len(held) >= TERMS_KEPT:
                held.clear()
            held[key] = found
        return found

    def unknown(self, query: Query) -> list[str]:
        """Concepts of the question that no document speaks of in any wording.

        Of a question that names a place only the documents that may hold there are asked: that
        another city pays an 安家费 says nothing of this one.
        """
        sources = self._catalogue.sources()
        _, among = within_place(query, sources)
        if among is not None:
            query = without_places(query)
        concepts = [
            c
            for c in query.concepts
            if c.weight >= 1
            and not (c.carried or _is_own_name(c.word))
            and not (c.is_action and len(c.word) == 1)
        ]
        terms = [t for c in concepts for a in c.alternatives for t in a.terms]
        known = self._frequencies(terms)
        found = []
        for concept in concepts:
            typed, *synonyms = concept.alternatives
            # of a wording in the table only the whole counts: 人才贷 is not known by 人才
            inner = typed.terms[:1] if synonyms else [t for t in typed.terms if len(t) > 1]
            # 生活津贴 is written 生活 and 津贴 in the index; 人才贷 is not known by 人才
            parts = tuple(t for t in typed.terms[1:] if len(t) > 1)
            # a synonym counts when one passage holds all of it: 购车补贴 is not known by 补贴
            wordings: list[tuple[str, ...]] = [(t,) for t in inner or typed.terms if known.get(t)]
            if sum(map(len, parts)) == len(concept.word) and all(known.get(t) for t in parts):
                wordings.append(parts)
            wordings += filter(None, (self._in_pieces(a.written or a.terms[0]) for a in synonyms))
            size = len(concept.word)
            if _CHINESE.fullmatch(concept.word) and (size > 2 or (size > 1 and not wordings)):
                # 社区公共户 is cut otherwise in the question than in the clause; 女的 stands in 子女的
                wordings.append((" ".join(concept.word),))
            if among is not None:
                is_known = self._fulltext.holds_one(wordings, among)
            else:
                is_known = any(
                    (len(w) == 1 and w[0] in known) or self._fulltext.holds_all(w) for w in wordings
                )
            if not is_known:
                found.append(concept.word)
        return found

    def sources(self, day: date | None = None) -> list[Source]:
        """Every published document, in force or not, as it stood on a day where one is given."""
        return list(self._catalogue.sources(day).values())

    def validity_passages(self, source: Source, day: date | None = None) -> list[Hit]:
        """Where a document's validity is written: the clause that repeals it, its own closing one.

        The repealing clause comes first; [] when neither says anything.
        """
        sources = self._catalogue.sources(day)
        lines = self._catalogue.validity_lines(source.version_id, day)
        found = [self._where(line, sources[v]) for v, line in lines if v in sources]
        return [hit for hit in found if hit is not None]

    def repealing(self, is_meant: Callable[[str], bool], day: date) -> Hit | None:
        """Where a published document that has begun repeals a paper, stored or not, by that day.

        Args:
            is_meant: 文号 or title of a repealed paper -> whether it is the one.
        """
        sources = self._catalogue.sources(day)
        for version in self._catalogue.versions():
            source = sources.get(version.id)
            if source is None or (source.effective_on or day) > day:
                continue
            for fact in version.facts.repeals:
                paper, since = paper_and_day(fact.value)
                if is_meant(paper) and (since or day) <= day:
                    return self._where(fact.source, source)
        return None

    def names_other_district(self, query: Query) -> bool:
        """Does the question say where in the city, by a district that some paper speaks of?"""
        found = _IN_A_DISTRICT.findall(query.message or query.text)
        return any(self.speaks_of(f"{place}{kind}") for place in found for kind in "区县")

    def only_city(self) -> str:
        """The city that all papers are for, without 市; "" where they are for several or none."""
        self._refresh()
        return next(iter(self._cities)) if len(self._cities) == 1 else ""

    def names_place_of(self, source: Source, query: Query) -> bool:
        """Does the question, or what it follows up, name the district or zone of a paper?"""
        return names_district(source, query, self._cities)

    def _where(self, line: str, source: Source) -> Hit | None:
        """The passage of a document in which a line stands."""
        for stored in self._catalogue.passages_of(source.version_id) if line else ():
            if line in stored.passage.text or stored.passage.text in line:
                return Hit(stored.id, stored.passage, source, 1.0, 1.0, 1.0)
        return None

    def sounds(self) -> SoundTable:
        """The documents' words by sound; made anew when what is published has changed."""
        self._refresh()
        with self._sounding:  # one thread makes it, the others wait for it
            mark, known = self._mark, self._sounds
            if known is None or known[0] != mark:
                known = self._sounds = (mark, SoundTable(self._heard()))
        return known[1]

    def _heard(self) -> list[str]:
        """What a slip may have meant: names of classes and things first, then words."""
        names = (n for order in self._catalogue.class_names() for n in order)
        return [*names, *coined_names(), *self._fulltext.vocabulary()]

    def as_meant(self, text: str) -> str:
        """A message with its slips of sound read as what the documents have, 招聘汇 as 招聘会, and
        买房的券 by the name that they have for it."""
        return self.as_named(self.sounds().correct(text)[0])

    def as_named(self, text: str) -> str:
        """A question with 买房的券 as the name that the papers have for it, 安巢券, where they have
        just one."""
        self._refresh()

        def name_of(match: re.Match[str]) -> str:
            purpose = "租房" if "租" in match["for"] else "购房"
            end = match["what"].replace("卷", "券")
            own = [n for n, p in self._purposes.items() if p == purpose and n[-1] == end]
            if not own and self.speaks_of(purpose + end):
                own = [purpose + end]  # 买房的券 is 购房券 where they call it so
            return own[0] if len(own) == 1 and not self.speaks_of(match[0]) else match[0]

        return _FOR_A_HOME.sub(name_of, text)

    def foreign(self, query: Query) -> float:
        """Share of a question that speaks of what no document speaks of, 0..1.

        What an earlier turn said does not count: 买车有补贴吗 after 买房 is about 买车; nor does
        what is told beside the question, see ``aside``.
        """
        return self._unheard(query)[0]

    def aside(self, query: Query) -> float:
        """Share of a question, 0..1, that tells what no document speaks of beside what is asked: the
        train of 火车晚点了,驿站还让进吗."""
        return self._unheard(query)[1]

    def _unheard(self, query: Query) -> tuple[float, float]:
        """What a question asks and what it tells that no document speaks of, as shares of it."""
        self._refresh()
        mark = self._mark
        # asked again for every hit that might be quoted: eight times a question
        for of, asked_before, known in list(self._last_unheard):
            if of == mark and asked_before is query:
                return known
        actions = {c.word for c in query.concepts if c.is_action}
        told = {c.word for c in query.concepts if c.told}
        unknown = self.unknown(query)
        asked = {w: UNKNOWN_ACTION if w in actions else 1.0 for w in unknown if w not in told}
        beside = {w: 1.0 for w in unknown if w in told}
        found = self._share(query, asked), self._share(query, beside)
        self._last_unheard.append((mark, query, found))
        return found

    def _share(self, query: Query, worth: Mapping[str, float]) -> float:
        """Share of a question that words make up, each of its worth."""
        shares = self.shares(query)
        own = [shares.get(c.word, 0.0) for c in query.concepts if not c.carried]
        total = sum(own) or sum(shares.values())
        among = sum(shares.get(word, 0.0) * share for word, share in worth.items())
        return among / total if total else 0.0

    def texts(self, version_id: int) -> list[str]:
        """All passages of a version, in reading order."""
        return [p.text for p in self._passages_of(version_id)]

    def _passages_of(self, version_id: int) -> list[Passage]:
        kept = self._read
        known = kept.get(version_id)
        if known is None:
            known = [s.passage for s in self._catalogue.passages_of(version_id)]
            if len(kept) >= VERSIONS_KEPT:
                kept.clear()
            kept[version_id] = known
        return known

    def neighbours(self, hit: Hit) -> list[Passage]:
        """The other passages of a hit's version, those that follow first, then those before."""
        found = self._passages_of(hit.source.version_id)
        at = hit.passage.ordinal
        return [p for p in found if p.ordinal > at] + [p for p in found if p.ordinal < at][::-1]

    def of_paper(self, hit: Hit) -> list[Hit]:
        """Every other passage of a hit's paper, in reading order, each as found as the hit is."""
        stored = self._catalogue.passages_of(hit.source.version_id)
        others = (s for s in stored if s.id != hit.passage_id)
        return [replace(hit, passage_id=s.id, passage=s.passage) for s in others]

    def places(self, day: date) -> frozenset[str]:
        """What the documents are for: the regions, titles and issuers of those in force and of
        those that ran out with nothing in their place."""
        self._refresh()
        mark, known = self._mark, self._places
        if known is None or known[:2] != (mark, day):
            named = frozenset(
                normal(name)
                for source in self._catalogue.sources().values()
                if source.in_force(day) or not source.has_successor
                for name in (source.region, source.title, source.issuer)
                if name
            )
            known = self._places = (mark, day, named)
        return known[2]

    def _in_force(self, mark: str, sources: dict[int, Source], day: date) -> AbstractSet[int]:
        """``in_force`` of the versions published at a mark, kept until there is another."""
        known = self._current
        if known is None or known[:2] != (mark, day):
            known = self._current = (mark, day, frozenset(in_force(sources, day)))
        return known[2]

    # -- candidates ----------------------------------------------------------------------

    def _candidates(self, query: Query, vector: np.ndarray, wide: int) -> list[int]:
        dense = [i for i, _ in self._vectors.nearest(vector, wide)]
        lexical = self._postings.search(self._telling(_terms(query)), wide)
        return list(dict.fromkeys([*lexical, *dense]))

    def _within(self, query: Query, allowed: AbstractSet[int]) -> list[int]:
        """What these versions hold: all of it where that is little, else what has the question's
        words, so that nobody waits until a whole base is read."""
        ids = self._catalogue.passage_ids(allowed, CANDIDATES * MORE + 1)
        if len(ids) <= CANDIDATES * MORE:
            return ids
        return self._fulltext.search(self._telling(_terms(query)), CANDIDATES, allowed)

    def _telling(self, terms: Iterable[str]) -> list[str]:
        """Terms worth searching by: common ones only when nothing rarer is left, and what nearly
        every passage holds (人才) only when nothing else is."""
        unique = list(dict.fromkeys(terms))
        frequency = self._frequencies(unique)
        known = [t for t in unique if frequency.get(t)]
        rare = [t for t in known if frequency[t] <= max(20, self._total * 0.05)]
        if len(rare) >= 3:
            return rare
        return [t for t in known if frequency[t] <= self._total * EVERYWHERE] or known

    def _refresh(self) -> None:
        mark = self._catalogue.changed(self._mark)
        if mark == self._mark:
            return
        names, things = self._catalogue.class_names(), self._catalogue.names_of_things()
        same = self._catalogue.classes_called_twice()
        purposes = self._catalogue.purposes()
        cities = cities_of(self._catalogue.sources().values())
        with self._lock:
            talent_classes.learn(names)
            talent_classes.learn_same(same)
            take_as_words(talent_classes.spoken_names())
            take_as_names(things)
            self._fields.clear()
            self._look.forget()
            # new ones: what a search begun before still writes must not be kept
            self._read, self._common, self._spoken, self._held = {}, {}, {}, {}
            self._postings = Postings(self._fulltext)
            self._total = max(1, self._fulltext.count())
            self._cities = cities
            self._purposes = purposes
            self._mark = mark

    # -- scoring -------------------------------------------------------------------------

    def _score(
        self, query: Query, vector: np.ndarray, stored: Sequence[StoredPassage],
        sources: dict[int, Source], day: date, own: set[int],
    ) -> list[Hit]:  # fmt: skip
        if not stored:
            return []
        cosines = np.stack([s.vector for s in stored]) @ vector
        unseen = math.log(1 + (self._total + 0.5) / 0.5)
        weighed = weigh(query.concepts, self._rarity(query.concepts), unseen, self.weights)
        phrases = _phrases(query)
        return [
            self._hit(
                query, s, sources[s.version_id], float(c), weighed, day,
                s.version_id in own, phrases,
            )
            for s, c in zip(stored, cosines, strict=True)
        ]  # fmt: skip

    def _looked_at(self, query: Query, vector: np.ndarray, hits: Sequence[Hit]) -> list[Hit]:
        """The first hits, with what a second look adds to each."""
        weights, short = self.weights, brevity(len(query.concepts), self.weights)
        found = []
        papers = _votes(hits)
        for hit in hits:
            fields = self._fields_of(hit.passage_id, hit.passage, hit.source)
            sentence, heading, pairs = self._look.sights(
                query, vector, hit.passage_id, hit.passage, f"{fields.above} {fields.text}"
            )
            gain = weights.sentence * sentence + weights.own_heading * heading
            gain += weights.pairs * short * pairs + weights.paper * papers[hit.source.document_id]
            gain += weights.point * hit.point
            found.append(replace(hit, score=hit.score + gain))
        return sorted(found, key=_best_first)

    def _frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term occurs, 0 for none; kept until something is published."""
        wanted, common = set(terms), self._common
        known = {t: n for t in wanted if (n := common.get(t)) is not None}
        if missing := sorted(wanted - known.keys()):
            found = self._fulltext.frequencies(missing)
            fresh = {t: found.get(t, 0) for t in missing}
            if len(common) >= TERMS_KEPT:
                common.clear()
            common.update(fresh)
            known |= fresh
        return known

    def _rarity(self, concepts: Sequence[Concept]) -> Callable[[str], float]:
        wordings = [a for c in concepts for a in c.alternatives]
        terms = [t for a in wordings for t in (*a.terms, *a.terms[0])]
        frequency = self._frequencies(terms)
        total = self._total

        def idf(term: str) -> float:
            n = frequency.get(term, 0)
            return math.log(1 + (total - n + 0.5) / (n + 0.5))

        return idf

    def _hit(
        self, query: Query, stored: StoredPassage, source: Source, cosine: float,
        weighed: Sequence[Weighed], day: date, local: bool, phrases: Sequence[str],
    ) -> Hit:  # fmt: skip
        weights, fields = self.weights, self._fields_of(stored.id, stored.passage, source)
        covered = cover(weighed, fields, weights, query.point)
        coverage, why = covered.held, list(covered.why)
        short = brevity(len(weighed), weights)
        score = weights.dense * max(cosine, 0.0) + weights.coverage * coverage
        if source.kind is DocumentKind.SPEECH and counts_of_a_year(query.with_story):
            score *= weights.of_a_year
            if of_other_year(query.with_story, fields.text):
                score *= weights.other_year
        else:
            score *= weights.kind[source.kind]
        if stored.passage.kind in (ClauseKind.TITLE, ClauseKind.SIGNATURE):
            score *= weights.front_matter
        if _POINTS_BELOW.search(stored.passage.text):
            score *= weights.pointer
        if _CLOSES.search(stored.passage.text) and not _OF_CLOSING.search(query.text):
            score *= weights.closing
        if talent_classes.others(query.classes, fields.classes):
            score *= weights.other_class
        elif query.classes & fields.classes and not (
            fields.recognises and query.aspects[0] in _OF_BENEFITS
        ):
            near = min(1.0, min(covered.beside_class, covered.own) / weights.class_needs)
            score += weights.named_class * near
        if talent_classes.others(query.degrees, fields.degrees):
            score *= weights.other_degree
        if _of_other_tenure(query.text, fields.text, query.message):
            score *= weights.other_tenure
        score += weights.about * covered.about
        if phrases:
            held = sum(p in fields.text for p in phrases)
            score += weights.phrase * held / len(phrases)
        aspect = query.aspects[0]
        if ANSWERS[aspect].search(stored.passage.text):
            score += weights.aspect * short
        if HEADED[aspect].search(own_heading(stored.passage)):
            score += weights.aspect_heading * short
        if query.measure and MEASURED[query.measure].search(stored.passage.text):
            score += weights.measured * short
        if aspect is Aspect.CATEGORY and fields.classes and not stored.passage.cells:
            score += weights.definition
        if local:
            score += weights.own_place
        elif query.places and speaks_of_elsewhere(query, fields.places):
            score *= weights.elsewhere
        if source.document_id in query.documents:
            # 落户要多久 after 买房补多少 is no more about the paper on 买房
            score += weights.same_document * min(1.0, covered.own / weights.class_needs)
        if is_district(source):
            if self.names_place_of(source, query):
                score += weights.own_district
            elif means_the_city(query) or self.names_other_district(query):
                score *= weights.district_denied
            else:
                score *= weights.county_city if source.within else weights.district
        if query.period is not None and fields.days:
            inside = any(_falls(d, query.period.first, query.period.last, day) for d in fields.days)
            score = score + weights.in_period if inside else score * weights.outside_period
        if cosine > 0.35:
            why.append(f"义 {cosine:.2f}")
        return Hit(
            stored.id, stored.passage, source, score, cosine, coverage, tuple(why), covered.point,
            purposes=fields.purposes,
        )  # fmt: skip

    def _purposes_in(self, passage: Passage) -> str:
        """What the benefits that a passage names are for, see `knowledge.purposes`; "" for none."""
        text = normal(passage.text)
        return " ".join(sorted({word for name, word in self._purposes.items() if name in text}))

    def _fields_of(self, passage_id: int, passage: Passage, source: Source) -> Fields:
        known = self._fields.get(passage_id)
        if known is not None:
            return known
        text, told = normal(passage.text), self._purposes_in(passage)
        body = Counter(index_terms(f"{_ROAD.sub('', passage.text)} {told}"))
        heading = frozenset(index_terms(" ".join((*passage.path, passage.caption))))
        title = frozenset(index_terms(source.title))
        made = Fields(
            f"{text} {told}" if told else text,
            normal(" ".join((source.title, *passage.path, passage.caption))),
            body,
            heading,
            title,
            heading | title | body.keys(),
            fields_norm(max(1, len(passage.text) // 2), self.weights),
            own_classes(passage),
            own_degrees(passage),
            talent_classes.recognises(passage.header),
            _days(passage.text) if _is_dated_row(passage.kind, source.kind) else (),
            places_named(passage.text, body),
            told,
        )
        if len(self._fields) >= PASSAGES_KEPT:
            self._fields.clear()
        self._fields[passage_id] = made
        return made


def _terms(query: Query) -> list[str]:
    """The terms that a question is looked for by, in every wording."""
    terms = [t for c in query.concepts for a in c.alternatives for t in a.terms]
    # indexed before it was known to be a name, it stands there by its characters
    return terms + [t for c in query.concepts if _is_own_name(c.word) for t in c.word]


_FOR_A_HOME = re.compile(
    r"(?P<for>买房|购房|置业|租房)(?:[补给发用]?的|那个|[补给发])?(?P<what>[券卷票])(?!型)"
)


def _is_own_name(word: str) -> bool:
    """Is this a name that the documents have for a class or a thing of their own?"""
    return talent_classes.learned(word) or is_coined(word)


def _best_first(hit: Hit) -> tuple[float, int]:
    return -hit.score, hit.passage_id


def _each_once(hits: Sequence[Hit]) -> list[Hit]:
    """The hits without what a paper says again in the same words: a guide repeats for each case
    what they have in common, and five of the first six would be one."""
    kept: dict[tuple[int, str], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.source.version_id, hit.passage.text), hit)
    return list(kept.values())


def _votes(hits: Sequence[Hit]) -> dict[int, float]:
    """How many of the first hits are of a paper, each counted by its place and score.

    What a question is about is spread over the clauses of one paper.
    """
    votes: dict[int, float] = defaultdict(float)
    for place, hit in enumerate(hits, 1):
        votes[hit.source.document_id] += max(0.0, hit.score) / place
    return votes


def _phrases(query: Query) -> list[str]:
    """Neighbouring words of a question with nothing between: 人才公寓租金, 省级技术能手.

    Words that stand together in the question and in a clause name the same thing; apart they may
    name two.
    """
    found = []
    for one in query.concepts:
        for other in query.concepts:
            both = one.word + other.word
            whole = len(both) >= 4 or (len(both) == 3 and both[-1] in _ENDS_A_NAME)
            if one is not other and whole and both in query.text:
                found.append(both)
    return found


_ENDS_A_NAME = "金券码卡驿贷补贴"
"""What the names end in that offices give: 报到金."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_POINTS_BELOW = re.compile(r"(?:下表|如下|下列标准)[^。；;\d]{0,14}[:：]\s*$")
"""The words above a table: 补贴标准按下表执行：. What they lead to stands in its rows."""
_IN_A_DISTRICT = re.compile(
    r"(?:单位|公司|厂|家|人|住)?在([\u4e00-\u9fff](?![区县市])[\u4e00-\u9fff])[区县]?(?=上班|工作|干活|租|买|企业|公司|单位|厂|医院|学校|这边|这里|[的,，]|$)"
)
"""在织桥租房, of a district 织桥区."""
_CLOSES = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百]+条|[（(]?[一二三四五六七八九十\d]+[）)、.．])?\s*"
    r"本(?:办法|细则|规定|措施|实施细则|意见|通知|政策)[^。]{0,12}自[^。]{4,24}(?:施行|实施|执行)"
)
"""How a paper's last clause begins, which says from when it holds and who explains it."""
_OF_CLOSING = re.compile(
    r"施行|实施|执行|有效|失效|废|解释|电话|咨询|哪天|什么时候|几时|旧|老|新|之前|以前|20\d\d|算数|作数|管用|还能"
)
_OF_BENEFITS = (Aspect.AMOUNT, Aspect.DURATION, Aspect.TIME, Aspect.PLACE, Aspect.CONTACT)
"""What a table that tells who is of a class does not say of the class."""
_ROAD = re.compile(r"[\u4e00-\u9fff]{2,4}(?:大道|路|街|巷)(?=\d+\s*号)")
"""A road's name says nothing about the matter: 创业一路28号 is no rule on founding a firm."""


def _in_a_row(terms: Sequence[str]) -> tuple[str, ...]:
    """Terms to look for; single characters only as they stand behind one another.

    个 and 税 of 个税 stand in every clause on 契税 that counts months.
    """
    if len(terms) > 1 and all(len(t) == 1 for t in terms):
        return (" ".join(terms),)
    return tuple(terms)


def _is_dated_row(kind: ClauseKind, document: DocumentKind) -> bool:
    return document is DocumentKind.EVENT and kind is not ClauseKind.TITLE


def _of_other_tenure(question: str, passage: str, message: str) -> bool:
    """Is a question on buying a home and a passage on renting only, or the other way about?

    Args:
        message: the question behind those that it follows up, which names it where it does not.
    """
    if not (_BUYS.search(question) or _RENTS.search(question)):
        question = message
    for asked, other in ((_BUYS, _RENTS), (_RENTS, _BUYS)):
        if asked.search(question) and not other.search(question):
            return bool(other.search(passage)) and not asked.search(passage)
    return False


_BUYS = re.compile("[买购](?:商品|新|住|套|个)?房|购买[^,。;]{0,4}住房|安家")
_RENTS = re.compile("租(?:房|金|赁|住)|房租|承租")


_FULL_DATE = re.compile(r"(?:(20\d\d)\s*年)?\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")


def _days(text: str) -> tuple[tuple[int | None, int, int], ...]:
    found = []
    for match in _FULL_DATE.finditer(text):
        found.append((int(match[1]) if match[1] else None, int(match[2]), int(match[3])))
    dated = [d for d in found if d[0] is not None]
    return tuple(dated[:1] or found[:1])


def _falls(day: tuple[int | None, int, int], first: date, last: date, today: date) -> bool:
    year, month, number = day
    for candidate in (year,) if year else (first.year, last.year, today.year):
        try:
            if first <= date(candidate, month, number) <= last:
                return True
        except ValueError:
            continue
    return False

"""Query -> hits: dense and lexical candidates, one score, gated to documents in force.

Both halves only propose; every candidate is then scored by the same formula from its stored
vector and its terms, so a passage that one half missed is not punished for it.
"""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from knowledge.catalogue import PASSAGES_KEPT, Catalogue, StoredPassage
from knowledge.documents import ClauseKind, DocumentKind, Hit, Source
from knowledge.embedding import Embedder
from knowledge.fulltext import FullText
from knowledge.lexicon import index_terms, normal
from knowledge.query import Aspect, Concept, Query
from knowledge.sounds import SoundTable
from knowledge.validity import in_force
from knowledge.vectors import Nearest


@dataclass(frozen=True, slots=True)
class Weights:
    """Every number of the ranking, in one place; measured by ``python -m evaluation``.

    Attributes:
        dense, coverage: the two halves of the fused score.
        heading, title: how much a term in the headings or in the document's title counts
            against one in the passage itself.
        saturation, length: BM25's k1 and b.
        characters: credit for a word of which only single characters occur, in a question of
            at most ``short`` concepts.
        half_synonym: factor for a synonym whose rarest word is missing.
        unseen_compound: weight of a compound that no document writes in one piece.
        rarity: exponent of a concept's rarity in its share of a short question; 1 in a letter,
            where the rare words are the point. In a short question every word was meant.
        points: how many of the weightiest concepts make up the point of a question.
        aspect, aspect_heading: advantage of a passage that looks like the answer to this kind
            of question, and of one that is headed like it.
        definition: advantage of a recognition item when a class is asked for.
        named_class, other_class: advantage of the class named, in full from a coverage of
            ``class_needs``; factor for another class.
        front_matter, district, other_region, same_document, in_period, outside_period: for
            title lines and signatures; for a district nobody asked about; for another city;
            for the document of the turn before; for events inside and outside the days asked.
        kind: factor by document kind; a speech is background, never the basis.
    """

    dense: float = 0.45
    coverage: float = 1.0
    heading: float = 0.8
    title: float = 0.8
    saturation: float = 0.6
    length: float = 0.2
    characters: float = 0.7
    short: int = 6
    points: int = 5
    rarity: float = 0.4
    other_region: float = 0.6
    half_synonym: float = 0.3
    unseen_compound: float = 0.5
    aspect: float = 0.07
    aspect_heading: float = 0.12
    definition: float = 0.3
    front_matter: float = 0.6
    other_class: float = 0.45
    class_needs: float = 0.35
    named_class: float = 0.25
    same_document: float = 0.2
    district: float = 0.95
    outside_period: float = 0.5
    in_period: float = 0.25
    kind: dict[DocumentKind, float] = field(
        default_factory=lambda: {
            DocumentKind.REGULATION: 1.0,
            DocumentKind.NOTICE: 1.0,
            DocumentKind.GUIDE: 0.99,
            DocumentKind.EVENT: 0.98,
            DocumentKind.FAQ: 0.98,
            DocumentKind.INTERPRETATION: 0.95,
            DocumentKind.SPEECH: 0.85,
        }
    )


CANDIDATES = 60
"""Passages each half proposes before the gate; more when the gate leaves too few."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """A passage's terms, counted by where they stand."""

    body: Counter[str]
    heading: Counter[str]
    title: Counter[str]
    length: int
    classes: frozenset[str]
    days: tuple[tuple[int | None, int, int], ...]


class Retriever:
    """Finds the passages that answer a query on a given day."""

    def __init__(
        self, catalogue: Catalogue, fulltext: FullText, vectors: Nearest, encoder: Embedder,
        weights: Weights | None = None,
    ) -> None:  # fmt: skip
        self._catalogue, self._fulltext, self._vectors = catalogue, fulltext, vectors
        self._encoder, self.weights = encoder, weights or Weights()
        self._fields: dict[int, _Fields] = {}
        self._mark = ""
        self._sounds: tuple[str, SoundTable] | None = None
        self._total = 0
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
        sources = self._catalogue.sources()
        self._refresh()
        current = in_force(sources, day)
        allowed = (
            {i for i, s in sources.items() if s.lapsed_on is not None and s.lapsed_on <= day}
            if lapsed
            else current
        )
        if not allowed:
            return []
        vector = self._encoder.encode([query.embedded])[0]
        # a base full of lapsed papers on one matter must not hide the one in force; of the few
        # lapsed ones not all need be found, so nobody waits until the whole base is read for them
        for wide in (CANDIDATES, CANDIDATES * 8, *(() if lapsed else (self._total,))):
            ids = self._candidates(query, vector, wide)
            stored = self._catalogue.passages(ids)
            eligible = [s for s in stored.values() if s.version_id in allowed]
            if len(eligible) >= limit or len(ids) < wide:
                break
        hits = self._score(query, vector, eligible, sources, day)
        hits.sort(key=lambda h: (-h.score, h.passage_id))
        return hits[:limit]

    def shares(self, query: Query) -> dict[str, float]:
        """How much of the question each concept is, by rarity and importance."""
        idf = self._concept_weights(query.concepts)
        found = {}
        for concept in query.concepts:
            rarest = [max((idf(t) for t in a.terms), default=0.0) for a in concept.alternatives]
            found[concept.word] = min(rarest, default=0.0) * concept.weight
        return found

    def unknown(self, query: Query) -> list[str]:
        """Concepts of the question that no document speaks of in any wording."""
        concepts = [c for c in query.concepts if c.weight >= 1 and not c.carried]
        terms = [t for c in concepts for a in c.alternatives for t in a.terms]
        known = self._fulltext.frequencies(terms)
        found = []
        for concept in concepts:
            typed, *synonyms = concept.alternatives
            # of a wording in the table only the whole counts: 人才贷 is not known by 人才
            inner = typed.terms[:1] if synonyms else [t for t in typed.terms if len(t) > 1]
            # a synonym counts when one passage holds all of it: 购车补贴 is not known by 补贴
            if not any(known.get(t) for t in inner or typed.terms) and not any(
                all(known.get(t) for t in a.terms) and self._fulltext.holds_all(a.terms)
                for a in synonyms
            ):
                found.append(concept.word)
        return found

    def sources(self) -> list[Source]:
        """Every published document, in force or not."""
        return list(self._catalogue.sources().values())

    def validity_passages(self, source: Source) -> list[Hit]:
        """Where a document's validity is written: the clause that repeals it, its own closing one.

        The repealing clause comes first; [] when neither says anything.
        """
        found: list[Hit] = []
        sources = self._catalogue.sources()
        lines = self._catalogue.validity_lines(source.version_id)
        for version_id, line in lines:
            if not line or version_id not in sources:  # retired just now
                continue
            for stored in self._catalogue.passages_of(version_id):
                if line in stored.passage.text or stored.passage.text in line:
                    found.append(Hit(stored.id, stored.passage, sources[version_id], 1.0, 1.0, 1.0))
                    break
        return found

    def sounds(self) -> SoundTable:
        """The documents' words by sound; made anew when what is published has changed."""
        self._refresh()
        with self._sounding:  # one thread makes it, the others wait for it
            mark, known = self._mark, self._sounds
            if known is None or known[0] != mark:
                known = self._sounds = (mark, SoundTable(self._fulltext.vocabulary()))
        return known[1]

    def foreign(self, query: Query) -> float:
        """Share of a question that speaks of what no document speaks of, 0..1."""
        shares = self.shares(query)
        total = sum(shares.values())
        return sum(shares[word] for word in self.unknown(query)) / total if total else 0.0

    def texts(self, version_id: int) -> list[str]:
        """All passages of a version, in reading order."""
        return [s.passage.text for s in self._catalogue.passages_of(version_id)]

    def places(self, day: date) -> frozenset[str]:
        """What the documents in force are for: their regions, titles and issuers."""
        sources = self._catalogue.sources()
        return frozenset(
            normal(name)
            for source in sources.values()
            if source.in_force(day)
            for name in (source.region, source.title, source.issuer)
            if name
        )

    # -- candidates ----------------------------------------------------------------------

    def _candidates(self, query: Query, vector: np.ndarray, wide: int) -> list[int]:
        dense = [i for i, _ in self._vectors.nearest(vector, wide)]
        terms = [t for c in query.concepts for a in c.alternatives for t in a.terms]
        lexical = self._fulltext.search(self._telling(terms), wide)
        return list(dict.fromkeys([*lexical, *dense]))

    def _telling(self, terms: Iterable[str]) -> list[str]:
        """Terms worth searching by: very common ones only when nothing rarer is left."""
        unique = list(dict.fromkeys(terms))
        frequency = self._fulltext.frequencies(unique)
        known = [t for t in unique if frequency.get(t)]
        rare = [t for t in known if frequency[t] <= max(20, self._total * 0.05)]
        return rare if len(rare) >= 3 else known

    def _refresh(self) -> None:
        mark = self._catalogue.changed()
        if mark == self._mark:
            return
        with self._lock:
            self._fields.clear()
            self._total = max(1, self._fulltext.count())
            self._mark = mark

    # -- scoring -------------------------------------------------------------------------

    def _score(
        self, query: Query, vector: np.ndarray, stored: Sequence[StoredPassage],
        sources: dict[int, Source], day: date,
    ) -> list[Hit]:  # fmt: skip
        if not stored:
            return []
        cosines = np.stack([s.vector for s in stored]) @ vector
        weigh = self._concept_weights(query.concepts)
        meant = _regions_meant(query, sources)
        return [
            self._hit(
                query,
                s,
                sources[s.version_id],
                float(c),
                weigh,
                day,
                elsewhere=bool(meant) and s.version_id not in meant,
            )
            for s, c in zip(stored, cosines, strict=True)
        ]

    def _concept_weights(self, concepts: Sequence[Concept]) -> Callable[[str], float]:
        terms = [t for c in concepts for a in c.alternatives for t in a.terms]
        frequency = self._fulltext.frequencies(terms)
        total = self._total

        def idf(term: str) -> float:
            n = frequency.get(term, 0)
            return math.log(1 + (total - n + 0.5) / (n + 0.5))

        return idf

    def _hit(
        self, query: Query, stored: StoredPassage, source: Source, cosine: float,
        idf: Callable[[str], float], day: date,
        elsewhere: bool,
    ) -> Hit:  # fmt: skip
        weights, fields = self.weights, self._fields_of(stored, source)
        # in a letter of many words some characters are everywhere: likeness then says little
        brevity = min(1.0, weights.short / max(1, len(query.concepts)))
        likeness = weights.characters * brevity
        got = wanted = 0.0
        why: list[str] = []
        most: list[float] = []
        for concept in query.concepts:
            value, reason, share = self._concept(concept, fields, idf, likeness)
            share **= 1 - (1 - weights.rarity) * brevity
            wanted += share * concept.weight
            most.append(share * concept.weight)
            got += value * share * concept.weight
            if value > 0.25 and reason:
                why.append(reason)
        ceiling = sum(sorted(most, reverse=True)[: self.weights.points])
        # a letter speaks of many things; holding the weightiest few of them is holding the point
        coverage = min(1.0, got / min(wanted, ceiling)) if wanted else 0.0
        score = weights.dense * max(cosine, 0.0) + weights.coverage * coverage
        score *= weights.kind[source.kind]
        if stored.passage.kind in (ClauseKind.TITLE, ClauseKind.SIGNATURE):
            score *= weights.front_matter
        if query.classes and fields.classes:
            same = query.classes & fields.classes
            near = min(1.0, coverage / weights.class_needs)
            score = score + weights.named_class * near if same else score * weights.other_class
        aspect = query.aspects[0]
        if ANSWERS[aspect].search(stored.passage.text):
            score += weights.aspect * brevity
        if _NAMES[aspect].search(_own_heading(stored)):
            score += weights.aspect_heading * brevity
        if aspect is Aspect.CATEGORY and fields.classes and not stored.passage.cells:
            score += weights.definition
        if elsewhere:
            score *= weights.other_region
        if source.document_id in query.documents:
            score += weights.same_document
        if _is_district(source.region) and _short_region(source.region) not in query.text:
            score *= weights.district
        if query.period is not None and fields.days:
            inside = any(_falls(d, query.period.first, query.period.last, day) for d in fields.days)
            score = score + weights.in_period if inside else score * weights.outside_period
        if cosine > 0.35:
            why.append(f"义 {cosine:.2f}")
        return Hit(
            stored.id, stored.passage, source, score, cosine, coverage, tuple(dict.fromkeys(why))
        )

    def _concept(
        self, concept: Concept, fields: _Fields, idf: Callable[[str], float], likeness: float
    ) -> tuple[float, str, float]:
        """(how far a passage holds a concept, 0..1; the reason; the concept's share)."""
        best, reason = 0.0, ""
        share = math.inf
        unseen = math.log(1 + (self._total + 0.5) / 0.5)
        for alternative in concept.alternatives:
            rarity = max((idf(t) for t in alternative.terms), default=0.0)
            share = min(share, rarity)
            total = held = 0.0
            for place, term in enumerate(alternative.terms):
                value = idf(term)
                # a compound that no document writes in one piece is judged by its parts
                if place == 0 and len(alternative.terms) > 1 and value >= unseen:
                    value *= self.weights.unseen_compound
                total += value
                held += value * self._presence(term, fields)
            word = alternative.terms[0]
            if not held and len(word) >= 2:
                characters = [c for c in word if "\u4e00" <= c <= "\u9fff"]
                if characters:
                    present = sum(self._presence(c, fields) > 0 for c in characters)
                    held = total * likeness * (present / len(characters)) ** 2
            value = alternative.weight * (held / total if total else 0.0)
            if alternative.why:  # a synonym without its telling word is another thing
                telling = max(alternative.terms, key=idf)
                if not self._presence(telling, fields):
                    value *= self.weights.half_synonym
            if value > best:
                best, reason = value, alternative.why or f"词 {concept.word}"
        return min(best, 1.0), reason, share if share != math.inf else 0.0

    def _presence(self, term: str, fields: _Fields) -> float:
        """BM25's saturated term frequency over the three fields, scaled to 0..1."""
        weights = self.weights
        frequency = (
            fields.body.get(term, 0)
            + weights.heading * min(fields.heading.get(term, 0), 1)
            + weights.title * min(fields.title.get(term, 0), 1)
        )
        if not frequency:
            return 0.0
        k, b = weights.saturation, weights.length
        norm = k * (1 - b + b * fields.length / 60)
        value = frequency * (k + 1) / (frequency + norm) / (k + 1)
        return value / (1 / (1 + k * (1 - b + b * 1)))  # 1.0 for one occurrence at mean length

    def _fields_of(self, stored: StoredPassage, source: Source) -> _Fields:
        known = self._fields.get(stored.id)
        if known is not None:
            return known
        passage = stored.passage
        made = _Fields(
            Counter(index_terms(passage.text)),
            Counter(index_terms(" ".join((*passage.path, passage.caption)))),
            Counter(index_terms(source.title)),
            max(1, len(passage.text) // 2),
            _own_classes(passage.cells, passage.text),
            _days(passage.text) if _is_dated_row(passage.kind, source.kind) else (),
        )
        if len(self._fields) >= PASSAGES_KEPT:
            self._fields.clear()
        self._fields[stored.id] = made
        return made


ANSWERS: dict[Aspect, re.Pattern[str]] = {
    Aspect.AMOUNT: re.compile(
        r"\d\s*(?:万?元|万|%|％|折|名|人|次|个|张|平方米|㎡|倍|分)|[一二三四五六七八九十百]+(?:万?元|折|倍)|免费|不收取|全额"
    ),
    Aspect.DURATION: re.compile(
        r"[\d一二三四五六七八九十两]+\s*(?:个)?(?:年|月|日|天|周|工作日|小时|晚)"
    ),
    Aspect.TIME: re.compile(r"\d+\s*(?:年|月|日|点|:|：)|每[年月周季]|随时|之日起"),
    Aspect.PLACE: re.compile(
        r"地址|地点|[路街道巷]\d+号|\d+[楼层室]|窗口|大厅|中心|馆|网站|小程序"
    ),
    Aspect.CONTACT: re.compile(r"电话|\d{7,}|热线|联系|负责|部门|局|办公室|提出"),
    Aspect.MATERIALS: re.compile(r"材料|证明|证书|身份证|户口簿|复印件|申请表|提交|提供"),
    Aspect.CONDITIONS: re.compile(r"条件|具有|具备|符合|应当|周岁|[；;].+[；;]"),
    Aspect.PROCEDURE: re.compile(r"登录|提交|填写|申请|受理|审核|窗口|小程序|步骤|程序"),
    Aspect.WHETHER: re.compile(
        r"可以|不得|不予|不能|应当|允许|不纳入|不享受|可申请|方可|不需要|不要求|不收"
    ),
    Aspect.CATEGORY: re.compile(r"[A-ZＡ-Ｚ]\s*类|[一二三四五]类|等级"),
    Aspect.ANY: re.compile(r"(?!)"),
}
"""What the answer to each kind of question looks like."""

_NAMES: dict[Aspect, re.Pattern[str]] = {
    Aspect.AMOUNT: re.compile(r"标准|金额|额度|奖励|补贴$|租金|收费|规模"),
    Aspect.DURATION: re.compile(r"期限|时限|租期|年限|多久|周期|有效期|时间"),
    Aspect.TIME: re.compile(r"时间|期限|时限|日期|什么时候"),
    Aspect.PLACE: re.compile(r"地点|地址|在哪|哪里|渠道|窗口"),
    Aspect.CONTACT: re.compile(r"电话|联系|咨询|部门"),
    Aspect.MATERIALS: re.compile(r"材料|资料|证件|手续"),
    Aspect.CONDITIONS: re.compile(r"条件|要求|对象|范围|资格|谁"),
    Aspect.PROCEDURE: re.compile(r"程序|流程|步骤|怎么|办法|方式|渠道|办理|申报|申请"),
    Aspect.WHETHER: re.compile(r"条件|对象|范围|规则|谁|能否"),
    Aspect.CATEGORY: re.compile(r"类别|分类|层次|等级"),
    Aspect.ANY: re.compile(r"(?!)"),
}
"""How officials head the clause that answers each kind of question."""


def _own_heading(stored: StoredPassage) -> str:
    """The heading of a passage: its label's words, its run-in heading and the heading above it."""
    passage = stored.passage
    start = re.match(r"[^。：；\n]{1,22}", passage.text)
    return " ".join((passage.label, *passage.path[-1:], start[0] if start else ""))


def _regions_meant(query: Query, sources: dict[int, Source]) -> set[int]:
    """Versions of the place a question names, with those of no place; empty when it names none."""
    cores = [re.sub(r"(?<=..)(?:省|市|县|区)$", "", p) for p in query.places]
    named = {
        i
        for i, s in sources.items()
        if any(c in normal(s.title + s.region + s.issuer) for c in cores)
    }
    # a province's papers speak of its cities; papers of no region may be about any
    wide = {i for i, s in sources.items() if not s.region or s.region.endswith("省")}
    return named | wide if named else set()


def _is_dated_row(kind: ClauseKind, document: DocumentKind) -> bool:
    return document is DocumentKind.EVENT and kind is not ClauseKind.TITLE


def _own_classes(cells: Sequence[str], text: str) -> frozenset[str]:
    """The talent classes a passage is about: its row's name, or the class an item defines."""
    if cells:
        named = [normal(c) for c in cells[:2] if re.fullmatch(r"[a-z]类(?:人才)?", normal(c))]
        return frozenset(n[:2] for n in named)
    match = re.match(r"[（(][一二三四五六七八九十]+[）)]\s*([a-z])类", normal(text))
    return frozenset({f"{match[1]}类"}) if match else frozenset()


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


def _is_district(region: str) -> bool:
    return bool(re.search(r"(?:区|县|开发区|新区)$", region)) and "自治区" not in region


def _short_region(region: str) -> str:
    """经开区 for 临江经济技术开发区: how people name it."""
    if "经济技术开发区" in region or "经开区" in region:
        return "经开区"
    if "高新" in region:
        return "高新区"
    return region[-3:]

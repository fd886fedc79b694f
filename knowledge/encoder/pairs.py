"""What the bundled encoder learns from: questions with their passages, strict sources only.

Two kinds: pairs found in public text, and pairs made here from the synonym table and the
structure of that text.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SYNONYMS = Path(__file__).parents[1] / "synonyms.tsv"

# Source -> family. Statutes and government texts carry no copyright in China (Copyright Law,
# art. 5); the rest is MIT or Apache-2.0. Any other source in the file is left out.
STRICT_SOURCES = {
    "law_ict": "law",
    "law_head": "law",
    "law_clause": "law",
    "policy_ict": "law",
    "policy_title": "law",
    "stard": "legal",
    "lawyer_llama": "legal",
    "legal_advice": "legal",
    "med_qa": "medicine",
    "med_qq": "medicine",
}

# How people put a need to a public account, {t} being the need in their own words.
_ASKED = (
    "{t}",
    "{t}怎么办",
    "{t}有什么政策",
    "请问{t}",
    "我想问下{t}的事",
    "{t}有没有说法",
    "{t}这块有啥支持",
    "关于{t}",
    "{t}能解决吗",
    "{t}怎么申请",
    "想了解{t}",
    "我{t}的话有什么照顾",
    "{t}咋弄",
    "你们管{t}吗",
    "{t}给不给",
    "{t}可以吗",
    "{t}要啥条件",
    "你好，{t}怎么说",
    "咱这{t}咋规定的",
    "{t}行不行",
)
_TITLED = (
    "",
    "政策",
    "办法",
    "条件",
    "流程",
    "标准",
    "申报指南",
    "服务",
    "实施细则",
    "有关规定",
    "管理办法",
    "保障",
    "支持措施",
)
_BARE = re.compile(r"\W")
LINES_IN_FULL = 480
"""Lines of the table that are taught in full; of a longer table each gets fewer pairs, so that it
does not drown what the public texts teach."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage that answers it.

    Attributes:
        question: as asked, or a heading, or a sentence taken out of its passage.
        passage: a clause, a paragraph or a run of policy terms.
        family: law, legal, medicine or synonyms.
        group: line of the synonym table it was made from, -1 for none.
    """

    question: str
    passage: str
    family: str
    group: int = -1


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """One line of the synonym table: what policies call a thing, and what people call it."""

    terms: tuple[str, ...]
    wordings: tuple[str, ...]


def read_pairs(path: Path) -> list[Pair]:
    """Read the strict part of a zstandard-compressed JSON-lines file of ``{"q", "p", "s"}``.

    Raises:
        FileNotFoundError: the file is absent.
    """
    import zstandard

    with path.open("rb") as packed:
        lines = io.TextIOWrapper(
            zstandard.ZstdDecompressor().stream_reader(packed), encoding="utf-8"
        )
        rows = (json.loads(line) for line in lines)
        return [
            Pair(row["q"], row["p"], STRICT_SOURCES[row["s"]])
            for row in rows
            if row["s"] in STRICT_SOURCES
        ]


def read_lines(path: Path) -> list[str]:
    """Read a gzipped text, one statute article or paragraph a line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [line.strip() for line in lines]


def read_synonyms(path: Path = SYNONYMS) -> list[SynonymGroup]:
    """Read ``policy term|policy term<TAB>wording|wording`` lines; ``#`` begins a comment.

    Raises:
        ValueError: a line has not exactly two columns; names the line.
    """
    groups = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [tuple(column.split("|")) for column in line.split("\t")]
        if len(columns) != 2 or not all(word for column in columns for word in column):
            raise ValueError(f"{path.name}:{number}: write terms, one tab, wordings")
        groups.append(SynonymGroup(*columns))
    return groups


def synonym_pairs(
    groups: Sequence[SynonymGroup],
    lines: Sequence[str],
    pairs: Sequence[Pair],
    withheld: Collection[str],
    seed: int,
) -> list[Pair]:
    """Make pairs that carry the synonym table into the weights.

    Four kinds: everyday wording -> policy words; two needs in one question -> both; wording ->
    a real passage that holds the term; a real heading with its term put in everyday words ->
    the passage under it.

    Args:
        groups: the table.
        lines: a corpus to find passages in.
        pairs: headings with their passages, among others.
        withheld: texts that must not come up on either side: what is tested with.
        seed: of every choice.

    Returns:
        Distinct pairs of family "synonyms", shuffled.
    """
    dice = random.Random(seed)
    share = min(1.0, LINES_IN_FULL / max(1, len(groups)))

    def few(most: int) -> int:
        return max(4, round(most * share))

    holding = _passages_holding({t for g in groups for t in g.terms}, lines, dice)
    headed = _headings_holding({t for g in groups for t in g.terms}, pairs, dice)
    made: list[Pair] = []
    for number, group in enumerate(groups):

        def add(question: str, passage: str, number: int = number) -> None:
            made.append(Pair(question, passage, "synonyms", number))

        for _ in range(few(max(110, 12 * len(group.wordings)))):
            need = dice.choice(group.wordings)
            if dice.random() < 0.25:
                need = dice.choice(group.wordings) + dice.choice(["，", "想", "和", ""]) + need
            add(dice.choice(_ASKED).format(t=need), _policy_words(group, dice))
        for _ in range(few(40)):
            other = dice.choice(groups)
            need = dice.choice(group.wordings) + dice.choice(["", "，", " "])
            need += dice.choice(other.wordings)
            add(
                dice.choice(_ASKED).format(t=need),
                _policy_words(group, dice) + _policy_words(other, dice),
            )
        passages = [text for term in group.terms for text in holding[term]]
        for text in dice.sample(passages, min(few(60), len(passages))):
            add(dice.choice(_ASKED).format(t=dice.choice(group.wordings)), text[:300])
        headings = [(term, pair) for term in group.terms for pair in headed[term]]
        for term, pair in dice.sample(headings, min(few(40), len(headings))):
            add(pair.question.replace(term, dice.choice(group.wordings)), pair.passage[:300])
    bare = {_BARE.sub("", text) for text in withheld}
    kept = [
        pair
        for pair in dict.fromkeys(made)
        if _BARE.sub("", pair.question) not in bare and _BARE.sub("", pair.passage) not in bare
    ]
    dice.shuffle(kept)
    return kept


def _policy_words(group: SynonymGroup, dice: random.Random) -> str:
    chosen = dice.sample(group.terms, min(len(group.terms), dice.choice([1, 2, 2, 3])))
    return "".join(chosen) + dice.choice(_TITLED)


def _passages_holding(
    terms: Collection[str], lines: Sequence[str], dice: random.Random
) -> dict[str, list[str]]:
    """Up to 400 lines for each term of three characters or more: shorter ones say too little."""
    telling = _by_start(term for term in terms if len(term) >= 3)
    found: dict[str, list[str]] = defaultdict(list)
    for line in dice.sample(lines, len(lines)):
        if len(line) >= 30:
            for term in _held(telling, line):
                if len(found[term]) < 400:
                    found[term].append(line)
    return found


def _headings_holding(
    terms: Collection[str], pairs: Sequence[Pair], dice: random.Random
) -> dict[str, list[Pair]]:
    wanted = _by_start(terms)
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in dice.sample(pairs, len(pairs)):
        if pair.family == "law" and len(pair.question) <= 40:
            for term in _held(wanted, pair.question):
                if len(found[term]) < 200:
                    found[term].append(pair)
    return found


def _by_start(terms: Iterable[str]) -> dict[str, list[str]]:
    """Terms of two characters or more by their first two, so that a text is read once."""
    found: dict[str, list[str]] = defaultdict(list)
    for term in sorted(terms):
        if len(term) > 1:
            found[term[:2]].append(term)
    return found


def _held(by_start: Mapping[str, Sequence[str]], text: str) -> list[str]:
    found = {
        term
        for at in range(len(text) - 1)
        for term in by_start.get(text[at : at + 2], ())
        if text.startswith(term, at)
    }
    return sorted(found)

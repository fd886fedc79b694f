"""Contrastive training: a question must lie nearer its own passage than any other's.

The model is a table of word vectors; a text is the mean of its words'. So there is no network,
only a table to adjust, and two CPU cores are enough.
"""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder.pairs import Pair
from knowledge.encoder.vocabulary import token_ids

RANDOM_DIMENSIONS = 448  # what tells words apart; the rest says which words are alike
SHARED_WITH_CHARACTERS = 0.8  # how far a word's random part follows its characters'
BATCH = 2048  # pairs; each is the others' wrong answer
SMALLEST_BATCH = 64
PASSAGE_WINDOW = 120  # tokens; passages are indexed in pieces of about this length
OVERLAP_DROP = 0.5  # chance of dropping a query word that its passage repeats
LEARNING_RATE = 8e-3
WARM_UP = 50  # steps
SHARPNESS = 27.0  # inverse temperature of the softmax over cosines

# Negatives are drawn within a family, where they are hard; so many passes over each per epoch.
PASSES = {"law": 0.5, "legal": 3.0, "medicine": 0.6, "synonyms": 1.0}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One tokenized pair; lessons of equal ``query`` or ``passage`` are not wrong answers.

    Attributes:
        question: token ids.
        answer: token ids.
        query: number of the question's text.
        passage: number of the passage's text.
        kin: number of the synonym group both come from; unique to the lesson where none.
    """

    question: NDArray[np.int32]
    answer: NDArray[np.int32]
    query: int
    passage: int
    kin: int


def starting_vectors(
    vocabulary: Mapping[str, int],
    meanings: NDArray[np.float32],
    rarities: NDArray[np.float64],
    seed: int,
) -> NDArray[np.float32]:
    """Untrained vectors that already search: identity beside meaning, rare words longest.

    Args:
        vocabulary: token to number, n of them.
        meanings: word vectors, (n, m), rows of length 1.
        rarities: inverse document frequencies, (n,).
        seed: of the random part.

    Returns:
        Shape (n, RANDOM_DIMENSIONS + m).
    """
    generator = np.random.default_rng(seed)
    identity = generator.standard_normal((len(vocabulary), RANDOM_DIMENSIONS)).astype(np.float32)
    identity /= np.sqrt(RANDOM_DIMENSIONS)
    mixed = identity.copy()
    for word, number in vocabulary.items():
        spelling = [vocabulary[c] for c in word if c in vocabulary]
        if len(word) > 1 and word[0] >= "\u4e00" and spelling:
            characters = identity[spelling].sum(0) / np.sqrt(len(spelling))
            own = np.sqrt(1 - SHARED_WITH_CHARACTERS**2) * identity[number]
            mixed[number] = own + SHARED_WITH_CHARACTERS * characters
    weight = np.clip(rarities - 1.0, 0.2, None)[:, None] / 6.0
    return (np.concatenate([mixed, 0.9 * meanings], 1) * weight).astype(np.float32)


def tokenize(pairs: Sequence[Pair], tokenizer: Any) -> list[Lesson]:
    """Turn pairs into lessons, in order."""
    questions = token_ids(tokenizer, [pair.question for pair in pairs])
    answers = token_ids(tokenizer, [pair.passage for pair in pairs])
    seen: dict[str, int] = {}
    return [
        Lesson(
            question,
            answer,
            seen.setdefault(pair.question, len(seen)),
            seen.setdefault(pair.passage[:100], len(seen)),
            pair.group if pair.group >= 0 else -number - 1,
        )
        for number, (pair, question, answer) in enumerate(
            zip(pairs, questions, answers, strict=True)
        )
    ]


def train(
    vectors: NDArray[np.float32],
    pairs: Sequence[Pair],
    tokenizer: Any,
    epochs: float,
    runs: int,
    seed: int,
) -> NDArray[np.float32]:
    """Adjust word vectors to pairs, several times from the same start, and average.

    Runs differ only in order and chance; what they agree on is what the pairs say.

    Args:
        vectors: where to start, (n, d).
        pairs: questions with their passages.
        tokenizer: gives the n tokens.
        epochs: passes over the pairs in each run; a fraction is allowed.
        runs: how many are averaged.
        seed: of the first run's order, windows and dropped words; the next runs count on.

    Returns:
        New vectors, (n, d); row 0, the unknown word, is 0.
    """
    lessons = tokenize(pairs, tokenizer)
    families: dict[str, list[int]] = defaultdict(list)
    for number, pair in enumerate(pairs):
        families[pair.family].append(number)
    total = np.zeros_like(vectors)
    for run in range(runs):
        total += _one_run(vectors, lessons, families, epochs, random.Random(seed + run))
    total[0] = 0
    return total / np.float32(runs)


def _one_run(
    vectors: NDArray[np.float32],
    lessons: Sequence[Lesson],
    families: Mapping[str, list[int]],
    epochs: float,
    dice: random.Random,
) -> NDArray[np.float32]:
    import torch
    from torch.nn import functional

    table = torch.nn.EmbeddingBag.from_pretrained(torch.tensor(vectors), freeze=False, mode="mean")
    optimizer = torch.optim.Adam(table.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.99))

    def mean(texts: list[NDArray[np.int32]]) -> Any:
        starts = np.cumsum([0, *(len(text) for text in texts[:-1])])
        words = np.concatenate(texts).astype(np.int64)
        return functional.normalize(table(torch.from_numpy(words), torch.from_numpy(starts)))

    steps = int(len(_one_epoch(families, dice)) * epochs)
    for step, batch in zip(range(steps), _batches(families, dice), strict=False):
        rate = LEARNING_RATE * min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
        for settings in optimizer.param_groups:
            settings["lr"] = rate
        chosen = [lessons[number] for number in batch]
        questions = mean([_with_less_overlap(lesson, dice) for lesson in chosen])
        answers = mean([_window(lesson.answer, dice) for lesson in chosen])
        scores = (questions @ answers.T * SHARPNESS).masked_fill(
            torch.from_numpy(_alike(chosen)), -1e4
        )
        own = torch.arange(len(chosen))
        loss = functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            _log.info("step %d of %d, loss %.3f", step, steps, loss.item() / 2)
    trained: NDArray[np.float32] = table.weight.detach().numpy().copy()
    return trained


def _batches(families: Mapping[str, list[int]], dice: random.Random) -> Iterator[list[int]]:
    while True:
        yield from _one_epoch(families, dice)


def _one_epoch(families: Mapping[str, list[int]], dice: random.Random) -> list[list[int]]:
    batches: list[list[int]] = []
    for family, members in families.items():
        wanted = int(len(members) * PASSES[family])
        pool: list[int] = []
        while len(pool) < wanted:
            pool += dice.sample(members, len(members))
        batches += _cut(pool[:wanted], min(BATCH, max(256, len(members) // 2)))
    # A third as many mixed batches: families must also keep apart from one another.
    mixed = [number for batch in batches for number in batch]
    dice.shuffle(mixed)
    batches += _cut(mixed[: len(mixed) // 3], BATCH)
    dice.shuffle(batches)
    return batches


def _cut(pool: list[int], size: int) -> list[list[int]]:
    cut = [pool[start : start + size] for start in range(0, len(pool), size)]
    return [batch for batch in cut if len(batch) > SMALLEST_BATCH]


def _with_less_overlap(lesson: Lesson, dice: random.Random) -> NDArray[np.int32]:
    """Take words that the passage repeats out of half of the questions.

    Lexical search finds repeated words already; what is left teaches related ones.
    """
    if dice.random() < 0.5:
        return lesson.question
    repeated = set(lesson.answer.tolist())
    kept = [
        token
        for token in lesson.question.tolist()
        if token not in repeated or dice.random() > OVERLAP_DROP
    ]
    return np.array(kept, np.int32) if kept else lesson.question


def _window(answer: NDArray[np.int32], dice: random.Random) -> NDArray[np.int32]:
    if len(answer) <= PASSAGE_WINDOW or dice.random() < 0.5:
        return answer
    start = dice.randint(0, len(answer) - PASSAGE_WINDOW)
    return answer[start : start + PASSAGE_WINDOW]


def _alike(batch: Sequence[Lesson]) -> NDArray[np.bool_]:
    """Which of a batch must not count as each other's wrong answers, (n, n); never itself."""
    alike = np.zeros((len(batch), len(batch)), bool)
    for numbers in (
        [lesson.query for lesson in batch],
        [lesson.passage for lesson in batch],
        [lesson.kin for lesson in batch],
    ):
        column = np.array(numbers)
        alike |= column[:, None] == column[None, :]
    np.fill_diagonal(alike, False)
    return alike

"""The tokenizer of the bundled encoder, and what its words mean before any training.

Words are Chinese words as rjieba cuts them, found by a Unigram tokenizer so that reading the
model needs no segmenter. Their first vectors come from which words stand near which in the
corpus (positive pointwise mutual information, factorised).
"""

from __future__ import annotations

import logging
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

LONGEST_WORD = 6  # characters; longer entries of the segmenter are names of laws and places
LONGEST_LATIN = 8
WINDOW = 6  # words to either side that count as near
ODDMENTS = 32  # extra directions while factorising: the last ones are the least exact

_RUN = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")
_log = logging.getLogger(__name__)


def count_words(lines: Iterable[str]) -> Counter[str]:
    """Count the words of a corpus: Chinese as segmented, Latin letters and digits by run."""
    import rjieba

    counts: Counter[str] = Counter()
    for line in lines:
        for run in _RUN.findall(unicodedata.normalize("NFKC", line).lower()):
            # Without guessed words (False), so that the vocabulary is the dictionary's.
            counts.update([run] if run[0] < "\u4e00" else rjieba.cut(run, False))
    return counts


def build_tokenizer(counts: Counter[str], size: int) -> Any:
    """Make a ``tokenizers.Tokenizer`` that cuts text into the commonest words.

    Args:
        counts: words of the corpus.
        size: tokens in the vocabulary: all common characters, then words by frequency.

    Returns:
        A Unigram tokenizer; token 0 is ``<unk>``.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    total = counts.total()

    def log_probability(word: str) -> float:
        return math.log((counts[word] + 0.5) / total)

    in_words: Counter[str] = Counter()
    for word, n in counts.items():
        for character in word:
            in_words[character] += n
    characters = {c for c, n in in_words.items() if c >= "\u4e00" and n >= 5} | _everyday()
    latin = [
        word
        for word, n in counts.most_common()
        if word < "\u4e00" and 1 < len(word) <= LONGEST_LATIN and n >= 20
    ][:1500]
    pieces = dict.fromkeys("abcdefghijklmnopqrstuvwxyz0123456789", -12.0)
    # A character must not be so likely that a word falls apart into its characters.
    pieces |= {c: min(log_probability(c), -6.0) for c in sorted(characters)}
    pieces |= {word: log_probability(word) for word in latin}
    for word, n in counts.most_common():
        if len(pieces) >= size - 1 or n < 4:
            break
        if word[0] >= "\u4e00" and 2 <= len(word) <= LONGEST_WORD:
            pieces[word] = log_probability(word)
    tokenizer = Tokenizer(
        models.Unigram([("<unk>", -25.0), *pieces.items()], unk_id=0, byte_fallback=False)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"[^a-z0-9\u4e00-\u9fff]+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Split(Regex(r"[a-z0-9]+"), "isolated"),
        ]
    )
    return tokenizer


def _everyday() -> set[str]:
    # Level 1 of GB 2312 is the national list of common characters: people type some of them
    # (啥, 咋, 娃) that statutes never use.
    return {
        bytes([row, cell]).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        if (row, cell) < (0xD7, 0xFA)
    }


def token_ids(tokenizer: Any, texts: Sequence[str]) -> list[NDArray[np.int32]]:
    """Tokenize texts, in order; a text without any token gets ``<unk>``, never nothing."""
    found: list[NDArray[np.int32]] = []
    for start in range(0, len(texts), 10_000):
        batch = tokenizer.encode_batch(
            list(texts[start : start + 10_000]), add_special_tokens=False
        )
        found += [np.array(encoding.ids or [0], np.int32) for encoding in batch]
    return found


def rarity(ids: Sequence[NDArray[np.int32]], size: int) -> NDArray[np.float64]:
    """Inverse document frequency of each token over a corpus's lines, shape (size,)."""
    lines_with = np.zeros(size)
    for line in ids:
        lines_with[np.unique(line)] += 1
    return np.log(1 + len(ids) / (1 + lines_with))


def word_vectors(
    ids: Sequence[NDArray[np.int32]], size: int, dimension: int, seed: int
) -> NDArray[np.float32]:
    """Place words by the company they keep.

    Args:
        ids: the corpus, one array of tokens per line.
        size: tokens in the vocabulary.
        dimension: length of the vectors.
        seed: of the randomised factorisation.

    Returns:
        Shape (size, dimension), rows of length 1 (0 for a token never seen).
    """
    gap = np.full(WINDOW, size, np.int32)  # no word is near a word of another line
    stream = np.concatenate([part for line in ids for part in (line, gap)]).astype(np.int64)
    near = scipy.sparse.csr_matrix((size, size), dtype=np.float32)
    chunk = 3_000_000  # tokens counted at once: bounds memory
    for distance in range(1, WINDOW + 1):
        for start in range(0, len(stream), chunk):
            right = stream[start + distance : start + distance + chunk]
            left = stream[start : start + len(right)]
            inside = (left < size) & (right < size)
            cells, n = np.unique(left[inside] * size + right[inside], return_counts=True)
            weight = (n / (1 + 0.3 * (distance - 1))).astype(np.float32)
            near += scipy.sparse.csr_matrix((weight, (cells // size, cells % size)), (size, size))
    near = near + near.T
    near.data[near.data < 1.2] = 0  # met once: as likely chance as meaning
    near.eliminate_zeros()
    _log.info("%d tokens, %d neighbouring pairs", len(stream), near.nnz)
    totals = np.asarray(near.sum(1)).ravel()
    context = totals**0.75  # the usual smoothing: keeps rare words from looking too telling
    context /= context.sum()
    cells = near.tocoo()
    information = np.log(cells.data / (totals[cells.row] * context[cells.col] + 1e-9))
    positive = information > 0
    ppmi = scipy.sparse.csr_matrix(
        (information[positive].astype(np.float32), (cells.row[positive], cells.col[positive])),
        (size, size),
    )
    basis = np.random.default_rng(seed).standard_normal((size, dimension + ODDMENTS))
    basis = basis.astype(np.float32)
    for _ in range(4):
        basis, _ = np.linalg.qr(ppmi @ basis)
    left, strength, _ = np.linalg.svd((ppmi.T @ basis).T, full_matrices=False)
    vectors = (basis @ left)[:, :dimension] * np.sqrt(strength[:dimension])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6
    return np.asarray(vectors, np.float32)

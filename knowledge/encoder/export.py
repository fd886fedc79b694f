"""Trained word vectors to a folder that ``SentenceTransformer(path)`` loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def reduce(
    vectors: NDArray[np.float32], rarities: NDArray[np.float64], dimension: int
) -> NDArray[np.float32]:
    """Keep the directions that matter most for common words.

    Args:
        vectors: trained, (n, d).
        rarities: inverse document frequencies, (n,).
        dimension: how many directions stay.

    Returns:
        Shape (n, dimension); the mean row length is 1, row 0 is 0.
    """
    frequency = np.exp(-rarities) ** 0.5
    _, _, directions = np.linalg.svd(vectors * frequency[:, None], full_matrices=False)
    reduced = vectors @ directions[:dimension].T
    reduced[0] = 0
    return np.asarray(reduced / np.linalg.norm(reduced, axis=1).mean(), np.float32)


def save(vectors: NDArray[np.float32], tokenizer: Any, folder: Path) -> None:
    """Write a model in model2vec layout: int8 rows, one float32 scale each (a quarter the size).

    Args:
        vectors: (n, d).
        tokenizer: gives the n tokens.
        folder: made where absent; the model's own files in it are replaced.
    """
    from safetensors.numpy import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    # The library writes its own configuration files; only the weights are then replaced.
    SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=vectors), Normalize()],
        device="cpu",
    ).save(str(folder), create_model_card=False)
    scales = np.abs(vectors).max(1) / 127
    scales[scales == 0] = 1
    rows = np.clip(np.round(vectors / scales[:, None]), -127, 127).astype(np.int8)
    save_file(
        {"embeddings": rows, "weights": scales.astype(np.float32)}, folder / "model.safetensors"
    )
    spelled_out = folder / "tokenizer.json"
    compact = json.dumps(
        json.loads(spelled_out.read_text(encoding="utf-8")),
        ensure_ascii=False,
        separators=(",", ":"),
    )
    spelled_out.write_text(compact, encoding="utf-8")

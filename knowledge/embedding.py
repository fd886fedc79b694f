"""Texts in, unit vectors out: the bundled encoder, or any sentence-transformers model by name.

The bundled model is read with numpy alone, so that a server starts in a fraction of a second
and never imports torch unless an operator names another model.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

BUNDLED_MODEL = Path(__file__).parent / "encoder" / "model"


class Embedder(Protocol):
    """What the index needs of an encoder; tests pass a counting fake."""

    @property
    def name(self) -> str:
        """Identity of the weights: vectors of different names must never be compared."""

    @property
    def dimension(self) -> int:
        """Length d of every vector."""

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Embed texts, in order: shape (len(texts), d), rows of length 1, or 0 for empty text."""


class ModelMissing(Exception):
    """An encoder that cannot be loaded.

    Attributes:
        name: the model's name or path as it was asked for.
        why: the reason and what to do, in Chinese; operators see it verbatim.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}：{why}")
        self.name = name
        self.why = why


class Encoder:
    """A loaded model. Any number of threads may share one.

    Attributes:
        name: identity of the weights, stored beside every vector made with them.
        dimension: length d of every vector.
    """

    def __init__(
        self,
        name: str,
        dimension: int,
        embed: Callable[[list[str]], NDArray[np.float32]],
    ) -> None:
        """Wrap a model.

        Args:
            name: see the class.
            dimension: see the class.
            embed: non-blank texts to vectors of any length, shape (n, d), safe to call from any
                thread.
        """
        self.name = name
        self.dimension = dimension
        self._embed = embed

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Embed texts, in order; the same text always gives the same vector.

        Returns:
            Shape (len(texts), d), float32. Rows have length 1, so a dot product is the cosine;
            a text with nothing in it that the model knows ("", "？！") has a row of zeros, and
            so a cosine of 0 with everything.
        """
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        filled = [i for i, text in enumerate(texts) if text.strip()]
        if filled:
            vectors[filled] = self._embed([texts[i] for i in filled])
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors


def load_encoder(name: str = "") -> Encoder:
    """Load the bundled encoder, or another by name.

    Args:
        name: "" for the bundled model; otherwise what ``SentenceTransformer`` takes, a folder
            or a name on a model hub.

    Raises:
        ModelMissing: the model is not there or cannot be read; says which, why and what to do.
    """
    return _sentence_transformer(name) if name else _bundled()


@cache  # weights are read-only: one copy of 15 MB serves every caller
def _bundled() -> Encoder:
    return read_static_model(BUNDLED_MODEL, label="zhihui-static")


def read_static_model(folder: Path, label: str) -> Encoder:
    """Read a folder in model2vec layout without torch.

    The layout: ``model.safetensors`` with ``embeddings``, int8 (tokens, d), and ``weights``,
    float32 (tokens,), one scale per row; ``tokenizer.json`` beside it.

    Args:
        folder: what ``SentenceTransformer(str(folder))`` would load as well.
        label: start of the encoder's name; dimension and a digest of the weights follow.

    Raises:
        ModelMissing: a file is absent or damaged.
    """
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    try:
        weights = (folder / "model.safetensors").read_bytes()
        tensors = load(weights)
        rows, scales = tensors["embeddings"], tensors["weights"]
        tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelMissing(
            str(folder), f"缺少文件 {Path(error.filename).name}；请重新取得完整的代码目录"
        ) from error
    except Exception as error:  # tokenizers raises no narrower one
        raise ModelMissing(
            str(folder), f"模型文件已损坏（{error}）；请重新取得完整的代码目录"
        ) from error

    def embed(texts: list[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), rows.shape[1]), np.float32)
        for i, encoding in enumerate(tokenizer.encode_batch(texts, add_special_tokens=False)):
            if encoding.ids:
                # A sum in place of the mean: the caller divides by the length anyway.
                vectors[i] = scales[encoding.ids] @ rows[encoding.ids].astype(np.float32)
        return vectors

    dimension = int(rows.shape[1])
    digest = hashlib.sha256(weights).hexdigest()[:12]
    return Encoder(f"{label}-{dimension}@{digest}", dimension, embed)


def _sentence_transformer(name: str) -> Encoder:
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(name)
        dimension = int(np.asarray(model.encode(["人才"])).shape[1])
    except Exception as error:  # a hub fails in too many ways to list
        raise ModelMissing(
            name,
            f"无法载入向量模型（{type(error).__name__}: {error}）；"
            "请检查模型名称或路径，先在能联网的机器上下载好模型，或改用内置模型（留空即可）",
        ) from error
    # Hugging Face tokenizers raise "Already borrowed" when two threads share one.
    lock = threading.Lock()

    def embed(texts: list[str]) -> NDArray[np.float32]:
        with lock:
            return np.asarray(model.encode(texts, show_progress_bar=False), np.float32)

    return Encoder(name, dimension, embed)


def as_langchain(encoder: Embedder) -> Embeddings:
    """Let LangChain components (its Chroma store, for one) use an encoder.

    Returns:
        An ``Embeddings`` whose vectors are lists of d floats.
    """
    from langchain_core.embeddings import Embeddings

    class LangChainEmbeddings(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = encoder.encode(texts).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return LangChainEmbeddings()

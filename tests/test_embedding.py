"""Rules of the encoder that ships, and of naming another."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from knowledge.embedding import (
    BUNDLED_MODEL,
    ModelMissing,
    as_langchain,
    load_encoder,
    read_static_model,
)

QUESTIONS = [
    "我老婆工作怎么解决",
    "孩子上学",
    "博士租房补多少钱",
    "2024年A类人才",
    "ＡＢＣ，落户！",
]


@pytest.fixture(scope="module")
def encoder():
    return load_encoder()


def test_rows_have_length_one_and_keep_the_order_of_the_texts(encoder):
    vectors = encoder.encode(QUESTIONS)

    assert vectors.shape == (len(QUESTIONS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(QUESTIONS, vectors, strict=True):
        assert (encoder.encode([text])[0] == vector).all()


@pytest.mark.parametrize("text", ["", "  \n", "？！……", "😀"])
def test_text_with_nothing_to_know_is_a_row_of_zeros(encoder, text):
    assert not encoder.encode([text, "人才"])[0].any()


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_a_question_is_nearer_its_policy_heading_than_another(encoder):
    asked = encoder.encode(["我老婆工作怎么解决", "娃上学咋整", "租房给补钱吗"])
    headings = encoder.encode(["配偶就业安置", "子女入学", "租房补贴"])

    assert (asked @ headings.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_the_name_tells_weights_apart(encoder, tmp_path):
    from safetensors.numpy import load_file, save_file

    weights = load_file(BUNDLED_MODEL / "model.safetensors")
    weights["embeddings"][5] += 1
    save_file(weights, tmp_path / "model.safetensors")
    (tmp_path / "tokenizer.json").write_bytes((BUNDLED_MODEL / "tokenizer.json").read_bytes())
    other = read_static_model(tmp_path, "zhihui-static")

    assert encoder.name.startswith("zhihui-static-512@")
    assert other.name != encoder.name


def test_threads_sharing_the_encoder_get_the_same_vectors(encoder):
    expected = encoder.encode(QUESTIONS)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: encoder.encode(QUESTIONS), range(40)))

    assert all((result == expected).all() for result in results)


def test_an_incomplete_model_folder_is_named_with_what_is_absent(tmp_path):
    with pytest.raises(ModelMissing, match=r"model\.safetensors") as raised:
        read_static_model(tmp_path, "x")
    assert raised.value.name == str(tmp_path)


def test_a_damaged_model_is_named(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"version https://git-lfs")
    with pytest.raises(ModelMissing, match="损坏"):
        read_static_model(tmp_path, "x")

    (tmp_path / "model.safetensors").write_bytes((BUNDLED_MODEL / "model.safetensors").read_bytes())
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelMissing, match="损坏"):
        read_static_model(tmp_path, "x")


def test_langchain_gets_the_same_vectors(encoder):
    embeddings = as_langchain(encoder)

    assert embeddings.embed_query("落户") == encoder.encode(["落户"])[0].tolist()
    assert embeddings.embed_documents(["落户", ""])[1] == [0.0] * encoder.dimension


def test_the_bundled_encoder_needs_no_torch():
    code = (
        "import sys; from knowledge.embedding import load_encoder; load_encoder().encode(['落户']);"
        "sys.exit(any(m in sys.modules for m in ('torch', 'sentence_transformers', 'langchain')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_bundled_model_stays_under_twenty_megabytes():
    size = sum(path.stat().st_size for path in BUNDLED_MODEL.rglob("*") if path.is_file())

    assert size < 20_000_000


@pytest.mark.slow
def test_sentence_transformers_reads_the_bundled_model_the_same(encoder):
    other = load_encoder(str(BUNDLED_MODEL))
    texts = [*QUESTIONS, "用人单位应当为引进人才办理社会保险。" * 40, "", "?"]

    assert other.dimension == encoder.dimension
    np.testing.assert_allclose(other.encode(texts), encoder.encode(texts), atol=1e-5)


@pytest.mark.slow
def test_a_model_that_is_not_there_says_so_and_what_to_do():
    with pytest.raises(ModelMissing, match=r"没有这个目录.*内置模型"):
        load_encoder("./没有这个目录")

"""The vector index: one model, nearest first, and nobody else knows Chroma."""

import ast

import numpy as np
import pytest

from knowledge.indexes import searchable_text
from knowledge.vectors import VectorIndex, WrongModel
from tests.knowledge.conftest import ROOT, open_base
from tests.knowledge.papers import POLICY


class Reversed:
    """Another model: the same vectors, back to front."""

    def __init__(self, encoder):
        self._encoder, self.dimension = encoder, encoder.dimension
        self.name = "reversed"

    def encode(self, texts, /):
        return np.ascontiguousarray(self._encoder.encode(texts)[:, ::-1])


def unit(seed, count=40, width=16):
    rows = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_an_index_remembers_its_model_and_refuses_another_saying_what_to_do(tmp_path):
    VectorIndex("first", tmp_path).put([1], unit(1, 1))
    with pytest.raises(WrongModel, match=r"first.*second.*ingest\.py rebuild"):
        VectorIndex("second", tmp_path)
    assert VectorIndex("first", tmp_path).ids() == {1}, "asking with another model changed it"


def test_an_index_made_anew_belongs_to_the_new_model(tmp_path):
    VectorIndex("first", tmp_path).put([1], unit(1, 1))
    index = VectorIndex("second", tmp_path, any_model=True)
    assert index.replace_all([([2], unit(2, 1, width=8)), ([3], unit(3, 1, width=8))]) == 2
    assert VectorIndex("second", tmp_path).ids() == {2, 3}
    with pytest.raises(WrongModel):
        VectorIndex("first", tmp_path)


def test_the_old_index_answers_until_the_new_one_is_whole(tmp_path):
    index = VectorIndex("m", tmp_path)
    (old,) = unit(1, 1)
    index.put([1], np.stack([old]))

    def batches():
        yield [2], unit(2, 1)
        assert index.nearest(old, 1)[0][0] == 1
        assert index.ids() == {1}
        yield [3], unit(3, 1)

    index.replace_all(batches())
    assert index.ids() == VectorIndex("m", tmp_path).ids() == {2, 3}


def test_a_rebuild_that_fails_leaves_the_old_index_and_the_next_one_succeeds(tmp_path):
    index = VectorIndex("m", tmp_path)
    index.put([1], unit(1, 1))

    def broken():
        yield [2], unit(2, 1)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        index.replace_all(broken())
    assert index.ids() == {1}
    index.replace_all([([4], unit(4, 1))])
    assert index.ids() == {4}


def test_an_empty_index_finds_nothing(tmp_path):
    assert VectorIndex("m", tmp_path).nearest(unit(1, 1)[0], 5) == []


def test_a_vector_of_zeros_is_near_to_nothing(tmp_path):
    index = VectorIndex("m", tmp_path)
    index.put([1, 2], unit(1, 2))
    assert index.nearest(np.zeros(16, np.float32), 5) == []


def test_putting_again_replaces_and_removing_the_unknown_is_harmless(tmp_path):
    index = VectorIndex("m", tmp_path)
    first, second = unit(1, 2)
    index.put([7], np.stack([first]))
    index.put([7], np.stack([second]))
    index.remove([8])
    index.remove([])
    assert index.count() == 1
    ((found, cosine),) = index.nearest(second, 5)
    assert found == 7
    assert cosine == pytest.approx(1, abs=1e-5)


def test_more_than_one_batch_goes_in_and_out(tmp_path):
    index = VectorIndex("m", tmp_path)
    index.put(range(4500), unit(3, 4500, 4))
    assert index.count() == 4500
    index.remove(range(4500))
    assert index.count() == 0


def test_the_nearest_are_those_of_an_exact_search_over_the_stored_vectors(samples):
    """numpy over the vectors kept in SQL is the oracle."""
    stored = list(samples.catalogue.passages(sorted(samples.catalogue.live_ids())).values())
    matrix = np.stack([s.vector for s in stored])
    for question in ("博士买房补多少钱", "孩子上学", "体检一年几次", "落户要带什么材料"):
        vector = samples.encoder.encode([question])[0]
        cosines = matrix @ vector
        exact = np.argsort(-cosines)[:10]
        found = samples.vectors.nearest(vector, 10)
        assert [c for _, c in found] == pytest.approx([cosines[i] for i in exact], abs=1e-4)
        assert len({i for i, _ in found} & {stored[i].id for i in exact}) >= 9  # ties may differ


def test_stored_vectors_are_the_encoders_own(samples):
    version = samples.catalogue.versions()[0]
    for stored in samples.catalogue.passages_of(version.id):
        again = samples.encoder.encode([searchable_text(stored.passage)])[0]
        np.testing.assert_allclose(stored.vector, again, atol=1e-6)


def test_a_rebuild_with_another_model_embeds_every_passage_again(tmp_path, encoder, write):
    base = open_base(tmp_path, encoder)
    base.intake.add(write("办法.txt", POLICY))
    other = Reversed(encoder)
    with pytest.raises(WrongModel):
        open_base(tmp_path, other)
    rebuilt = open_base(tmp_path, other, any_model=True)
    rebuilt.indexes.rebuild()
    assert rebuilt.indexes.check().clean
    (version,) = rebuilt.catalogue.versions()
    assert version.model == "reversed"
    for stored in rebuilt.catalogue.passages_of(version.id):
        again = other.encode([searchable_text(stored.passage)])[0]
        np.testing.assert_allclose(stored.vector, again, atol=1e-6)
        assert rebuilt.vectors.nearest(again, 1)[0][1] == pytest.approx(1, abs=1e-4)


def test_mending_never_puts_another_models_vectors_into_the_index(tmp_path, encoder, write):
    """The folder of the index was lost and the model changed: mending must embed again."""
    base = open_base(tmp_path, encoder)
    base.intake.add(write("办法.txt", POLICY))
    other = Reversed(encoder)
    base.vectors.remove(sorted(base.vectors.ids()))
    mended = open_base(tmp_path, other, any_model=True)
    assert mended.indexes.check(repair=True).clean
    (version,) = mended.catalogue.versions()
    assert version.model == other.name
    text = "博士租房补贴"
    stored = mended.catalogue.passages_of(version.id)
    cosines = np.stack([s.vector for s in stored]) @ other.encode([text])[0]
    found = mended.vectors.nearest(other.encode([text])[0], 1)
    assert found[0][1] == pytest.approx(float(cosines.max()), abs=1e-4)
    assert found[0][1] > 0.3


def test_only_one_module_knows_chroma():
    ours = [
        p
        for folder in ("bot", "knowledge", "console", "evaluation", "benchmarks", "migrations")
        for p in (ROOT / folder).rglob("*.py")
    ]
    ours += ROOT.glob("*.py")
    knowing = set()
    for path in ours:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(n.split(".")[0] == "chromadb" for n in names):
                knowing.add(path.relative_to(ROOT).as_posix())
    assert knowing == {"knowledge/vectors.py"}

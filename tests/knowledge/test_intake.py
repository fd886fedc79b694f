"""A file's way in, and what it leaves behind."""

import hashlib
from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from knowledge.documents import VersionStatus
from knowledge.fulltext import passage_terms
from knowledge.intake import IntakeStatus
from knowledge.lifecycle import Lifecycle
from knowledge.tables import clauses, passages
from knowledge.tables import documents as documents_table
from knowledge.tables import versions as versions_table
from knowledge.validity import in_force
from tests.knowledge.asking import found_texts
from tests.knowledge.conftest import SAMPLES
from tests.knowledge.papers import POLICY

TODAY = date(2026, 11, 22)


def everything(base):
    """All that the knowledge base holds, row by row and vector by vector."""
    with base.catalogue.engine.connect() as connection:
        rows = [
            connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in (documents_table, versions_table, clauses, passages)
        ]
    return rows, sorted(base.fulltext.ids()), sorted(base.vectors.ids())


def files_kept(base, tmp_path):
    store = tmp_path / "data" / "files"
    return sorted(p.name for p in store.iterdir()) if store.exists() else []


# -- once, again, anew ---------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(base, write):
    path = write("办法.txt", POLICY)
    assert base.intake.add(path).status is IntakeStatus.ADDED
    before = everything(base)
    assert base.intake.add(path).status is IntakeStatus.UNCHANGED
    assert everything(base) == before


def test_a_changed_file_of_the_same_name_becomes_a_new_version(base, write):
    base.intake.add(write("办法.txt", POLICY))
    result = base.intake.add(write("办法.txt", POLICY.replace("二千元", "三千元")))
    assert result.status is IntakeStatus.UPDATED
    newer, older = base.catalogue.versions()
    assert (newer.status, older.status) == (VersionStatus.PUBLISHED, VersionStatus.SUPERSEDED)
    assert newer.document_id == older.document_id


def test_the_old_text_is_not_found_once_a_new_version_is_in(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("办法.txt", POLICY.replace("二千元", "三千元")))
    found = found_texts(base, "博士租房补贴", TODAY)
    assert "三千元" in found
    assert "二千元" not in found
    assert base.fulltext.ids() == base.vectors.ids() == base.catalogue.live_ids()


def test_a_new_version_keeps_the_old_one_readable_by_its_address(base, write):
    base.intake.add(write("办法.txt", POLICY))
    (old,) = base.catalogue.versions()
    cited = base.catalogue.passages_of(old.id)[1]
    base.intake.add(write("办法.txt", POLICY.replace("二千元", "三千元")))
    assert base.catalogue.passages([cited.id])[cited.id].passage == cited.passage
    assert base.catalogue.version_of(cited.id).status == VersionStatus.SUPERSEDED


def test_what_is_stored_is_what_was_read(base, write):
    base.intake.add(write("办法.txt", POLICY))
    (version,) = base.catalogue.versions()
    assert [c.text for c in base.catalogue.clauses(version.id)] == [
        line for line in POLICY.split("\n") if line
    ]
    assert version.facts.number.value == "临政发〔2026〕8号"
    assert version.facts.expires_on == date(2028, 3, 1)


# -- refusals and originals ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.txt", b""),
        ("坏.docx", b"PK\x03\x04 broken"),
        ("坏.pdf", b"%PDF-1.7 broken"),
        ("图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 99),
    ],
)
def test_a_refused_file_leaves_no_trace(base, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    before = everything(base)
    result = base.intake.add(path)
    assert result.status is IntakeStatus.REFUSED
    assert result.reason
    assert everything(base) == before
    assert files_kept(base, tmp_path) == []


def test_a_refused_new_version_leaves_the_old_one_in_place(base, write):
    base.intake.add(write("办法.txt", POLICY))
    before = everything(base)
    assert base.intake.add(write("办法.txt", "")).status is IntakeStatus.REFUSED
    assert everything(base) == before


def test_a_missing_file_is_refused_with_a_reason(base, tmp_path):
    result = base.intake.add(tmp_path / "没有.docx")
    assert result.status is IntakeStatus.REFUSED
    assert "打不开" in result.reason


def test_one_bad_file_does_not_keep_the_others_out(base, write):
    seen = []
    results = base.intake.add_all(
        [write("空.txt", ""), write("办法.txt", POLICY)],
        lambda done, total, result: seen.append((done, total, str(result.status))),
    )
    assert [str(r.status) for r in results] == ["refused", "added"]
    assert seen == [(1, 2, "refused"), (2, 2, "added")]


def test_the_original_is_kept_byte_for_byte_under_its_hash(base, write, tmp_path):
    path = write("办法.txt", POLICY)
    base.intake.add(path)
    content = path.read_bytes()
    kept = tmp_path / "data" / "files" / f"{hashlib.sha256(content).hexdigest()}.txt"
    assert kept.read_bytes() == content


def test_every_sample_is_taken_in_whole_the_scan_too(samples):
    published = [v for v in samples.catalogue.versions() if v.status == VersionStatus.PUBLISHED]
    assert sorted(v.file_name[:2] for v in published) == [f"{n:02d}" for n in range(1, 15)]
    assert samples.indexes.check().clean


# -- retiring ------------------------------------------------------------------------------


def test_a_retired_document_is_not_found_and_its_text_stays_stored(base, write):
    base.intake.add(write("办法.txt", POLICY))
    (version,) = base.catalogue.versions()
    base.intake.retire(version.document_id)
    assert found_texts(base, "博士租房补贴", TODAY) == ""
    assert base.catalogue.versions()[0].status == VersionStatus.WITHDRAWN
    assert len(base.catalogue.clauses(version.id)) == 8
    assert base.indexes.check().clean


def test_a_retired_document_can_be_taken_in_again(base, write):
    path = write("办法.txt", POLICY)
    base.intake.add(path)
    base.intake.retire(base.catalogue.versions()[0].document_id)
    assert base.intake.add(path).status is IntakeStatus.UPDATED
    assert "二千元" in found_texts(base, "博士租房补贴", TODAY)


def test_retiring_an_unknown_document_changes_no_row(base, write):
    base.intake.add(write("办法.txt", POLICY))
    before = everything(base)
    base.intake.retire(999)
    assert everything(base) == before


# -- in force ------------------------------------------------------------------------------


def test_a_document_is_in_force_from_its_first_day_to_the_day_before_it_lapses(base, write):
    base.intake.add(write("办法.txt", POLICY))
    (source,) = base.catalogue.sources().values()
    first, lapsed = date(2026, 3, 1), date(2028, 3, 1)
    assert (source.effective_on, source.lapsed_on) == (first, lapsed)
    day = timedelta(days=1)
    asked = (first - day, first, lapsed - day, lapsed)
    assert [source.in_force(d) for d in asked] == [False, True, True, False]
    assert [bool(in_force(base.catalogue.sources(), d)) for d in asked] == [
        False, True, True, False,
    ]  # fmt: skip


def test_an_expiry_day_that_is_named_is_still_in_force(base, write):
    text = POLICY.replace("有效期2年", "有效期至2027年12月31日")
    base.intake.add(write("办法.txt", text))
    (source,) = base.catalogue.sources().values()
    assert source.in_force(date(2027, 12, 31))
    assert not source.in_force(date(2028, 1, 1))


def source_of(base, number):
    return next(s for s in base.catalogue.sources().values() if s.file_name.startswith(number))


def test_a_sample_knows_by_which_other_it_was_repealed(samples):
    old, new = source_of(samples, "03"), source_of(samples, "02")
    assert old.repealed_by == new.title == "临江市人才安居实施细则（2025年版）"
    assert old.repealed_on == new.effective_on == date(2025, 7, 1)
    assert old.lapsed_on == date(2025, 3, 1)  # its own trial period ended before that
    assert not old.in_force(TODAY)
    assert old.in_force(date(2025, 2, 28))


NEWER = """临江市新人才住房办法
临政发〔2027〕1号
第一条　制定本办法。
第二条　本办法自2027年1月1日起施行。{}同时废止。
临江市人民政府
2026年12月1日
"""


@pytest.mark.parametrize(
    "named",
    [
        "《临江市人才住房办法》（临政发〔2026〕8号）",
        "《临江市人才住房办法》",
        "临政发〔2026〕8号文件",
    ],
)
def test_a_repeal_takes_effect_on_the_day_the_newer_document_does(base, write, named):
    base.intake.add(write("旧.txt", POLICY))
    base.intake.add(write("新.txt", NEWER.format(named)))
    old = source_of(base, "旧")
    assert old.in_force(date(2026, 12, 31))
    assert not old.in_force(date(2027, 1, 1))


def test_a_document_is_not_repealed_by_another_of_a_like_number(base, write):
    base.intake.add(write("旧.txt", POLICY))
    base.intake.add(write("新.txt", NEWER.format("《某办法》（临政发〔2026〕18号）")))
    assert source_of(base, "旧").repealed_by == ""


def test_of_editions_that_share_a_title_only_a_later_one_repeals(base, write):
    base.intake.add(write("新版.txt", POLICY))
    earlier = NEWER.replace("2027", "2020").replace("2026年12月", "2019年12月")
    base.intake.add(write("旧版.txt", earlier.format("《临江市人才住房办法》")))
    assert source_of(base, "新版").repealed_by == ""


def test_a_repeal_is_forgotten_when_the_document_that_made_it_is_retired(base, write):
    base.intake.add(write("旧.txt", POLICY))
    base.intake.add(write("新.txt", NEWER.format("《临江市人才住房办法》")))
    base.intake.retire(source_of(base, "新").document_id)
    assert source_of(base, "旧").in_force(date(2027, 6, 1))


# -- check and rebuild ---------------------------------------------------------------------


def test_a_missing_vector_is_noticed_and_mended(base, write):
    base.intake.add(write("办法.txt", POLICY))
    lost = min(base.vectors.ids())
    base.vectors.remove([lost])
    assert base.indexes.check().missing_vectors == 1
    assert base.indexes.check(repair=True).clean
    assert lost in base.vectors.ids()


def test_an_orphan_vector_is_noticed_and_mended(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.vectors.put([9999], base.encoder.encode(["无主"]))
    assert base.indexes.check().orphan_vectors == 1
    assert base.indexes.check(repair=True).clean
    assert 9999 not in base.vectors.ids()


def test_missing_and_orphan_words_are_noticed_and_mended(base, write):
    base.intake.add(write("办法.txt", POLICY))
    (version,) = base.catalogue.versions()
    stored = base.catalogue.passages_of(version.id)[1]
    with base.catalogue.engine.begin() as connection:
        base.fulltext.remove(connection, [stored.id])
        base.fulltext.put(connection, {9999: ["无主"]})
    found = base.indexes.check()
    assert (found.missing_words, found.orphan_words) == (1, 1)
    assert base.indexes.check(repair=True).clean
    assert base.fulltext.ids() == base.catalogue.live_ids()
    terms = passage_terms(stored.passage, version.facts.title)
    assert stored.id in base.fulltext.search(terms, 50)


def test_a_rebuilt_index_holds_the_stored_vectors(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.vectors.remove(sorted(base.vectors.ids()))
    assert base.vectors.count() == 0
    assert base.indexes.rebuild() == len(base.catalogue.live_ids())
    assert base.indexes.check().clean


def test_new_vectors_of_some_passages_do_not_claim_the_others(base, write):
    """A rebuild that stops halfway must know which versions it has not embedded again yet."""
    base.intake.add(write("甲.txt", POLICY))
    base.intake.add(write("乙.txt", POLICY.replace("住房", "安居")))
    second, first = base.catalogue.versions()
    ids = [s.id for s in base.catalogue.passages_of(first.id)]
    Lifecycle(base.catalogue.engine).replace_vectors(
        "other", [(i, np.ones(3, np.float32)) for i in ids]
    )
    models = {v.id: v.model for v in base.catalogue.versions()}
    assert models == {first.id: "other", second.id: base.encoder.name}


def test_many_files_can_be_looked_up_at_once(samples):
    ids = sorted(samples.catalogue.live_ids())
    asked = [*ids, *range(10_000_000, 10_300_000)]
    assert sorted(samples.catalogue.passages(asked)) == ids


def test_the_samples_folder_is_what_the_tests_believe():
    assert len(list(SAMPLES.iterdir())) == 14


def test_a_paper_that_says_that_it_has_lapsed_waits_as_a_draft_however_often_it_comes(base, write):
    path = write("办法.txt", "【本文已失效】\n" + POLICY)
    for status in ("drafted", "unchanged"):
        result = base.intake.add(path)
        assert result.status == status
        assert any("已失效" in note for note in result.notes)
    assert base.catalogue.sources() == {}

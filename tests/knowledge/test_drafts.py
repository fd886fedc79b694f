"""A draft in people's hands: rulings that gate, edits with undo, a second person, places, ends."""

import threading
import time
from datetime import UTC, date, datetime

import pytest

from knowledge.drafts import Drafts, Outdated
from knowledge.edits import Edit, EditKind
from knowledge.jobs import IntakeJobs, IntakeWorker, JobKind, JobState, Lane, work_off
from knowledge.lifecycle import Lifecycle, NotPossible
from knowledge.rehearsal import alone
from tests.knowledge.asking import search

PAPER = """临川市人才办法
临川发〔2026〕1号
第一条　每月补贴500元。
第二条　本办法自2026年1月1日起施行，有效期至2030年12月31日。
"""


@pytest.fixture
def drafts(base):
    return Drafts(base.catalogue, base.encoder)


@pytest.fixture
def draft(base, write):
    """Id of a draft."""
    return base.intake.add(write("办法.txt", PAPER), draft=True).version


def clause(base, version_id, start):
    return next(c for c in base.catalogue.clauses(version_id) if c.text.startswith(start))


def reword(base, drafts, version_id, start, text, revision, by="甲"):
    old = clause(base, version_id, start)
    return drafts.edit(version_id, Edit(EditKind.TEXT, old.ordinal, text), revision, old.text, by)


# -- facts -----------------------------------------------------------------------------------


def test_a_corrected_date_decides_when_a_paper_is_answered_from(base, drafts, draft):
    drafts.rule(draft, "effective", "2026-12-01", "2026-01-01", "甲", "第二条")
    base.intake.publish(draft)
    source = base.catalogue.sources()[draft]
    assert not source.in_force(date(2026, 11, 22))
    assert source.in_force(date(2026, 12, 1))
    ruling = drafts.standing(draft).rulings["effective"]
    assert (ruling.read, ruling.value, ruling.by) == ("2026-01-01", "2026-12-01", "甲")
    assert ruling.is_correction


def test_a_ruling_survives_the_file_s_being_read_again(base, drafts, draft, write):
    drafts.rule(draft, "effective", "2026-12-01", "2026-01-01", "甲")
    drafts.rule(draft, "number", "临川发〔2026〕1号", "临川发〔2026〕1号", "乙")
    base.intake.publish(draft)
    base.intake.retire(base.catalogue.version(draft).document_id)
    again = base.intake.add(write("办法.txt", PAPER), draft=True).version
    assert again not in (0, draft)
    assert base.catalogue.version(again).facts.effective_on == date(2026, 12, 1)
    rulings = drafts.standing(again).rulings
    assert (rulings["effective"].by, rulings["effective"].read) == ("甲", "2026-01-01")
    assert not rulings["number"].is_correction


def test_a_correction_that_is_taken_back_rests_on_the_line_it_was_read_from_again(
    base, drafts, draft
):
    read = base.catalogue.version(draft).facts.effective
    drafts.rule(draft, "effective", "2026-12-01", "2026-01-01", "甲", "别的一行")
    assert base.catalogue.version(draft).facts.effective.source == "别的一行"
    drafts.rule(draft, "effective", "2026-01-01", "2026-12-01", "甲")
    assert base.catalogue.version(draft).facts.effective == read
    assert not drafts.standing(draft).rulings["effective"].is_correction


def test_a_fact_that_somebody_changed_meanwhile_is_not_overwritten(base, drafts, draft):
    drafts.rule(draft, "issuers", ["临川市政府"], [], "甲")
    with pytest.raises(Outdated) as conflict:
        drafts.rule(draft, "issuers", ["临川市人社局"], [], "乙")
    assert (conflict.value.now, conflict.value.by) == ("临川市政府", "甲")
    assert base.catalogue.version(draft).facts.issuer == "临川市政府"


# -- clauses ---------------------------------------------------------------------------------


def test_an_edit_changes_what_is_answered_and_undo_takes_it_back(base, drafts, draft):
    reword(base, drafts, draft, "第一条", "第一条　每月补贴600元。", 0)
    assert any("600元" in s.passage.text for s in base.catalogue.passages_of(draft))
    standing = drafts.standing(draft)
    assert [c.text for c in standing.as_read][2] == "第一条　每月补贴500元。"
    assert [(e.by, e.was) for e in standing.edits] == [("甲", "第一条　每月补贴500元。")]
    drafts.undo(draft, standing.edits[-1].id, "乙")
    assert not any("600元" in s.passage.text for s in base.catalogue.passages_of(draft))
    assert drafts.standing(draft).edits == ()
    base.intake.publish(draft)
    assert base.indexes.check().clean


def test_two_who_edit_different_clauses_both_keep_their_work(base, drafts, draft):
    before = clause(base, draft, "第二条")
    reword(base, drafts, draft, "第一条", "第一条　每月补贴600元。", 0, "甲")
    beside = drafts.edit(
        draft, Edit(EditKind.TEXT, before.ordinal, before.text + "特此通知。"), 0, before.text, "乙"
    )
    texts = [c.text for c in base.catalogue.clauses(draft)]
    assert beside
    assert "第一条　每月补贴600元。" in texts
    assert before.text + "特此通知。" in texts


def test_a_save_over_somebody_else_s_is_refused_and_shows_theirs(base, drafts, draft):
    before = clause(base, draft, "第一条")
    reword(base, drafts, draft, "第一条", "第一条　每月补贴600元。", 0, "甲")
    mine = Edit(EditKind.TEXT, before.ordinal, "第一条　每月补贴700元。")
    with pytest.raises(Outdated) as conflict:
        drafts.edit(draft, mine, 0, before.text, "乙")
    assert (conflict.value.now, conflict.value.by) == ("第一条　每月补贴600元。", "甲")
    assert "第一条　每月补贴600元。" in [c.text for c in base.catalogue.clauses(draft)]
    drafts.edit(draft, mine, conflict.value.revision, conflict.value.now, "乙")
    assert "第一条　每月补贴700元。" in [c.text for c in base.catalogue.clauses(draft)]


def test_what_is_published_cannot_be_edited(base, drafts, draft):
    base.intake.publish(draft)
    with pytest.raises(NotPossible, match="已不是草稿"):
        reword(base, drafts, draft, "第一条", "第一条　每月补贴600元。", 0)
    with pytest.raises(NotPossible, match="已不是草稿"):
        drafts.rule(draft, "number", "", "临川发〔2026〕1号", "甲")


def test_a_clause_that_is_switched_off_is_not_answered_from(base, drafts, draft):
    old = clause(base, draft, "第一条")
    drafts.edit(draft, Edit(EditKind.OFF, old.ordinal), 0, old.text, "甲")
    base.intake.publish(draft)
    found = search(base, "每月补贴多少", date(2026, 11, 22))
    assert not any("500元" in hit.passage.text for hit in found)
    assert old.text in [c.text for c in base.catalogue.clauses(draft)]


def test_a_draft_asked_alone_answers_from_itself_and_changes_nothing(base, drafts, draft, write):
    base.intake.add(
        write("别的.txt", "别处办法\n第一条　每月补贴900元。\n第二条　自2026年1月1日起施行。\n")
    )
    mark = base.catalogue.changed()
    with alone(base.catalogue, base.encoder, draft) as room:
        found = search(room, "每月补贴多少", date(2026, 11, 22))
    assert found
    assert "500元" in found[0].passage.text
    assert not any("900元" in hit.passage.text for hit in found)
    assert base.catalogue.changed() == mark


# -- review, place, end ----------------------------------------------------------------------


def test_where_a_second_person_is_required_nobody_publishes_alone(base, drafts, draft):
    lifecycle = Lifecycle(base.catalogue.engine)
    lifecycle.require_second_person(True)
    with pytest.raises(NotPossible, match="另一位管理员"):
        base.intake.publish(draft)
    lifecycle.submit(draft, by="甲")
    with pytest.raises(NotPossible, match="自己送审"):
        drafts.approve(draft, 0, "甲")
    drafts.approve(draft, 0, "乙")
    reword(base, drafts, draft, "第一条", "第一条　每月补贴600元。", 0, "乙")
    with pytest.raises(NotPossible, match="另一位管理员"):  # what was approved is not this text
        base.intake.publish(draft)
    lifecycle.submit(draft, back=True)
    lifecycle.submit(draft, by="乙")
    drafts.approve(draft, drafts.standing(draft).revision, "甲")
    base.intake.publish(draft)
    assert draft in base.catalogue.sources()


def test_with_a_second_person_required_no_file_goes_past_as_published(base, write):
    Lifecycle(base.catalogue.engine).require_second_person(True)
    result = base.intake.add(write("办法.txt", PAPER))
    assert result.status == "drafted"
    assert base.catalogue.live_ids() == set()


def test_a_draft_can_be_made_a_document_of_its_own_and_a_version_again(base, drafts, draft, write):
    base.intake.publish(draft)
    newer = base.intake.add(write("办法.txt", PAPER.replace("500", "800")), draft=True).version
    document = base.catalogue.version(draft).document_id
    assert base.catalogue.version(newer).document_id == document
    own = drafts.place(newer, None)
    assert own != document
    assert drafts.place(newer, document) == document
    assert base.catalogue.versions(own) == []


def test_a_draft_that_is_thrown_away_leaves_nothing_and_others_untouched(
    base, drafts, draft, write
):
    base.intake.publish(draft)
    newer = base.intake.add(write("办法.txt", PAPER.replace("500", "800")), draft=True).version
    drafts.rule(newer, "issuers", ["临川市政府"], [], "甲")
    reword(base, drafts, newer, "第一条", "第一条　每月补贴850元。", 1)
    drafts.discard(newer)
    assert [v.id for v in base.catalogue.versions()] == [draft]
    with pytest.raises(NotPossible, match="已不是草稿"):
        drafts.discard(draft)
    assert base.indexes.check().clean


# -- jobs ------------------------------------------------------------------------------------


def test_a_timed_publication_waits_for_its_time_and_can_be_called_off(base, draft, tmp_path):
    jobs = IntakeJobs(base.catalogue.engine, tmp_path / "data")
    later = jobs.submit(JobKind.PUBLISH, str(draft), due_at=time.time() + 3600)
    assert jobs.claim() is None
    assert list(jobs.scheduled()) == [draft]
    assert jobs.cancel(later)
    assert jobs.scheduled() == {}
    due = jobs.submit(JobKind.PUBLISH, str(draft), due_at=time.time() - 1)
    assert jobs.claim(Lane.STEPS).id == due
    assert not jobs.cancel(due)


def test_a_step_is_done_while_a_file_is_being_read(base, draft, write, tmp_path, monkeypatch):
    jobs = IntakeJobs(base.catalogue.engine, tmp_path / "data")
    reading, go_on = threading.Event(), threading.Event()
    add = base.intake.add

    def slow(*args, **kwargs):
        reading.set()
        assert go_on.wait(30)
        return add(*args, **kwargs)

    monkeypatch.setattr(type(base.intake), "add", lambda self, *a, **k: slow(*a, **k))
    worker = IntakeWorker(jobs, base, pause_s=0.01)
    worker.start()
    try:
        file_job = jobs.submit_file(write("长.txt", PAPER.replace("500", "1")))
        assert reading.wait(30)
        step = jobs.submit(JobKind.PUBLISH, str(draft))
        limit = time.monotonic() + 30
        while jobs.get(step).state is not JobState.DONE:
            assert time.monotonic() < limit
            time.sleep(0.01)
        assert jobs.get(file_job).state is JobState.RUNNING
        assert jobs.published_since(datetime(2026, 1, 1, tzinfo=UTC)) == [draft]
    finally:
        go_on.set()
        worker.stop()


def test_a_file_that_was_refused_can_be_tried_again_and_one_that_went_in_cannot(
    base, write, tmp_path
):
    jobs = IntakeJobs(base.catalogue.engine, tmp_path / "data")
    bad = jobs.submit_file(write("坏.docx", "PK nonsense"), draft=True)
    good = jobs.submit_file(write("办法.txt", PAPER), draft=True)
    work_off(jobs, base)
    again = jobs.again(bad)
    work_off(jobs, base)
    assert jobs.get(again).result["status"] == "refused"
    for job in (good, bad):
        with pytest.raises(NotPossible):
            jobs.again(job)

"""Work handed to the owner of the data folder."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, text, update

from knowledge.jobs import (
    FILE_KEPT,
    MOST_ATTEMPTS,
    IntakeJobs,
    IntakeWorker,
    JobKind,
    JobState,
    Lane,
    intake_jobs,
    perform,
)
from knowledge.readers.pulse import TakesLong
from tests.knowledge.conftest import SAMPLES
from tests.knowledge.papers import POLICY

SCAN = next(SAMPLES.glob("05-*"))


@pytest.fixture
def jobs(base, tmp_path):
    return IntakeJobs(base.catalogue.engine, tmp_path / "data")


@pytest.fixture
def worker(base, jobs):
    made = IntakeWorker(jobs, base, pause_s=0.01)
    yield made
    made.stop()


def ended(jobs, job_id, within_s=10):
    """The job once it is done or failed."""
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        job = jobs.get(job_id)
        if job.state in (JobState.DONE, JobState.FAILED):
            return job
        time.sleep(0.01)
    raise AssertionError(f"job {job_id} is still {jobs.get(job_id).state}")


def test_a_job_is_claimed_once_however_many_ask(jobs):
    submitted = [jobs.submit(JobKind.CHECK) for _ in range(30)]
    together = threading.Barrier(8)

    def work(_):
        together.wait()
        mine = []
        misses = 0
        while misses < 20:
            job = jobs.claim()
            if job is None:
                misses += 1
            else:
                mine.append(job.id)
        return mine

    with ThreadPoolExecutor(8) as pool:
        claimed = [i for mine in pool.map(work, range(8)) for i in mine]
    assert sorted(claimed) == submitted


def test_who_is_overtaken_between_looking_and_taking_gets_nothing(base, jobs):
    job_id = jobs.submit(JobKind.CHECK)
    overtakers = []

    def overtake(_connection, _cursor, statement, *_):
        if statement.startswith("UPDATE intake_jobs") and not overtakers:
            overtakers.append(None)
            overtakers[0] = jobs.claim()

    event.listen(base.catalogue.engine, "before_cursor_execute", overtake)
    assert jobs.claim() is None
    assert overtakers[0].id == job_id


def test_the_oldest_job_comes_first(jobs):
    first, second = jobs.submit(JobKind.CHECK), jobs.submit(JobKind.REBUILD)
    assert jobs.claim().id == first
    assert jobs.claim().id == second
    assert jobs.claim() is None


def test_a_submitted_file_outlives_its_original(jobs, worker, write):
    path = write("办法.txt", POLICY)
    job_id = jobs.submit_file(path)
    path.unlink()
    worker.start()
    job = ended(jobs, job_id)
    assert job.state == JobState.DONE
    assert (job.result["status"], job.result["name"]) == ("added", "办法.txt")
    assert job.result["uncovered"] == 0


def test_a_file_taken_in_leaves_the_inbox(jobs, worker, write, tmp_path):
    job_id = jobs.submit_file(write("办法.txt", POLICY))
    worker.start()
    ended(jobs, job_id)
    worker.stop()
    assert list((tmp_path / "data" / "inbox").iterdir()) == []


def test_a_refused_file_is_a_done_job_with_its_reason(jobs, worker, write):
    job_id = jobs.submit_file(write("空.txt", ""))
    worker.start()
    job = ended(jobs, job_id)
    assert job.state == JobState.DONE
    assert job.result["status"] == "refused"
    assert job.result["reason"]


def test_a_failed_job_is_recorded_and_the_next_one_is_done(base, jobs, worker):
    broken, fine = jobs.submit(JobKind.CHECK), jobs.submit(JobKind.CHECK)
    with base.catalogue.engine.begin() as connection:  # as another release would leave it
        of_another = update(intake_jobs).where(intake_jobs.c.id == broken).values(kind="dance")
        connection.execute(of_another)
    worker.start()
    job = ended(jobs, broken)
    assert job.state == JobState.FAILED
    assert "dance" in job.result["error"]
    assert ended(jobs, fine).state == JobState.DONE


def test_a_job_whose_owner_died_is_queued_again(jobs, worker, write):
    job_id = jobs.submit_file(write("办法.txt", POLICY))
    assert jobs.claim().state == JobState.RUNNING
    assert jobs.claim() is None
    worker.start()
    assert ended(jobs, job_id).result["status"] == "added"


def test_an_owner_that_dies_before_it_could_report_does_not_lose_the_outcome(
    base, jobs, worker, write
):
    """The file was taken in, the row not yet written: doing it again must not refuse the file."""
    job_id = jobs.submit_file(write("办法.txt", POLICY))
    perform(jobs.claim(), base)
    worker.start()
    job = ended(jobs, job_id)
    assert job.state == JobState.DONE
    assert job.result["status"] == "unchanged"


def test_finished_jobs_are_not_queued_again(jobs, worker):
    done = jobs.submit(JobKind.CHECK)
    worker.start()
    ended(jobs, done)
    assert jobs.requeue_orphans() == 0
    assert jobs.get(done).state == JobState.DONE


def test_the_worker_outlives_a_database_that_fails_for_a_while(base, jobs, worker):
    worker.start()
    with base.catalogue.engine.begin() as connection:
        connection.execute(text("ALTER TABLE intake_jobs RENAME TO away"))
    time.sleep(0.1)
    with base.catalogue.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO intake_jobs"))
    assert ended(jobs, jobs.submit(JobKind.CHECK)).state == JobState.DONE


def test_a_document_can_be_retired_and_the_index_mended_by_job(base, jobs, worker, write):
    base.intake.add(write("办法.txt", POLICY))
    (version,) = base.catalogue.versions()
    base.vectors.remove(sorted(base.vectors.ids())[:1])
    worker.start()
    assert ended(jobs, jobs.submit(JobKind.CHECK)).result["missing_vectors"] == 1
    assert ended(jobs, jobs.submit(JobKind.CHECK, repair=True)).result["missing_vectors"] == 0
    assert ended(jobs, jobs.submit(JobKind.REBUILD)).result == {"passages": base.vectors.count()}
    ended(jobs, jobs.submit(JobKind.RETIRE, str(version.document_id)))
    assert base.catalogue.live_ids() == base.vectors.ids() == set()


def test_a_new_job_is_queued(jobs):
    assert jobs.get(jobs.submit(JobKind.CHECK)).state == JobState.QUEUED


def test_a_job_tells_the_stages_it_has_reached(jobs, worker, write):
    job_id = jobs.submit_file(write("办法.txt", POLICY))
    worker.start()
    stages = ended(jobs, job_id).stages
    assert [name for name, _ in stages] == ["解析", "向量", "收录"]
    assert [at for _, at in stages] == sorted(at for _, at in stages)


def test_a_job_whose_lease_runs_out_is_claimed_by_another_worker(base, jobs):
    job_id = jobs.submit(JobKind.CHECK)
    jobs.claim()
    assert jobs.claim() is None
    expired = update(intake_jobs).where(intake_jobs.c.id == job_id).values(leased_until=0.0)
    with base.catalogue.engine.begin() as connection:
        connection.execute(expired)
    assert jobs.claim().id == job_id


def test_a_renewed_lease_is_held(base, jobs):
    job_id = jobs.submit(JobKind.CHECK)
    jobs.claim()
    expired = update(intake_jobs).where(intake_jobs.c.id == job_id).values(leased_until=0.0)
    with base.catalogue.engine.begin() as connection:
        connection.execute(expired)
    jobs.renew(job_id)
    assert jobs.claim() is None


def test_a_job_that_ends_the_process_each_time_is_given_up(jobs, worker, write):
    job_id = jobs.submit_file(write("办法.txt", POLICY))
    for _ in range(MOST_ATTEMPTS):  # claimed, and the process ends
        assert jobs.claim().id == job_id
        jobs.requeue_orphans()
    worker.start()
    job = ended(jobs, job_id)
    assert job.state == JobState.FAILED
    assert "停止重试" in job.result["error"]


def test_a_file_can_be_handed_over_as_a_draft(base, jobs, worker, write):
    worker.start()
    job = ended(jobs, jobs.submit_file(write("办法.txt", POLICY), draft=True))
    assert job.result["status"] == "drafted"
    assert base.catalogue.live_ids() == set()


def test_a_step_that_is_not_possible_fails_with_its_reason(base, jobs, worker, write):
    base.intake.add(write("办法.txt", POLICY))
    (version,) = base.catalogue.versions()
    worker.start()
    job = ended(jobs, jobs.submit(JobKind.PUBLISH, str(version.id)))
    assert (job.state, "已经发布" in job.result["error"]) == (JobState.FAILED, True)


# -- files whose pages have to be recognised -------------------------------------------------


def test_a_scan_is_put_off_by_who_does_not_wait_and_nothing_of_it_is_stored(base, jobs):
    job_id = jobs.submit_file(SCAN)
    with pytest.raises(TakesLong):
        perform(jobs.claim(Lane.FILES), base, patient=False)
    assert base.catalogue.versions() == []
    jobs.put_off(job_id)
    assert jobs.claim(Lane.FILES) is None
    assert jobs.claim(Lane.RECOGNITION).id == job_id


def test_who_works_a_queue_off_alone_does_both_kinds_in_turn(jobs):
    first, second = jobs.submit_file(SCAN), jobs.submit(JobKind.CHECK)
    jobs.put_off(first)
    assert [jobs.claim().id, jobs.claim().id] == [first, second]


def test_a_long_job_that_comes_on_between_restarts_is_not_given_up(jobs):
    job_id = jobs.submit_file(SCAN)
    for page in range(2 * MOST_ATTEMPTS):
        assert jobs.claim().attempts <= MOST_ATTEMPTS
        jobs.reached(job_id, [(f"识别 {page}/9 页", 1.0)], advanced=True)
        jobs.requeue_orphans()


@pytest.mark.slow
def test_short_files_and_steps_do_not_wait_for_recognition(base, jobs, worker, write):
    scan = jobs.submit_file(SCAN)
    others = [jobs.submit_file(write("办法.txt", POLICY)), jobs.submit(JobKind.CHECK)]
    worker.start()
    for job_id in others:
        assert ended(jobs, job_id, 60).state == JobState.DONE
    assert jobs.get(scan).state in (JobState.QUEUED, JobState.RUNNING)
    job = ended(jobs, scan, 300)
    assert job.result["status"] == "added"
    assert [name for name, _ in job.stages] == ["解析", "识别 2/2 页", "向量", "收录"]
    assert base.indexes.check().clean


def test_a_text_handed_in_before_the_one_that_is_in_waits_as_a_draft(base, write):
    """A scan takes minutes to recognise: a newer edition may have come in meanwhile."""
    begun = datetime.now(UTC).replace(tzinfo=None)
    base.intake.add(write("办法.txt", POLICY.replace("二千元", "三千元")))
    late = base.intake.add(write("办法扫描.txt", POLICY), since=begun)
    assert late.status == "drafted"
    assert any("更新的版本" in note for note in late.notes)
    published = [v for v in base.catalogue.versions() if v.status == "published"]
    assert [v.file_name for v in published] == ["办法.txt"]


def test_the_pages_kept_of_a_file_leave_the_inbox_with_it(jobs, worker, write, tmp_path):
    job_id = jobs.submit_file(write("办法.txt", POLICY))
    kept = jobs.get(job_id).argument + ".pages"
    Path(kept).write_text("", encoding="utf-8")
    worker.start()
    ended(jobs, job_id)
    worker.stop()
    assert list((tmp_path / "data" / "inbox").iterdir()) == []


def test_a_file_that_no_job_has_is_swept_up_after_a_while_and_a_waiting_one_is_kept(
    jobs, write, tmp_path
):
    jobs.submit_file(write("办法.txt", POLICY))
    inbox = tmp_path / "data" / "inbox"
    (waiting,) = inbox.iterdir()
    for name in ("old.txt", "new.txt"):
        (inbox / name).write_text("写到一半", encoding="utf-8")
    long_ago = time.time() - 2 * FILE_KEPT.total_seconds()
    for path in (waiting, inbox / "old.txt"):
        os.utime(path, (long_ago, long_ago))
    jobs.sweep()
    assert {path.name for path in inbox.iterdir()} == {waiting.name, "new.txt"}

"""Work handed to the process that owns the data folder.

The embedded vector store has one owner (knowledge.ownership). A command line that finds the
folder owned stores its files here and the owner takes them in: the file is on disk and the row
committed before the command believes it. A job is claimed by conditional update, so that it runs
once; one whose owner died is queued again at the next start.
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from database import metadata
from knowledge.intake import Intake

log = logging.getLogger(__name__)

intake_jobs = Table(
    "intake_jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),  # add | retire | rebuild | check
    Column("argument", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),  # queued | running | done | failed
    Column("result", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work; ``result`` is what the work returned, as plain data."""

    id: int
    kind: str
    argument: str
    name: str
    state: str
    result: Any


class IntakeJobs:
    """The queue of work for the owner."""

    def __init__(self, engine: Engine, data: Path) -> None:
        self._engine, self._inbox = engine, data / "inbox"

    def submit_file(self, path: Path, name: str = "") -> int:
        """Store a file for intake and queue it; returns the job's id."""
        self._inbox.mkdir(parents=True, exist_ok=True)
        kept = self._inbox / f"{uuid.uuid4().hex}{path.suffix.lower()[:8]}"
        shutil.copyfile(path, kept)
        return self.submit("add", str(kept), name or path.name)

    def submit(self, kind: str, argument: str = "", name: str = "") -> int:
        """Queue other work; returns the job's id."""
        with self._engine.begin() as connection:
            made = connection.execute(
                insert(intake_jobs).values(
                    kind=kind, argument=argument, name=name, state=QUEUED, result="",
                    created_at=datetime.now(UTC),
                )
            )  # fmt: skip
        return int(made.inserted_primary_key[0])  # type: ignore[index]

    def get(self, job_id: int) -> Job:
        """The job as it stands now."""
        with self._engine.connect() as connection:
            row = (
                connection.execute(select(intake_jobs).where(intake_jobs.c.id == job_id))
                .mappings()
                .one()
            )
        result = json.loads(row["result"]) if row["result"] else None
        return Job(row["id"], row["kind"], row["argument"], row["name"], row["state"], result)

    def claim(self) -> Job | None:
        """Take the oldest queued job; None when there is none."""
        with self._engine.begin() as connection:
            job_id = connection.execute(
                select(intake_jobs.c.id)
                .where(intake_jobs.c.state == QUEUED)
                .order_by(intake_jobs.c.id)
                .limit(1)
            ).scalar()
            if job_id is None:
                return None
            taken = connection.execute(
                update(intake_jobs)
                .where(intake_jobs.c.id == job_id, intake_jobs.c.state == QUEUED)
                .values(state=RUNNING)
            )
            if taken.rowcount == 0:
                return None
        return self.get(int(job_id))

    def finish(self, job_id: int, state: str, result: object) -> None:
        """Record how a job ended."""
        with self._engine.begin() as connection:
            connection.execute(
                update(intake_jobs)
                .where(intake_jobs.c.id == job_id)
                .values(state=state, result=json.dumps(result, ensure_ascii=False))
            )

    def requeue_orphans(self) -> int:
        """Queue again what a dead owner was running; only the owner may call this."""
        with self._engine.begin() as connection:
            return connection.execute(
                update(intake_jobs).where(intake_jobs.c.state == RUNNING).values(state=QUEUED)
            ).rowcount


def perform(job: Job, intake: Intake) -> object:
    """Do one job and return its result as plain data."""
    if job.kind == "add":
        return asdict(intake.add(Path(job.argument), job.name))
    if job.kind == "retire":
        intake.retire(int(job.argument))
        return {"retired": int(job.argument)}
    if job.kind == "rebuild":
        return {"passages": intake.rebuild()}
    if job.kind == "check":
        return asdict(intake.check(repair=job.argument == "repair"))
    raise ValueError(f"unknown kind of job: {job.kind}")


def work_off(jobs: IntakeJobs, intake: Intake) -> None:
    """Do every queued job; only the owner of the data folder may call this."""
    jobs.requeue_orphans()
    while (job := jobs.claim()) is not None:
        _do(jobs, job, intake)


def _do(jobs: IntakeJobs, job: Job, intake: Intake) -> None:
    try:
        jobs.finish(job.id, DONE, perform(job, intake))
    except Exception as error:  # one broken job must not end the worker
        log.exception("intake job %d failed", job.id)
        jobs.finish(job.id, FAILED, {"error": f"{type(error).__name__}: {error}"})
    if job.kind == "add":  # only now: a job that is done again after a crash needs its file
        Path(job.argument).unlink(missing_ok=True)


class IntakeWorker:
    """A thread of the owner that works the queue off, one job at a time."""

    def __init__(self, jobs: IntakeJobs, intake: Intake, pause_s: float = 0.5) -> None:
        self._jobs, self._intake, self._pause_s = jobs, intake, pause_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        """Queue again what an earlier owner left running, and begin."""
        self._jobs.requeue_orphans()
        self._thread.start()

    def stop(self) -> None:
        """Finish the running job and end."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                job = self._jobs.claim()
                if job is not None:
                    _do(self._jobs, job, self._intake)
                    continue
            except SQLAlchemyError:  # a database locked or away for a while is asked again
                log.exception("the queue of intake jobs cannot be read")
            self._stop.wait(self._pause_s)

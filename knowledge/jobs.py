"""Work handed to the process that owns the data folder.

The embedded vector store has one owner (knowledge.ownership). A command line that finds the
folder owned stores its files here and the owner takes them in: the file is on disk and the row
committed before the command believes it. A job is claimed by conditional update and held by a
lease that its worker renews, so that it runs once; one whose worker died is claimed again, and
given up when it has taken many workers with it.

Files whose pages have to be recognised take minutes. They wait in a queue of their own, so that
publishing, taking back and short files need not wait for them.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    DateTime,
    Double,
    Engine,
    Integer,
    String,
    Table,
    Text,
    and_,
    insert,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from database import metadata
from knowledge.faq_documents import publish_answer, retire_answer
from knowledge.intake import Intake, IntakeResult, IntakeStatus, Reached, Stage
from knowledge.lifecycle import OPERATOR, Lifecycle, NotPossible
from knowledge.likeness import SamePaper
from knowledge.readers.pulse import TakesLong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.base import KnowledgeBase

log = logging.getLogger(__name__)

LEASE_S = 30.0
"""Seconds for which a worker holds a job; it renews the lease three times as often."""

MOST_ATTEMPTS = 20
"""How often a job is begun: one that ends the process each time must not do so for ever.

Files are read in a process of their own, so that is rare; but of jobs that were running when the
process was killed at random, three times in a row met 3 of 400 files, and those were blameless.
"""

intake_jobs = Table(
    "intake_jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),  # see JobKind
    Column("argument", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("options", JSON, nullable=False, server_default=text("'{}'")),
    Column("state", String(16), nullable=False),  # see JobState
    Column("stages", JSON, nullable=False, server_default=text("'[]'")),  # [name, seconds since]
    Column("result", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("leased_until", Double),  # seconds since 1970
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("due_at", Double),  # seconds since 1970 before which it is not begun
)


class JobKind(StrEnum):
    """What can be asked of the owner."""

    ADD = "add"
    RECOGNISE = "recognise"  # an ADD that turned out to need recognition
    SUBMIT = "submit"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    RETIRE = "retire"
    RULE = "rule"
    RULE_TERM = "rule-term"
    REBUILD = "rebuild"
    CHECK = "check"
    PUBLISH_FAQ = "publish_faq"
    RETIRE_FAQ = "retire_faq"


FILE_JOBS = frozenset({JobKind.ADD.value, JobKind.RECOGNISE.value})
"""Kinds whose argument is a stored file."""


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"  # before it was begun


STEPS = frozenset(
    {JobKind.SUBMIT, JobKind.PUBLISH, JobKind.WITHDRAW, JobKind.RETIRE, JobKind.RULE,
     JobKind.RULE_TERM, JobKind.PUBLISH_FAQ, JobKind.RETIRE_FAQ}
)  # fmt: skip
"""Work of a moment, which must not wait until a scan of three hundred pages is read."""


class Lane(StrEnum):
    """Work that waits for other work of its lane only; the value names its thread."""

    STEPS = "steps"
    FILES = "intake"
    RECOGNITION = "recognition"


FILE_KEPT = timedelta(days=7)
"""For how long the file of a job that took nothing in is kept, to be tried again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    Attributes:
        argument: the stored file of an ``add``, else what the kind is about.
        options: further arguments by name.
        stages: (stage, seconds after the job began at which it was reached), in order.
        result: what the work returned, as plain data; None while it is not done.
        due_at: seconds since 1970 before which it is not begun; None for at once.
        created_at, ended_at: UTC; None while it is not ended.
    """

    id: int
    kind: str
    argument: str
    name: str
    options: Mapping[str, Any]
    state: JobState
    stages: tuple[tuple[str, float], ...]
    attempts: int
    result: Any
    due_at: float | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def is_retriable(self) -> bool:
        """Is this a file that was not taken in?"""
        if self.kind not in FILE_JOBS or self.state not in (JobState.DONE, JobState.FAILED):
            return False
        status = (self.result or {}).get("status", IntakeStatus.REFUSED)
        return status in (IntakeStatus.REFUSED, IntakeStatus.UNCHANGED)


class IntakeJobs:
    """The queue of work for the owner."""

    def __init__(self, engine: Engine, data: Path) -> None:
        self._engine, self._inbox = engine, data / "inbox"

    def submit_file(self, path: Path, name: str = "", **options: Any) -> int:
        """Store a file for intake and queue it; returns the job's id once both are durable."""
        self._inbox.mkdir(parents=True, exist_ok=True)
        # of a name that a stranger gave only a plain suffix reaches the disk
        suffix = re.search(r"\.[0-9a-z]{1,7}$", (name or path.name).lower())
        kept = self._inbox / f"{uuid.uuid4().hex}{suffix[0] if suffix else ''}"
        shutil.copyfile(path, kept)
        with kept.open("rb") as file:
            os.fsync(file.fileno())
        return self.submit(JobKind.ADD, str(kept), name or path.name, **options)

    def submit(
        self, kind: JobKind, argument: str = "", name: str = "", due_at: float | None = None,
        **options: Any,
    ) -> int:  # fmt: skip
        """Queue other work, to be begun at ``due_at`` or at once; returns the job's id."""
        with self._engine.begin() as connection:
            made = connection.execute(
                insert(intake_jobs).values(
                    kind=kind.value, argument=argument, name=name, options=options,
                    state=JobState.QUEUED.value, stages=[], result="", attempts=0,
                    created_at=datetime.now(UTC), due_at=due_at,
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
        return _job(row)

    def some(self, ids: Sequence[int]) -> list[Job]:
        """Jobs by id; unknown ids are missing."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(intake_jobs).where(intake_jobs.c.id.in_(ids)).order_by(intake_jobs.c.id)
            ).mappings()
            return [_job(row) for row in rows]

    def recent(self, limit: int = 50) -> list[Job]:
        """The newest jobs first."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(intake_jobs).order_by(intake_jobs.c.id.desc()).limit(limit)
            ).mappings()
            return [_job(row) for row in rows]

    def of_state(self, state: JobState, kind: JobKind | None = None) -> list[Job]:
        """Every job in a state, oldest first."""
        query = select(intake_jobs).where(intake_jobs.c.state == state.value)
        if kind is not None:
            query = query.where(intake_jobs.c.kind == kind.value)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(intake_jobs.c.id)).mappings()
            return [_job(row) for row in rows]

    def published_since(self, moment: datetime) -> list[int]:
        """Version ids that somebody had published since then, the newest last."""
        query = (
            select(intake_jobs.c.argument)
            .where(
                intake_jobs.c.kind == JobKind.PUBLISH.value,
                intake_jobs.c.state == JobState.DONE.value,
                intake_jobs.c.ended_at > moment,
            )
            .order_by(intake_jobs.c.ended_at)
        )
        with self._engine.connect() as connection:
            return [int(argument) for (argument,) in connection.execute(query)]

    def scheduled(self) -> dict[int, Job]:
        """Publications that wait for their time, by version id."""
        waiting = self.of_state(JobState.QUEUED, JobKind.PUBLISH)
        return {int(job.argument): job for job in waiting if job.due_at is not None}

    def cancel(self, job_id: int) -> bool:
        """Call off a job that was not begun; False when it is too late for that."""
        with self._engine.begin() as connection:
            done = connection.execute(
                update(intake_jobs)
                .where(intake_jobs.c.id == job_id, intake_jobs.c.state == JobState.QUEUED.value)
                .values(state=JobState.CANCELLED.value, ended_at=datetime.now(UTC))
            )
            return done.rowcount == 1

    def again(self, job_id: int, **options: Any) -> int:
        """Try a file again that was not taken in; returns the new job's id.

        Args:
            options: that differ from those of the first try.

        Raises:
            NotPossible: it was taken in, or its file is not kept any more.
        """
        job = self.get(job_id)
        if job.kind not in FILE_JOBS or not job.is_retriable:
            raise NotPossible("这个文件已收录，无需重试")
        path = Path(job.argument)
        if not path.is_file():
            raise NotPossible(f"“{job.name}”的原文件已不在服务器上，请重新上传")
        new = self.submit(JobKind.ADD, job.argument, job.name, **{**job.options, **options})
        with self._engine.begin() as connection:  # the file belongs to the new job now
            connection.execute(
                update(intake_jobs).where(intake_jobs.c.id == job_id).values(argument="")
            )
        return new

    def sweep(self) -> None:
        """Remove files that were not taken in and that nobody tried again, or that no job has.

        One without a job was being stored when the process ended: nobody was told that it is.
        """
        before = datetime.now(UTC) - FILE_KEPT
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(intake_jobs.c.argument).where(
                    intake_jobs.c.kind.in_(FILE_JOBS), intake_jobs.c.ended_at < before
                )
            )
            for (argument,) in rows:
                if argument:
                    Path(argument).unlink(missing_ok=True)
                    Path(argument + ".pages").unlink(missing_ok=True)
            named = {Path(a).name for (a,) in connection.execute(select(intake_jobs.c.argument))}
        for path in self._inbox.iterdir() if self._inbox.is_dir() else ():
            is_old = path.stat().st_mtime < before.timestamp()
            if is_old and path.name.removesuffix(".pages") not in named:
                path.unlink(missing_ok=True)

    def claim(self, lane: Lane | None = None) -> Job | None:
        """Take the oldest job that waits or whose lease ran out; None when there is none.

        Args:
            lane: only work of this lane; None for any.
        """
        now = time.time()
        free = or_(
            and_(
                intake_jobs.c.state == JobState.QUEUED.value,
                or_(intake_jobs.c.due_at.is_(None), intake_jobs.c.due_at <= now),
            ),
            and_(intake_jobs.c.state == JobState.RUNNING.value, intake_jobs.c.leased_until < now),
        )
        if lane is not None:
            free = and_(free, _of_lane(lane))
        with self._engine.begin() as connection:
            job_id = connection.execute(
                select(intake_jobs.c.id).where(free).order_by(intake_jobs.c.id).limit(1)
            ).scalar()
            if job_id is None:
                return None
            taken = connection.execute(
                update(intake_jobs)
                .where(intake_jobs.c.id == job_id, free)
                .values(
                    state=JobState.RUNNING.value,
                    stages=[],
                    attempts=intake_jobs.c.attempts + 1,
                    leased_until=now + LEASE_S,
                )
            )
            if taken.rowcount == 0:
                return None
        return self.get(int(job_id))

    def renew(self, job_id: int) -> None:
        """Hold a running job for another lease."""
        self._set(job_id, leased_until=time.time() + LEASE_S)

    def reached(self, job_id: int, stages: list[tuple[str, float]], advanced: bool = False) -> None:
        """Record how far a running job has come.

        Args:
            advanced: by work that is kept: what interrupted it before counts no more.
        """
        counted = {"attempts": 1} if advanced else {}
        self._set(job_id, stages=[list(s) for s in stages], **counted)

    def put_off(self, job_id: int) -> None:
        """Queue a running file among those whose pages are recognised."""
        self._set(
            job_id, kind=JobKind.RECOGNISE.value, state=JobState.QUEUED.value, attempts=0, stages=[]
        )

    def finish(self, job_id: int, state: JobState, result: object) -> None:
        """Record how a job ended."""
        self._set(
            job_id,
            state=state.value,
            result=json.dumps(result, ensure_ascii=False),
            ended_at=datetime.now(UTC),
        )

    def _set(self, job_id: int, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(intake_jobs).where(intake_jobs.c.id == job_id).values(values))

    def requeue_orphans(self) -> int:
        """Queue again what a dead owner was running; only the owner may call this."""
        with self._engine.begin() as connection:
            return connection.execute(
                update(intake_jobs)
                .where(intake_jobs.c.state == JobState.RUNNING.value)
                .values(state=JobState.QUEUED.value)
            ).rowcount


def _of_lane(lane: Lane) -> ColumnElement[bool]:
    is_step = intake_jobs.c.kind.in_([kind.value for kind in STEPS])
    is_long = intake_jobs.c.kind == JobKind.RECOGNISE.value
    match lane:
        case Lane.STEPS:
            return is_step
        case Lane.RECOGNITION:
            return is_long
        case Lane.FILES:
            return and_(not_(is_step), not_(is_long))


def _job(row: Any) -> Job:
    result = json.loads(row["result"]) if row["result"] else None
    return Job(
        row["id"], row["kind"], row["argument"], row["name"], row["options"],
        JobState(row["state"]), tuple((s, at) for s, at in row["stages"]), row["attempts"],
        result, row["due_at"], row["created_at"], row["ended_at"],
    )  # fmt: skip


def perform(
    job: Job, base: KnowledgeBase, reached: Reached = lambda *_: None, patient: bool = True
) -> object:
    """Do one job and return its result as plain data.

    Args:
        patient: False to be told ``TakesLong`` instead of waiting for recognition.

    Raises:
        NotPossible: a document's status does not allow the step.
    """
    match job.kind:
        case JobKind.ADD | JobKind.RECOGNISE:
            return asdict(_add(job, base.intake, reached, patient))
        case JobKind.SUBMIT:
            lifecycle = Lifecycle(base.catalogue.engine)
            back, by = bool(job.options.get("back")), job.options.get("by", OPERATOR)
            return {"title": lifecycle.submit(int(job.argument), back, by).version.facts.title}
        case JobKind.PUBLISH:
            return {"title": base.intake.publish(int(job.argument)).facts.title}
        case JobKind.WITHDRAW:
            return {"title": base.intake.withdraw(int(job.argument)).facts.title}
        case JobKind.RETIRE:
            base.intake.retire(int(job.argument))
            return {"retired": int(job.argument)}
        case JobKind.RULE:
            lifecycle = Lifecycle(base.catalogue.engine)
            lifecycle.rule(job.options["newer"], job.options["older"], job.options["supersedes"])
            return {}
        case JobKind.RULE_TERM:
            until = job.options.get("until")
            Lifecycle(base.catalogue.engine).rule_term(
                job.options["newer"], job.options["older"], job.options["holds"],
                date.fromisoformat(until) if until else None,
            )  # fmt: skip
            return {}
        case JobKind.REBUILD:
            with base.intake.turn:
                return {"passages": base.indexes.rebuild()}
        case JobKind.CHECK:
            with base.intake.turn:
                return asdict(base.indexes.check(repair=bool(job.options.get("repair"))))
        case JobKind.PUBLISH_FAQ:
            day = date.fromisoformat(job.options["day"])
            issuer, lead = job.options["issuer"], job.options["lead"]
            version = publish_answer(base, int(job.argument), day, issuer, lead)
            return {"title": version.facts.title}
        case JobKind.RETIRE_FAQ:
            retire_answer(base, int(job.argument), date.fromisoformat(job.options["day"]))
            return {}
        case _:
            raise ValueError(f"unknown kind of job: {job.kind}")


def _add(job: Job, intake: Intake, reached: Reached, patient: bool) -> IntakeResult:
    options = job.options
    same = SamePaper(options.get("same", SamePaper.NEW_VERSION))
    since = job.created_at if job.kind == JobKind.RECOGNISE else None
    return intake.add(
        Path(job.argument), job.name, bool(options.get("draft")), same, reached,
        patient=patient, kept=_kept_pages(job), since=since,
    )  # fmt: skip


def _kept_pages(job: Job) -> Path:
    """Where the recognised pages of a job's file are kept until it is done."""
    return Path(job.argument + ".pages")


def work_off(
    jobs: IntakeJobs, base: KnowledgeBase, after_each: Callable[[], None] = lambda: None
) -> None:
    """Do every queued job; only the owner of the data folder may call this."""
    jobs.requeue_orphans()
    while (job := jobs.claim()) is not None:
        _do(jobs, job, base)
        after_each()


def _do(jobs: IntakeJobs, job: Job, base: KnowledgeBase, patient: bool = True) -> None:
    began = time.monotonic()
    stages: list[tuple[Stage, str, float]] = []

    def reached(stage: Stage, detail: str = "") -> None:
        if stages and stages[-1][0] is stage:
            stages[-1] = (stage, detail, stages[-1][2])
        else:
            stages.append((stage, detail, round(time.monotonic() - began, 3)))
        said = [(s.value + more, at) for s, more, at in stages]
        jobs.reached(job.id, said, advanced=stage is Stage.RECOGNISING)

    try:
        if job.attempts > MOST_ATTEMPTS:
            raise NotPossible(
                "处理这项任务时服务连续中断，已停止重试；请检查文件后重新提交，或联系管理员查看日志"
            )
        with _held(jobs, job):
            result = perform(job, base, reached, patient)
        jobs.finish(job.id, JobState.DONE, result)
    except TakesLong:
        jobs.put_off(job.id)
        return
    except NotPossible as refusal:
        jobs.finish(job.id, JobState.FAILED, {"error": str(refusal)})
    except Exception as error:  # one broken job must not end the worker
        log.exception("intake job %d failed", job.id)
        jobs.finish(job.id, JobState.FAILED, {"error": f"{type(error).__name__}: {error}"})
    # only now: a job done again after a crash needs its file; one that took in nothing keeps it
    if job.kind in FILE_JOBS and not jobs.get(job.id).is_retriable:
        Path(job.argument).unlink(missing_ok=True)
        _kept_pages(job).unlink(missing_ok=True)


@contextmanager
def _held(jobs: IntakeJobs, job: Job) -> Iterator[None]:
    """Renew a job's lease for as long as the work takes."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(LEASE_S / 3):
            try:
                jobs.renew(job.id)
            except SQLAlchemyError:  # asked again before the lease runs out
                log.exception("the lease of intake job %d cannot be renewed", job.id)

    thread = threading.Thread(target=renew, name=f"lease-{job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class IntakeWorker:
    """Threads of the owner that work the queue off, one a lane, one job at a time each.

    The lane of files puts off what needs recognition, and a step waits for neither: a withdrawal
    takes effect at once however many scans wait to be read. They read files side by side and write
    the vector index in turns.
    """

    def __init__(self, jobs: IntakeJobs, base: KnowledgeBase, pause_s: float = 0.5) -> None:
        self._jobs, self._base, self._pause_s = jobs, base, pause_s
        self._stop = threading.Event()
        self._threads = {
            lane: threading.Thread(target=self._run, args=(lane,), name=lane.value, daemon=True)
            for lane in Lane
        }

    def start(self) -> None:
        """Queue again what an earlier owner left running, and begin."""
        self._jobs.requeue_orphans()
        self._jobs.sweep()
        for thread in self._threads.values():
            thread.start()

    def stop(self) -> None:
        """Finish the running job and end; recognition goes on after the next start instead."""
        self._stop.set()
        for lane, thread in self._threads.items():
            if thread.ident is not None:
                thread.join(timeout=1 if lane is Lane.RECOGNITION else 30)

    def _run(self, lane: Lane) -> None:
        while not self._stop.is_set():
            try:
                job = self._jobs.claim(lane)
                if job is not None:
                    _do(self._jobs, job, self._base, patient=lane is not Lane.FILES)
                    continue
            except SQLAlchemyError:  # a database locked or away for a while is asked again
                log.exception("the queue of intake jobs cannot be read")
            self._stop.wait(self._pause_s)

"""Files in: sent in slices, resumed after a reload, read, tried again; how far each one is."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from console.admin_room import AdminRoom, clock
from console.uploads import SLICE, BadUpload, Uploads, file_name, suffix_of
from knowledge.intake import IntakeStatus
from knowledge.jobs import FILE_JOBS, Job, JobKind, JobState
from knowledge.lifecycle import NotPossible
from knowledge.likeness import SamePaper
from knowledge.reports import RESULTS

JOB_WORDS = {
    JobState.QUEUED: "排队中",
    JobState.RUNNING: "处理中",
    JobState.DONE: "完成",
    JobState.FAILED: "失败",
    JobState.CANCELLED: "已取消",
}

LISTED = 200
"""Jobs on the page; a batch of fifty files fits several times."""

AT_ONCE = 100
"""Most files of one choice that are asked about at once."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the files are that came in together.

    Attributes:
        done, total: files.
        left_s: seconds until the last one is done, None while that cannot be told.
    """

    done: int
    total: int
    left_s: int | None

    @property
    def left(self) -> str:
        """约剩 3 分钟, or "" while that cannot be told."""
        if self.left_s is None:
            return ""
        return f"约剩 {self.left_s // 60 + 1} 分钟" if self.left_s >= 60 else "约剩不到 1 分钟"


def add_upload_routes(blueprint: Blueprint, room: AdminRoom, uploads: Uploads) -> None:
    """Add ``/admin/policies/new``, the uploads and the jobs to the admin's pages."""
    jobs = room.jobs

    def queue(path: Path, name: str) -> int:
        job = jobs.submit_file(path, name, draft=True, same=SamePaper.NEW_VERSION.value)
        room.note("上传文件", name)
        return job

    @blueprint.get("/policies/new")
    def new() -> Response:
        """Choose files; each is read and kept as a draft."""
        unfinished = uploads.unfinished(g.user.name)
        return room.page("admin_upload.html", unfinished=unfinished, slice=SLICE)

    @blueprint.post("/policies/new")
    def upload() -> AnyResponse:
        """Files from the form itself, for browsers without script."""
        files = [f for f in request.files.getlist("files") if f.filename]
        if not files:
            flash("请先选择文件", "bad")
            return redirect(url_for("admin.new"))
        for file in files:
            name = file_name(file.filename or "")
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"upload{suffix_of(name)}"
                file.save(path)
                queue(path, name)
        flash(f"已接收 {len(files)} 个文件，正在读取", "good")
        return redirect(url_for("admin.jobs_page"))

    @blueprint.post("/uploads")
    def begin_upload() -> tuple[dict[str, Any], int]:
        """Announce a file; answers the id to send its slices to."""
        asked = request.get_json()
        try:
            name, size = str(asked.get("name", "")), int(asked.get("size", 0))
            return {"id": uploads.begin(name, size, g.user.name), "held": 0}, 200
        except BadUpload as error:
            return {"error": str(error)}, 400
        except (AttributeError, TypeError, ValueError, OverflowError):
            return {"error": "没有说明文件名和大小"}, 400

    @blueprint.post("/uploads/<upload_id>")
    def continue_upload(upload_id: str) -> tuple[dict[str, Any], int]:
        """Send a slice from ``offset`` on; the last one queues the file."""
        by = g.user.name
        try:
            held = uploads.put(upload_id, by, request.args.get("offset", 0, type=int), request.data)
            whole = uploads.finished(upload_id, by)
            if whole is None:
                return {"held": held}, 200
            name, path = whole
            job = queue(path, name)
            uploads.forget(upload_id, by)
        except BadUpload as error:
            return {"error": str(error)}, 400
        return {"held": held, "job": job}, 200

    @blueprint.post("/uploads/<upload_id>/forget")
    def forget_upload(upload_id: str) -> AnyResponse:
        """Throw away what came of a file that will not be finished."""
        try:
            uploads.forget(upload_id, g.user.name)
        except BadUpload as error:
            flash(str(error), "bad")
        return redirect(url_for("admin.new"))

    @blueprint.get("/jobs")
    def jobs_page() -> Response:
        """What was uploaded and how far it is."""
        return room.page("admin_jobs.html", **_values(room))

    @blueprint.get("/jobs/rows")
    def job_rows() -> Response:
        """The rows alone, for the page's script."""
        return room.page("admin_job_rows.html", **_values(room))

    @blueprint.get("/jobs/states")
    def job_states() -> dict[str, Any]:
        """How far some jobs are, for the page that sent their files."""
        named = request.args.get("ids", "").split(",")[:AT_ONCE]
        wanted = [int(i) for i in named if re.fullmatch(r"[0-9]{1,9}", i)]
        found = {str(job.id): _told(job) for job in jobs.some(wanted)}
        return {"jobs": found}

    @blueprint.post("/jobs/<int:job_id>/again")
    def retry_job(job_id: int) -> AnyResponse:
        """Try a file again that was not taken in; ``same`` keeps it beside the one we have."""
        job = next(iter(jobs.some([job_id])), None)
        if job is None:
            abort(404)
        both = request.form.get("same") == SamePaper.KEEP_BOTH.value
        options = {"same": SamePaper.KEEP_BOTH.value} if both else {}
        try:
            jobs.again(job_id, **options)
            room.note("单独收录" if both else "重新处理", job.name)
        except NotPossible as refusal:
            flash(str(refusal), "bad")
        return redirect(url_for("admin.jobs_page"))

    @blueprint.post("/jobs/<int:job_id>/cancel")
    def cancel_job(job_id: int) -> AnyResponse:
        """Call off a file that waits, or a publication that waits for its time."""
        job = next(iter(jobs.some([job_id])), None)
        if job is None:
            abort(404)
        is_publication = job.kind == JobKind.PUBLISH
        if jobs.cancel(job_id):
            room.note("取消定时发布" if is_publication else "取消处理", job.name)
            flash(f"已取消：{job.name}", "good")
        else:
            flash("已经开始处理，不能取消", "bad")
        if is_publication and job.argument.isdigit():
            return redirect(url_for("admin.draft_effect", version_id=int(job.argument)))
        return redirect(url_for("admin.jobs_page"))


def _values(room: AdminRoom) -> dict[str, Any]:
    recent = room.jobs.recent(LISTED)
    files = [job for job in recent if job.kind in FILE_JOBS]
    running = any(job.state in (JobState.QUEUED, JobState.RUNNING) for job in files)
    timed = [
        job for job in recent
        if job.kind == JobKind.PUBLISH and job.due_at is not None
        and job.state in (JobState.QUEUED, JobState.FAILED)
    ]  # fmt: skip
    return {
        "jobs": files, "running": running, "words": JOB_WORDS, "results": RESULTS,
        "reason": reason, "progress": progress(files), "timed": timed, "clock": clock,
    }  # fmt: skip


def progress(files: Sequence[Job]) -> Progress | None:
    """How far the newest files are that came in together; None without any.

    Files belong together when each came before those before it were done.
    """
    group: list[Job] = []
    for job in sorted(files, key=lambda job: job.id):
        if group and all(j.ended_at and j.ended_at < job.created_at for j in group):
            group = []
        group.append(job)
    if not group:
        return None
    ended = [j for j in group if j.state not in (JobState.QUEUED, JobState.RUNNING)]
    spent = [j.stages[-1][1] for j in ended if j.stages]
    left = (len(group) - len(ended)) * sum(spent) / len(spent) if spent else None
    return Progress(len(ended), len(group), None if left is None else round(left))


def reason(job: Job) -> str:
    """Why a file was not taken in, in a clerk's words; "" when it was."""
    if job.state is JobState.FAILED:
        said = str(job.result.get("error", ""))
        # what no reader foresaw is told by its class's name: nothing that a clerk could use
        return (
            said if any(c >= "\u4e00" for c in said) else "处理时出错，请重试；仍不行请联系管理员"
        )
    return str(job.result.get("reason", "")) if job.result else ""


def _told(job: Job) -> dict[str, Any]:
    """A job as the upload page shows it."""
    told: dict[str, Any] = {
        "ended": job.state not in (JobState.QUEUED, JobState.RUNNING),
        "words": JOB_WORDS[job.state],
        "bad": bool(reason(job)),
    }
    if job.state is JobState.RUNNING and job.stages:
        told["words"] = f"{JOB_WORDS[job.state]}：{job.stages[-1][0]}"
    if reason(job):
        told["words"] = f"未收录：{reason(job)}"
    elif job.result and "status" in job.result:
        told["words"] = RESULTS[IntakeStatus(job.result["status"])]
        told["notes"] = job.result.get("notes", [])
        version = job.result.get("version")
        drafted = job.result["status"] == IntakeStatus.DRAFTED
        if version and drafted:
            told["href"] = url_for("admin.draft_file", version_id=version)
            told["title"] = job.result["title"]
    return told

"""What every page of the admin's side shares: its parts, its frame, and waiting for a step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Response, abort, flash, g, render_template

from console.accounts import Accounts
from database import aware
from knowledge.catalogue import Catalogue
from knowledge.documents import Version, VersionStatus
from knowledge.drafts import Drafts
from knowledge.jobs import IntakeJobs, JobState
from knowledge.validity import CHINA

STEP_S = 8.0
"""Seconds for which a page waits until a step is done; it goes on in any case."""

WITHDRAWABLE = timedelta(minutes=10)
"""For how long after a publication every page offers to take it back."""


@dataclass(frozen=True, slots=True)
class AdminRoom:
    """The parts that the admin's pages work with.

    Attributes:
        jobs: where uploads and steps are queued; the owner of the data folder does them.
        accounts: its audit log keeps who did what.
        today: the day on which a text is in force or not.
    """

    catalogue: Catalogue
    drafts: Drafts
    jobs: IntakeJobs
    accounts: Accounts
    today: Callable[[], date]

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page, or a part of one, that stays out of caches."""
        html = render_template(template, user=g.user, **values)
        return Response(html, status, headers={"Cache-Control": "no-store"})

    def note(self, action: str, subject: str) -> None:
        """Write into the audit log who did what."""
        self.accounts.record(g.user.name, action, subject)

    def versions_of(self, document_id: int) -> list[Version]:
        """The versions of a document, newest first; 404 when there is none."""
        found = self.catalogue.versions(document_id)
        if not found:
            abort(404)
        return found

    def version(self, version_id: int) -> Version:
        """One version; 404 when there is none."""
        try:
            return self.catalogue.version(version_id)
        except KeyError:
            abort(404)

    def done(self, job_id: int, action: str, subject: str) -> bool:
        """Wait for a step that the owner does, and say what came of it; False if it failed."""
        self.note(action, subject)
        limit = time.monotonic() + STEP_S
        while (job := self.jobs.get(job_id)).state in (JobState.QUEUED, JobState.RUNNING):
            if time.monotonic() > limit:
                flash(f"{action}已排队，稍后刷新查看", "wait")
                return True
            time.sleep(0.05)
        if job.state is JobState.FAILED:
            flash(str(job.result["error"]), "bad")
            return False
        flash(f"已{action}：{subject}", "good")
        return True

    def withdrawable(self) -> list[Version]:
        """What was published a moment ago and can be taken back by one click."""
        ids = set(self.jobs.published_since(datetime.now(UTC) - WITHDRAWABLE))
        if not ids:
            return []
        found = (v for v in self.catalogue.versions() if v.id in ids)
        return [v for v in found if v.status is VersionStatus.PUBLISHED]


def clock(moment: datetime) -> str:
    """11-26 18:30, in China."""
    return aware(moment).astimezone(CHINA).strftime("%m-%d %H:%M")


def beijing(moment: datetime) -> str:
    """A moment as pages show it: 2026-11-26 19:05, in China."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")

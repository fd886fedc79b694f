"""kill -9 at random moments of an intake: what was acknowledged is there once."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from database import open_database
from knowledge.catalogue import Catalogue
from knowledge.documents import VersionStatus
from knowledge.jobs import IntakeJobs, JobState, intake_jobs
from tests.serving import ROOT, environment, run_script

KILLS = int(os.environ.get("ZHIHUI_TEST_KILLS", "4"))
FILES_A_KILL = 14
"""So many that the queue outlasts the kills: fewer are done between two of them."""

PAPER = """{title}
临政发〔2026〕{number}号
第一条　为了改善{subject}条件，制定本办法。
第二条　在本市工作的{subject}对象，每月发放补贴{amount}元，连续发放三年，凭合同申请。
第三条　本办法自2026年3月1日起施行，有效期2年。
"""
SUBJECTS = ("住房", "租房", "医疗", "创业", "交通", "体检", "落户", "培训", "就业", "科研")


def count(engine, state):
    with engine.connect() as connection:
        wanted = select(func.count()).where(intake_jobs.c.state == state.value)
        return connection.execute(wanted).scalar()


@pytest.mark.slow
def test_whatever_moment_the_owner_is_killed_at_each_acknowledged_file_is_in_once(tmp_path):
    data = tmp_path / "data"
    engine = open_database(f"sqlite:///{data / 'zhihui.db'}", data)
    jobs = IntakeJobs(engine, data)
    submitted = []
    for number in range(KILLS * FILES_A_KILL):
        subject = SUBJECTS[number % len(SUBJECTS)] + "人才" * (number // len(SUBJECTS))
        path = tmp_path / f"{number}.txt"
        title = f"临江市{subject}办法"
        path.write_text(
            PAPER.format(title=title, number=number, subject=subject, amount=1000 + number),
            encoding="utf-8",
        )
        submitted.append(jobs.submit_file(path))
    chance = random.Random(2026)
    for _ in range(KILLS):
        done = count(engine, JobState.DONE)
        with tempfile.TemporaryDirectory() as elsewhere:
            owner = subprocess.Popen(
                [sys.executable, str(ROOT / "ingest.py"), "check", "--data", str(data)],
                cwd=elsewhere, env=environment(), stdout=subprocess.DEVNULL,
            )  # fmt: skip
            limit = time.monotonic() + 60
            while count(engine, JobState.DONE) == done and time.monotonic() < limit:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.25))
            assert count(engine, JobState.QUEUED), "the queue ended before the kill"
            owner.send_signal(signal.SIGKILL)
            owner.wait()
    ended = run_script("ingest.py", "check", "--data", data, "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["missing_vectors"] == 0
    states = Counter(jobs.get(i).state for i in submitted)
    assert states == {JobState.DONE: len(submitted)}
    versions = Catalogue(engine).versions()
    assert sorted(v.file_name for v in versions) == sorted(
        f"{i}.txt" for i in range(len(submitted))
    )
    assert {v.status for v in versions} == {VersionStatus.PUBLISHED}
    assert list((data / "inbox").iterdir()) == []

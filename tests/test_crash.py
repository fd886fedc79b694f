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
from pathlib import Path

import pytest
from sqlalchemy import func, select

from database import open_database
from knowledge.catalogue import Catalogue
from knowledge.documents import VersionStatus
from knowledge.jobs import IntakeJobs, JobState, intake_jobs
from knowledge.likeness import SamePaper
from tests.serving import ROOT, environment, run_script, serving

KILLS = int(os.environ.get("ZHIHUI_TEST_KILLS", "4"))
FILES_A_KILL = 14
"""So many that the queue outlasts the kills: fewer are done between two of them."""
SCANS = 10
"""Kills of a server between two scans that are handed in."""

PAPER = """{title}
临政发〔2026〕{number}号
第一条　为了改善{subject}条件，制定本办法。
第二条　在本市工作的{subject}对象，每月发放补贴{amount}元，连续发放三年，凭合同申请。
第三条　本办法自2026年3月1日起施行，有效期2年。
"""
SUBJECTS = ("住房", "租房", "医疗", "创业", "交通", "体检", "落户", "培训", "就业", "科研")
SCAN = next((ROOT / "samples").glob("05-*"))


def count(engine, state):
    with engine.connect() as connection:
        wanted = select(func.count()).where(intake_jobs.c.state == state.value)
        return connection.execute(wanted).scalar()


def write_papers(folder: Path, numbers) -> list[Path]:
    """One paper a number, each of another subject."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number}.txt" for number in numbers]
    for number, path in zip(numbers, paths, strict=True):
        subject = SUBJECTS[number % len(SUBJECTS)] + "人才" * (number // len(SUBJECTS))
        title = f"临江市{subject}办法"
        path.write_text(
            PAPER.format(title=title, number=number, subject=subject, amount=1000 + number),
            encoding="utf-8",
        )
    return paths


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def assert_each_is_in_once(data, engine, names):
    """Every job has ended well, every file is published once, and the indexes agree with SQL."""
    checked = run_script("ingest.py", "check", "--data", data, "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["missing_vectors"] == 0
    done = IntakeJobs(engine, data).of_state(JobState.DONE)
    assert sum(count(engine, state) for state in JobState) == len(done)
    versions = Catalogue(engine).versions()
    assert sorted(v.file_name for v in versions) == sorted(names)
    assert {v.status for v in versions} == {VersionStatus.PUBLISHED}
    kept = {job.argument for job in done if job.is_retriable}  # a file that was in already
    left = [path for path in (data / "inbox").iterdir() if str(path) not in kept]
    assert len(left) <= KILLS, "a kill leaves at most the file at hand, which is swept up later"


@pytest.mark.slow
def test_whatever_moment_the_owner_is_killed_at_each_acknowledged_file_is_in_once(tmp_path):
    data = tmp_path / "data"
    engine = open_database(f"sqlite:///{data / 'zhihui.db'}", data)
    jobs = IntakeJobs(engine, data)
    paths = write_papers(tmp_path / "papers", range(KILLS * FILES_A_KILL))
    submitted = [jobs.submit_file(path) for path in paths]
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
            kill(owner)
    assert_each_is_in_once(data, engine, [path.name for path in paths])
    assert Counter(jobs.get(i).state for i in submitted) == {JobState.DONE: len(submitted)}


@pytest.mark.slow
def test_a_folder_added_again_after_a_kill_at_any_moment_is_in_once(tmp_path):
    data, papers = tmp_path / "data", tmp_path / "papers"
    engine = open_database(f"sqlite:///{data / 'zhihui.db'}", data)
    papers.mkdir()

    def adding(folder: Path) -> list[str]:
        return [sys.executable, str(ROOT / "ingest.py"), "add", str(folder), "--data", str(data)]

    began = time.monotonic()
    write_papers(papers / "first", range(8))
    subprocess.run(adding(papers / "first"), env=environment(), capture_output=True, check=True)
    usual = time.monotonic() - began
    chance = random.Random(2026)
    killed = 0
    for turn in range(1, KILLS + 1):
        folder = papers / f"turn-{turn}"
        write_papers(folder, range(8 * turn, 8 * turn + 8))
        command = adding(folder)
        process = subprocess.Popen(
            command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.3, 1) * usual)  # while it starts, hands over or works
        killed += process.poll() is None
        kill(process)
    assert killed, "it was over before each kill"
    ended = run_script("ingest.py", "add", papers, "--data", data, "--json")
    assert ended.returncode == 0, ended.stderr
    assert_each_is_in_once(data, engine, [path.name for path in papers.glob("*/*.txt")])


@pytest.mark.slow
def test_a_server_killed_while_its_lanes_work_has_each_acknowledged_file_in_once(tmp_path):
    data = tmp_path / "data"
    engine = open_database(f"sqlite:///{data / 'zhihui.db'}", data)
    jobs = IntakeJobs(engine, data)
    names = []

    def submit(path: Path, name: str) -> None:
        jobs.submit_file(path, name, same=SamePaper.KEEP_BOTH)
        names.append(name)

    def progress() -> tuple[int, ...]:
        """What has to go on: with scans in the queue their pages, else the files."""
        scans = [job for job in jobs.recent(1000) if job.name.endswith(".pdf")]
        waiting = [Path(job.argument + ".pages") for job in scans if job.ended_at is None]
        pages = sum(path.stat().st_size for path in waiting if path.exists())
        return (len(waiting), pages) if waiting else (count(engine, JobState.DONE),)

    chance = random.Random(2026)
    for turn in range(KILLS):
        with serving(data) as server:
            for path in write_papers(tmp_path / "papers", range(6 * turn, 6 * turn + 6)):
                submit(path, path.name)
            if turn % SCANS == 0:
                scan = tmp_path / f"scan-{turn}.pdf"
                scan.write_bytes(SCAN.read_bytes() + b"\n%% %d\n" % turn)
                submit(scan, scan.name)
            before, limit = progress(), time.monotonic() + 120
            while progress() == before and time.monotonic() < limit:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 1))
            kill(server.process)
    with serving(data):
        limit = time.monotonic() + 300
        while count(engine, JobState.QUEUED) + count(engine, JobState.RUNNING):
            assert time.monotonic() < limit, "the queue does not end"
            time.sleep(0.2)
    assert_each_is_in_once(data, engine, names)

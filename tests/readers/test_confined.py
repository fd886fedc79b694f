"""Files are read in a process of their own: what they break there breaks nothing here."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from knowledge.documents import Reading, Unreadable
from knowledge.readers import confined, read_bytes
from knowledge.readers.confined import ReadingProcess
from knowledge.readers.pulse import TakesLong
from tests.readers.papers import docx, p, pdf, picture, row, table

ROOT = Path(__file__).parents[2]

needs_proc = pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")


@pytest.fixture
def process():
    reading = ReadingProcess()
    yield reading
    reading.close()


def running(process):
    assert process._process is not None
    return process._process


def test_a_reading_is_the_same_as_in_this_process(process):
    data = docx(p("第一条 正文") + table(row("甲", "乙"), row("1", "2")))
    assert process.read(data, "办法.docx") == read_bytes(data, "办法.docx")


def test_refusals_come_with_their_reason_and_the_process_goes_on(process):
    with pytest.raises(Unreadable, match="空的"):
        process.read(b"", "空.txt")
    first = running(process).pid
    assert process.read("正文".encode(), "a.txt").blocks[0].text == "正文"
    assert running(process).pid == first


def test_a_large_owner_does_not_make_its_reader_look_large(process):
    """A started process counts its parent's memory as its own until it is asked the right way."""
    held = bytearray(600 * 1024**2)
    process.read("正文".encode(), "a.txt")
    first = running(process).pid
    for number in range(5):
        process.read("正文".encode(), f"{number}.txt")
    assert running(process).pid == first
    assert held is not None


def test_a_file_that_kills_the_process_is_refused_and_the_next_one_is_read(process, monkeypatch):
    process.read("正文".encode(), "a.txt")
    dead = running(process)
    killer = threading.Timer(0.05, dead.kill)
    killer.start()
    killer.join()
    dead.wait()
    assert process.read("又一份".encode(), "b.txt").blocks[0].text == "又一份"
    assert running(process).pid != dead.pid


def test_a_file_that_takes_too_long_is_stopped(process, monkeypatch):
    monkeypatch.setattr(confined, "SILENCE_SECONDS", 0.01)  # shorter than any start of Python
    with pytest.raises(Unreadable, match="用时过长"):
        process.read("正文".encode(), "慢.txt")
    monkeypatch.undo()
    assert isinstance(process.read("正文".encode(), "a.txt"), Reading)


@needs_proc
@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_the_process_has_less_memory_than_the_machine(process):
    process.read("正文".encode(), "a.txt")
    limits = Path(f"/proc/{running(process).pid}/limits").read_text()
    space = next(line for line in limits.splitlines() if line.startswith("Max address space"))
    assert space.split()[3] == str(2 * 1024**3)


def test_an_idle_process_ends_by_itself(monkeypatch):
    monkeypatch.setattr(confined, "IDLE_SECONDS", 0.05)
    process = ReadingProcess()
    process.read("正文".encode(), "a.txt")
    child = running(process)
    assert child.wait(30) is not None


def test_who_does_not_wait_is_told_how_many_pages_have_to_be_recognised(process):
    data = pdf([picture()], [picture()])
    with pytest.raises(TakesLong) as told:
        process.read(data, "扫描.pdf", patient=False)
    assert told.value.pages == 2
    assert process.read("正文".encode(), "a.txt").blocks[0].text == "正文"


_OWNER = """
import sys
from knowledge.readers.confined import ReadingProcess
process = ReadingProcess()
process.read("正文".encode(), "a.txt")
print(process._process.pid, flush=True)
process.read(sys.stdin.buffer.read(), "办法.rtf")
"""


@needs_proc
@pytest.mark.skipif(sys.platform != "linux", reason="process groups of Linux")
@pytest.mark.parametrize("killed", ["the owner", "the reading process"])
def test_whoever_is_killed_what_it_started_ends_too(tmp_path, killed):
    """The file is in LibreOffice's hands, played by a program that tells who it is."""
    slow = tmp_path / "soffice"
    slow.write_text(f"#!/bin/sh\nsleep 600 & echo $! > {tmp_path}/pid\nwait\n")
    slow.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    reader = int(owner.stdout.readline())
    owner.stdin.write(b"{\\rtf1 a}")
    owner.stdin.close()
    started = tmp_path / "pid"
    assert waited(lambda: started.exists() and started.read_text().strip())
    office = int(started.read_text())
    os.kill(owner.pid if killed == "the owner" else reader, signal.SIGKILL)
    assert waited(lambda: not alive(office))
    assert waited(lambda: not alive(reader))
    owner.kill()
    owner.wait()
    owner.stdout.close()


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def waited(condition, within_s=30):
    limit = time.monotonic() + within_s
    while not (held := condition()) and time.monotonic() < limit:
        time.sleep(0.02)
    return held

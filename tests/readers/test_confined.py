"""Files are read in a process of their own: what they break there breaks nothing here."""

import sys
import threading
from pathlib import Path

import pytest

from knowledge.documents import Reading, Unreadable
from knowledge.readers import confined, read_bytes
from knowledge.readers.confined import ReadingProcess
from tests.readers.papers import docx, p, row, table

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

"""One owner per data folder, however the last one ended."""

import os
import signal
import subprocess
import sys

import pytest

from knowledge.ownership import Owned, Ownership
from tests.knowledge.conftest import ROOT

OWNER = """
import pathlib, sys, time
from knowledge.ownership import Ownership
held = Ownership(pathlib.Path(sys.argv[1]))
print("owned", flush=True)
time.sleep(60)
"""


@pytest.fixture
def owner(tmp_path):
    """Another process that owns the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "owned\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_folder_that_another_process_owns_cannot_be_owned(owner, tmp_path):
    with pytest.raises(Owned, match=tmp_path.name):
        Ownership(tmp_path)


def test_who_owns_a_folder_can_be_read_beside_it(owner, tmp_path):
    with pytest.raises(Owned):
        Ownership(tmp_path)
    assert (tmp_path / "owner.lock").read_text() == str(owner.pid)


def test_an_owner_that_is_killed_leaves_the_folder_free(owner, tmp_path):
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    Ownership(tmp_path).release()


def test_an_owner_may_hand_the_folder_on(tmp_path):
    first = Ownership(tmp_path / "new")
    with pytest.raises(Owned):
        Ownership(tmp_path / "new")
    first.release()
    second = Ownership(tmp_path / "new")
    assert (tmp_path / "new" / "owner.lock").read_text() == str(os.getpid())
    second.release()

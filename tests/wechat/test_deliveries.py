"""The ledger: one message, one answer, whoever asks and whoever dies."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.answering.understanding import Turn
from bot.conversations import MEMORY, Conversations, NewTurn
from bot.person import read_person
from bot.wechat.deliveries import _TRAFFIC, Answered, Deliveries, InWork, Mine, deliveries

ROOT = Path(__file__).parents[2]


def claim(ledger: Deliveries, key: str = "o:1", wait_s: float = 0.0):
    return ledger.claim(key, "o", "text", wait_s=wait_s)


def test_first_delivery_is_ours_and_the_second_gets_its_answer(ledger):
    mine = claim(ledger)
    assert mine == Mine(1, attempt=1)
    assert claim(ledger) == InWork()
    ledger.answer(1, "答")
    assert claim(ledger) == Answered(1, "答")


def test_repeated_delivery_waits_for_the_answer(ledger):
    claim(ledger)
    with ThreadPoolExecutor() as pool:
        repeated = pool.submit(claim, ledger, wait_s=5)
        ledger.answer(1, "答")
        assert repeated.result(5) == Answered(1, "答")


def test_first_answer_stays(ledger):
    claim(ledger)
    assert ledger.answer(1, "先") == "先"
    assert ledger.answer(1, "后") == "先"


def test_eight_threads_claim_once(ledger):
    start = threading.Barrier(8)

    def deliver(_):
        start.wait()
        return claim(ledger)

    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(deliver, range(8)))
    assert sorted(type(it).__name__ for it in claims) == ["InWork"] * 7 + ["Mine"]


def test_living_worker_keeps_its_claim(engine):
    """Longer work than a lease is no reason to start it again, in this process or another."""
    first, other = Deliveries(engine, lease_s=0.6), Deliveries(engine, lease_s=0.6)
    claim(first)
    assert claim(first, wait_s=0.8) == InWork()
    assert claim(other, wait_s=0.8) == InWork()


def test_failed_delivery_keeps_its_apology(ledger, engine):
    claim(ledger)
    ledger.answer(1, "抱歉", failed=True)
    assert claim(ledger) == Answered(1, "抱歉")
    with engine.connect() as connection:
        assert connection.execute(select(deliveries.c.state)).scalar_one() == "failed"


class TestLateAnswer:
    def test_is_kept_until_sent(self, ledger):
        claim(ledger)
        ledger.answer(1, "答")
        assert ledger.kept("o", before=2) == Answered(1, "答")
        ledger.sent(1)
        ledger.flush()
        assert ledger.kept("o", before=2) is None

    def test_is_for_its_asker_only(self, ledger):
        claim(ledger)
        ledger.answer(1, "答")
        assert ledger.kept("p", before=2) is None

    def test_still_in_work(self, ledger):
        claim(ledger)
        assert ledger.kept("o", before=2) == InWork()
        assert ledger.kept("o", before=1) is None

    def test_no_reply_is_nothing_to_keep(self, ledger):
        claim(ledger)
        ledger.answer(1, "")
        assert ledger.kept("o", before=2) is None

    def test_is_offered_for_a_day(self, engine):
        now = [1_000_000.0]
        ledger = Deliveries(engine, clock=lambda: now[0])
        claim(ledger)
        ledger.answer(1, "答")
        now[0] += 25 * 3600
        assert ledger.kept("o", before=2) is None


def test_old_rows_are_forgotten_and_their_ids_not_used_again(engine):
    now = [1_000_000.0]
    ledger = Deliveries(engine, clock=lambda: now[0])
    claim(ledger, "o:1")
    now[0] += 100
    assert ledger.forget(60) == 1
    assert ledger.forget(60) == 0
    assert claim(ledger, "o:2") == Mine(2, attempt=1)
    assert ledger.answer(1, "to nobody") == "to nobody"
    assert claim(ledger, "o:2") == InWork()


WORKER = """
import sys, time
from database import open_engine
from bot.wechat.deliveries import Deliveries, Mine
ledger = Deliveries(open_engine(sys.argv[1]), lease_s=float(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
mine = [n for n in range(40) if isinstance(ledger.claim(f"o:{n}", "o", "text"), Mine)]
print(*mine, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def start_worker(engine):
    workers = []

    def start(lease_s: float) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(engine.url), str(lease_s)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.communicate()


def test_two_processes_claim_each_message_once(start_worker):
    workers = [start_worker(30), start_worker(30)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    claimed = [int(n) for worker in workers for n in worker.stdout.readline().split()]
    assert sorted(claimed) == list(range(40))


def test_after_kill_9_the_repeated_delivery_is_answered(start_worker, engine):
    worker = start_worker(0.9)
    assert worker.stdout.readline() == "ready\n"
    worker.stdin.write("\n")
    worker.stdin.flush()
    assert len(worker.stdout.readline().split()) == 40
    survivor = Deliveries(engine, lease_s=0.9)
    assert claim(survivor, "o:7", wait_s=1.2) == InWork()
    worker.kill()
    worker.wait()
    taken = claim(survivor, "o:7", wait_s=4)
    assert isinstance(taken, Mine)
    assert taken.attempt == 2
    assert claim(Deliveries(engine), "o:7") == InWork()
    assert survivor.answer(taken.delivery_id, "答") == "答"
    assert claim(Deliveries(engine), "o:7") == Answered(taken.delivery_id, "答")


def test_of_two_repetitions_of_the_same_moment_one_is_answered(engine):
    """Both deliveries of a double may have timed out, and both are repeated."""
    now = 1000.0
    ledger = Deliveries(engine, clock=lambda: now)
    ledger.claim("o:1", "o", "text", stamp=1000)
    ledger.answer(1, "答", handing=True)
    ledger.sent(1)
    ledger.flush()
    assert ledger.claim("o:1", "o", "text", stamp=1000) == Answered(1, "")  # a double
    now = 1005.0
    given = [ledger.claim("o:1", "o", "text", stamp=1005).reply for _ in range(3)]
    assert given == ["答", "", ""]
    now = 1010.0
    assert ledger.claim("o:1", "o", "text", stamp=1010) == Answered(1, "答")


def test_of_a_double_that_finds_its_worker_dead_one_is_answered(engine):
    """Two deliveries at once, then kill -9: the platform repeats both."""
    now = 1000.0
    dead = Deliveries(engine, clock=lambda: now)
    dead.claim("o:1", "o", "text", stamp=1000)
    now = 1005.0
    ledger = Deliveries(engine, clock=lambda: now)
    assert ledger.claim("o:1", "o", "text", stamp=1005) == Mine(1, attempt=2)
    assert ledger.claim("o:1", "o", "text", stamp=1005) == InWork()
    ledger.answer(1, "答", handing=True)
    ledger.sent(1)
    ledger.flush()
    assert ledger.claim("o:1", "o", "text", stamp=1005, arrived_at=1005.0) == Answered(1, "")
    now = 1010.0
    assert ledger.claim("o:1", "o", "text", stamp=1010) == Answered(1, "答")


def test_an_answer_that_nobody_has_seen_is_given_to_one_delivery_of_a_double(engine):
    """Killed between storing the answer and noting that it went out."""
    now = 1000.0
    dead = Deliveries(engine, clock=lambda: now)
    dead.claim("o:1", "o", "text", stamp=1000)
    dead.answer(1, "答", handing=True)
    now = 1005.0
    ledger = Deliveries(engine, clock=lambda: now)
    assert ledger.claim("o:1", "o", "text", stamp=1005) == Answered(1, "答")
    assert ledger.claim("o:1", "o", "text", stamp=1005) == InWork()
    ledger.sent(1)
    ledger.flush()
    assert ledger.claim("o:1", "o", "text", stamp=1005, arrived_at=1005.0) == Answered(1, "")


def test_a_delivery_read_after_its_own_repetition_is_given_nothing(engine):
    """It lay in the queue of a server that was away; the platform had given it up."""
    now = 1000.0
    ledger = Deliveries(engine, clock=lambda: now)
    ledger.claim("o:1", "o", "text", stamp=1000)
    ledger.answer(1, "答", handing=True)
    ledger.sent(1)
    ledger.flush()
    now = 1010.0
    given = [ledger.claim("o:1", "o", "text", stamp=s).reply for s in (1010, 1005, 1010)]
    assert given == ["答", "", ""]


def test_what_belongs_to_an_answer_stays_only_with_it(ledger, engine):
    """A turn recorded by a worker whose message another had answered would stand there twice."""
    told = Conversations(engine)
    claim(ledger)

    def record(connection):
        turn_id = told.record(NewTurn("o", "问", "答", (3,), (4, 5), choices=("再问",)), connection)
        return lambda text: text.replace("?", str(turn_id))

    assert ledger.answer(1, "第?号", record=record) == "第1号"
    assert ledger.answer(1, "后来?号", record=record) == "第1号"
    assert read_person(engine, "o").turns == (Turn("问", (3,)),)
    assert told.choices("o") == ["再问"]
    assert told.cited(datetime.now(UTC) - MEMORY) == {4: 1, 5: 1}


def test_what_a_person_sent_of_late_is_found_without_looking_at_other_people(engine):
    """Each message asks for it: with every answered row of everybody read, a busy month is slow."""
    given = dict.fromkeys(text(_TRAFFIC).compile().params, 1)
    with engine.connect() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {_TRAFFIC}"), given).all()
    searches = [step.detail for step in plan if "SEARCH" in step.detail or "SCAN" in step.detail]
    assert searches
    assert [s for s in searches if "(openid=?" not in s] == []

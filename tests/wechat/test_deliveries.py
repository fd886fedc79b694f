"""The ledger: one message, one answer, whoever asks and whoever dies."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import select, text

from bot.answering.understanding import Turn
from bot.conversations import MEMORY, Conversations, NewTurn
from bot.person import read_person
from bot.wechat.deliveries import _TRAFFIC, Answered, Deliveries, InWork, Mine, deliveries
from database import writing, writing_directly
from tests.wechat.conftest import Clock

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

    def test_answered_while_it_is_looked_for_is_not_overlooked(self, ledger, engine):
        """Stored after the clock was read and before the row was: it is either in work or kept."""
        claim(ledger)

        def clock() -> float:
            now = time.time()
            ledger.answer(1, "答")
            return now

        assert Deliveries(engine, clock=clock).kept("o", before=2) in (InWork(), Answered(1, "答"))

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


WAITING = """
import sys
from database import open_engine
from bot.wechat.deliveries import Deliveries
ledger = Deliveries(open_engine(sys.argv[1]))
ledger.claim("o:1", "o", "text", stamp=int(sys.argv[2]), wait_s=60)
"""


@pytest.fixture
def start_worker_with(engine):
    workers = []

    def start(program: str, given: str) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-c", program, str(engine.url), given],
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


@pytest.fixture
def start_worker(start_worker_with):
    return lambda lease_s: start_worker_with(WORKER, str(lease_s))


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


class Killed(Deliveries):
    """The ledger of a process that is killed before it writes down what it has noted."""

    def flush(self) -> None:
        pass


class TestDoubleCutOff:
    """Two deliveries at once, one of them cut off by a kill and repeated five seconds later."""

    @pytest.fixture
    def clock(self):
        clock = Clock()
        clock.now = 1000.0
        return clock

    @pytest.fixture
    def first(self, engine, clock):
        """The process that has the message."""
        ledger = Deliveries(engine, clock=clock)
        assert isinstance(ledger.claim("o:1", "o", "text", stamp=1000), Mine)
        return ledger

    @pytest.fixture
    def second(self, engine, clock):
        """The process that is to be killed with the double."""
        return Killed(engine, clock=clock)

    @pytest.fixture
    def restarted(self, engine, clock):
        return Deliveries(engine, clock=clock)

    @pytest.fixture
    def repeat(self, clock, restarted):
        def repeat(seconds: int) -> str:
            """What a repetition so long after the first delivery is given."""
            clock.now = 1000.0 + seconds
            return restarted.claim("o:1", "o", "text", stamp=1000 + seconds).reply

        return repeat

    def test_is_given_nothing_where_the_other_one_has_the_answer(self, first, second, repeat):
        assert second.claim("o:1", "o", "text", stamp=1001) == InWork()
        first.answer(1, "答", handing=True)
        first.sent(1)
        first.flush()
        assert repeat(5) == ""

    def test_is_given_nothing_where_it_was_noted_just_before_the_kill(
        self, engine, clock, second, repeat
    ):
        """The reply is out, and the note of it would have been written 50 ms later."""
        first = Killed(engine, clock=clock)
        first.claim("o:1", "o", "text", stamp=1000)
        second.claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答", handing=True)
        first.sent(1)
        assert repeat(5) == ""

    def test_is_given_nothing_where_it_came_after_the_answer(self, engine, clock, second, repeat):
        """What is handed over is noted by the double that finds it."""
        first = Killed(engine, clock=clock)
        first.claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答", handing=True)
        first.sent(1)
        assert second.claim("o:1", "o", "text", stamp=1000) == InWork()
        assert repeat(5) == ""

    def test_is_given_nothing_where_it_was_killed_while_saying_so(self, first, second, repeat):
        """It had found that the other one has the answer; its own response did not get out."""
        first.answer(1, "答", handing=True)
        first.sent(1)
        first.flush()
        assert second.claim("o:1", "o", "text", stamp=1000) == Answered(1, "")
        assert repeat(5) == ""

    def test_with_the_other_one_cut_off_too_one_of_the_two_is_answered(self, first, second, repeat):
        """Killed between storing the answer and handing it over: both are repeated."""
        second.claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答", handing=True)
        assert sorted([repeat(5), repeat(5), repeat(5)]) == ["", "", "答"]

    def test_with_a_worker_killed_at_work_one_of_the_two_is_answered(
        self, engine, second, restarted, clock
    ):
        """Who takes it over is told from the double anew, and loses nothing to the old one."""
        dead = Deliveries(engine, clock=lambda: 1000.0)
        dead.claim("o:1", "o", "text", stamp=1000)
        second.claim("o:1", "o", "text", stamp=1000)
        clock.now = 1005.0
        assert restarted.claim("o:1", "o", "text", stamp=1005) == Mine(1, attempt=2)
        assert restarted.claim("o:1", "o", "text", stamp=1005) == InWork()
        restarted.answer(1, "答", handing=True)
        restarted.sent(1)
        restarted.flush()
        clock.now = 1010.0  # the response was lost
        assert restarted.claim("o:1", "o", "text", stamp=1010) == Answered(1, "答")

    def test_costs_a_late_answer_nothing(self, first, second, restarted, repeat):
        """It is handed to one repetition, and to the next one when that response was lost."""
        second.claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答")
        assert repeat(5) == "答"
        restarted.sent(1)
        restarted.flush()
        assert repeat(10) == "答"

    def test_of_three_deliveries_each_one_cut_off_is_given_nothing(
        self, first, second, repeat, engine, clock
    ):
        second.claim("o:1", "o", "text", stamp=1000)
        Killed(engine, clock=clock).claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答", handing=True)
        first.sent(1)
        first.flush()
        assert [repeat(5), repeat(5)] == ["", ""]
        assert repeat(10) == "答"  # none is left: a lost response

    def test_two_repetitions_at_once_are_never_both_taken_for_the_double(
        self, first, second, engine, clock
    ):
        second.claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答", handing=True)
        clock.now = 1005.0
        ledgers = [Deliveries(engine, clock=clock) for _ in range(2)]
        start = threading.Barrier(2)

        def deliver(ledger):
            start.wait()
            return ledger.claim("o:1", "o", "text", stamp=1005, wait_s=2)

        with ThreadPoolExecutor(2) as pool:
            given = sorted(claim.reply for claim in pool.map(deliver, ledgers))
        assert given == ["", "答"]

    def test_that_was_answered_takes_no_later_repetition_for_itself(self, first, engine, clock):
        """Its response went out; then the one with the answer was lost on its way."""
        second = Deliveries(engine, clock=clock)
        second.claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答", handing=True)
        first.sent(1)
        first.flush()
        second.flush()
        clock.now = 1005.0
        assert first.claim("o:1", "o", "text", stamp=1005) == Answered(1, "答")

    def test_still_leaving_is_waited_for(self, first, engine, clock, restarted):
        """The answer went out as late as a repetition came, and its double is about to know."""
        second = Killed(engine, clock=clock)
        second.claim("o:1", "o", "text", stamp=1000)
        clock.now = 1005.0
        first.answer(1, "答", handing=True)
        first.sent(1)
        first.flush()
        assert restarted.claim("o:1", "o", "text", stamp=1005) == InWork()
        Deliveries.flush(second)
        assert restarted.claim("o:1", "o", "text", stamp=1005) == Answered(1, "答")

    def test_keeps_a_reply_that_nobody_waited_for_owed(self, first, second, clock):
        """Noted as sent before it was handed over, and then there was nobody to take it."""
        second.claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答", handing=True)
        assert first.kept("o", before=2) is None
        clock.now = 1000.5
        first.missed(1)
        assert first.kept("o", before=2) == Answered(1, "答")
        assert first.traffic("o", 2).is_owed
        assert second.claim("o:1", "o", "text", stamp=1000) == Answered(1, "答")  # it still waits

    def test_keeps_a_reply_owed_that_nobody_is_known_to_have(self, first, second, clock):
        """Killed while it was handed over, and repeated no more: it is offered, not sent."""
        second.claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答", handing=True)
        clock.now = 1100.0
        assert first.kept("o", before=2) == Answered(1, "答")
        assert first.traffic("o", 2).is_owed

    def test_leaves_nothing_owed_and_no_message_once_the_reply_is_out(
        self, first, second, clock, engine
    ):
        second.claim("o:1", "o", "text", stamp=1000)
        clock.now = 1001.0
        first.answer(1, "答", handing=True)
        clock.now = 1001.5
        first.sent(1)
        first.flush()
        clock.now = 1100.0
        assert first.kept("o", before=2) is None
        assert not first.traffic("o", 2).is_owed
        with engine.connect() as connection:
            row = connection.execute(select(deliveries)).one()
        assert (row.sent_at, row.message) == (1001.5, None)

    def test_does_not_let_its_reply_out_twice_while_it_is_handed_over(self, first, engine, clock):
        """Noted as sent, yet until that is certain neither double nor repetition goes by it."""
        second = Deliveries(engine, clock=clock)
        second.claim("o:1", "o", "text", stamp=1000)
        first.answer(1, "答", handing=True)
        assert second.claim("o:1", "o", "text", stamp=1000) == InWork()
        assert second.claim("o:1", "o", "text", stamp=1005) == InWork()


def test_a_double_cut_off_by_kill_9_is_given_nothing(engine, start_worker_with):
    now = time.time()
    living = Deliveries(engine, clock=lambda: now)
    living.claim("o:1", "o", "text", stamp=int(now))
    worker = start_worker_with(WAITING, str(int(now)))
    for _ in range(200):
        with engine.connect() as connection:
            if connection.execute(select(deliveries.c.doubles)).scalar_one():
                break
        time.sleep(0.05)
    worker.kill()
    worker.wait()
    living.answer(1, "答", handing=True)
    living.sent(1)
    living.flush()
    now += 5
    assert living.claim("o:1", "o", "text", stamp=int(now)) == Answered(1, "")
    now += 5
    assert living.claim("o:1", "o", "text", stamp=int(now)) == Answered(1, "答")


def test_a_message_without_a_double_costs_two_writes(engine):
    """Claimed and answered; the note of its going out is shared with others."""
    ledger = Killed(engine, lease_s=60)
    with (
        patch("bot.wechat.deliveries.writing_directly", wraps=writing_directly) as directly,
        patch("bot.wechat.deliveries.writing", wraps=writing) as otherwise,
    ):
        ledger.claim("o:1", "o", "text", stamp=1000)
        ledger.answer(1, "答", handing=True)
        ledger.sent(1)
    calls = [*directly.call_args_list, *otherwise.call_args_list]
    assert [call.args for call in calls].count((engine,)) == 2  # others' leases are renewed too


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

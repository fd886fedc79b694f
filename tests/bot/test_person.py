"""What is kept of a person, found by one statement."""

from datetime import UTC, datetime

import pytest

from bot.answering.understanding import Turn
from bot.conversations import Conversations, NewTurn
from bot.handoff import Handoffs
from bot.person import Person, read_person
from bot.walks import walks
from database import migrate, open_engine


@pytest.fixture
def engine(tmp_path):
    made = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    migrate(made)
    yield made
    made.dispose()


def test_of_a_stranger_nothing_is_kept(engine):
    Conversations(engine).record(NewTurn("oOther", "问", "答"))
    assert read_person(engine, "oA") == Person("oA")


def test_the_last_turns_come_in_their_order(engine):
    told = Conversations(engine)
    for number in range(6):
        told.record(NewTurn("oA", f"问{number}", "答", (number,)))
    turns = read_person(engine, "oA").turns
    assert turns == tuple(Turn(f"问{n}", (n,)) for n in (2, 3, 4, 5))


def test_who_asked_for_a_person_is_known_until_that_is_over(engine):
    handoffs = Handoffs(engine)
    handoffs.ask("oA")
    assert read_person(engine, "oA").has_handoff
    handoffs.leave("oA")
    assert not read_person(engine, "oA").has_handoff


def test_a_walk_that_was_begun_is_known(engine):
    with engine.begin() as connection:
        connection.execute(walks.insert().values(openid="oA", state={}, at=datetime.now(UTC)))
    assert read_person(engine, "oA") == Person("oA", has_walk=True)

"""The mark of what is published, and what is made of it once."""

from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event

from bot.dialogue import Message, make_dialogue
from bot.wording import Office
from knowledge.catalogue import Catalogue
from knowledge.lifecycle import touch
from knowledge.mark import current_mark, one_mark


@pytest.fixture
def catalogue(base) -> Catalogue:
    with base.catalogue.engine.begin() as connection:
        touch(connection)
    return base.catalogue


def publish(catalogue) -> None:
    with catalogue.engine.begin() as connection:
        touch(connection)


@contextmanager
def statements(engine):
    """The statements that are sent in here, in order."""
    sent = []

    def note(connection, *_):
        connection.set_trace_callback(sent.append)

    def note_no_more(connection, *_):
        connection.set_trace_callback(None)

    event.listen(engine, "checkout", note)
    event.listen(engine, "checkin", note_no_more)
    try:
        yield sent
    finally:
        event.remove(engine, "checkout", note)
        event.remove(engine, "checkin", note_no_more)


def test_a_change_is_seen_at_once(catalogue):
    before = catalogue.changed()
    publish(catalogue)
    assert catalogue.changed() != before


def test_within_one_answer_the_mark_is_read_once_and_stays(catalogue):
    with statements(catalogue.engine) as sent, one_mark():
        before = catalogue.changed()
        publish(catalogue)
        assert current_mark(catalogue.engine) == before
    assert sum("FROM state" in s for s in sent) == 1
    assert catalogue.changed() != before


def test_what_another_has_made_anew_is_never_made_old_again(catalogue):
    with one_mark():
        catalogue.changed()
        publish(catalogue)
        # another thread has kept something under the new mark meanwhile
        newer = "whatever is kept under another mark"
        seen = catalogue.changed(newer)
        assert seen == catalogue.changed()
    assert seen == current_mark(catalogue.engine)


def test_one_question_asks_for_the_mark_once(samples):
    engine = samples.catalogue.engine
    dialogue = make_dialogue(
        engine, samples.retriever, lambda: date(2026, 11, 22), Office(), lambda _: ""
    )
    dialogue.respond(Message("oMark1", "text", "购房补贴有多少"))
    with statements(engine) as sent:
        told = dialogue.respond(Message("oMark1", "text", "租房补贴怎么申请")).text
    assert "租房" in told
    assert sum("FROM state" in s for s in sent) == 1

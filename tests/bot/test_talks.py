"""Whole talks with the account, as a policy officer writes them: taps, kinds, people."""

from __future__ import annotations

from itertools import count

import pytest

from bot.dialogue import Desk, Dialogue, Message, Outcome, make_dialogue
from bot.office_hours import OfficeHours
from bot.reception import DEMONSTRATION, read_reception
from bot.staff_side import NotYours, StaffSide
from bot.wechat.taps import tap
from bot.wording import Office
from evaluation.asking import shown
from tests.bot.script import TALKS, TRANSCRIPTS, Conversation, Turn, conversations

ALL = list(conversations(TALKS))
_people = count(1)


class Talent:
    """Somebody new, and the person of the office who may take over."""

    def __init__(self, dialogue: Dialogue, handoffs: StaffSide) -> None:
        self.openid = f"oTALK{next(_people):06d}"
        self._dialogue, self._handoffs = dialogue, handoffs
        self._handoff_id = 0

    def does(self, turn: Turn) -> Outcome | None:
        """What the account says to an act; None for what a person of the office does."""
        said = turn.asked
        match turn.act:
            case "问":
                return self._sends("text", text=said)
            case "点选":
                return self._sends("text", text=said, tapped="next-1")
            case "关注":
                return self._sends("event", event="subscribe", key=said)
            case "取消关注":
                return self._sends("event", event="unsubscribe")
            case "点菜单":
                return self._sends("event", event="click", key=f"say:{said}", text=said)
            case "语音":
                return self._sends("voice", text=said)
            case "位置":
                latitude, longitude = map(float, said.split(","))
                return self._sends("location", place=(latitude, longitude))
            case "发":
                return self._sends(said)
            case "接管":
                [waiting] = [w for w in self._handoffs.waiting() if w.openid == self.openid]
                self._handoff_id = waiting.handoff_id
                assert self._handoffs.take(self._handoff_id, "张三")
            case "说":
                self._handoffs.send(self._handoff_id, "张三", said)
                with pytest.raises(NotYours):
                    self._handoffs.send(self._handoff_id, "李四", said)
            case "交还":
                assert self._handoffs.give_back(self._handoff_id, "张三")
        return None

    def leaves(self) -> None:
        self._handoffs.leave(self.openid)

    def _sends(self, kind: str, **fields) -> Outcome:
        return self._dialogue.respond(Message(self.openid, kind, **fields))


@pytest.fixture
def talent(library, day):
    engine = library.catalogue.engine
    handoffs = StaffSide(engine)
    dialogue = make_dialogue(
        engine, library.retriever, day, Office(), lambda i: f"http://localhost/p/{i}",
        reception=read_reception(DEMONSTRATION), desk=Desk(handoffs, OfficeHours(), lambda: True),
        tap=tap, now=day.now,
    )  # fmt: skip
    someone = Talent(dialogue, handoffs)
    yield someone
    someone.leaves()


@pytest.mark.parametrize("conversation", ALL, ids=[c.name for c in ALL])
def test_a_talk_goes_as_written(conversation: Conversation, talent, day):
    day.today = conversation.day
    for turn in conversation.turns:
        outcome = talent.does(turn)
        if outcome is None:
            continue
        reply = shown(outcome.shown)
        told = f"{turn.act}：{turn.asked}\n答：{reply}"
        assert (reply == "") is turn.silent, told
        assert not turn.declined or outcome.abstained, told
        assert [t for t in turn.holds if t not in reply] == [], told
        assert [t for t in turn.lacks if t in reply] == [], told
        if turn.basis:
            assert turn.basis in outcome.citations[0].basis, told
        assert len(outcome.shown.encode()) <= 2048


def test_there_are_forty_transcripts_at_least():
    assert len(ALL) + len(list(conversations(TRANSCRIPTS))) >= 40
    assert len(ALL) >= 30

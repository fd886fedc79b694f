"""The two files an evaluation is made of: questions with their gold, and a system's predictions.

Both are JSON lines. A question set says, for every row, which sentences of which documents hold
the answer and which strings a right answer must and must not contain; a prediction is what the
system showed for one row. Keys that neither class names (where a question came from, which file
formats its gold is in) are read over.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class Kind(StrEnum):
    """What is expected of the system: an answer, an abstention, or to keep its countenance."""

    ANSWERABLE = "answerable"
    UNANSWERABLE = "unanswerable"
    HOSTILE = "hostile"


class Polarity(StrEnum):
    """Which way a yes-or-no question must be answered."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Citation:
    """A piece of a document: in a question the gold, in a prediction what was cited.

    Attributes:
        document: the file's name; folder and suffix do not count when names are compared.
        text: the words themselves; the cells of a table row are joined by ``" | "``.
    """

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a question set.

    Attributes:
        id: unique within its set.
        turns: what the user says, in order; the last is the question that is scored.
        type: its sort, optionally with a finer one after a colon: ``unanswerable:status``.
        answerable: whether the documents hold the answer.
        gold: groups of alternatives. One alternative of each group is needed for the whole
            answer; any one of them all makes the search a hit.
        must_contain: groups of alternatives, one of each group must stand in a right answer.
        must_not_contain: strings no right answer states as true, such as superseded amounts.
        polarity: the way a yes-or-no question must be answered, None for all other questions.
        as_of: the day the question is asked, None where it does not matter.
    """

    id: str
    turns: tuple[str, ...]
    type: str
    answerable: bool
    gold: tuple[tuple[Citation, ...], ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    must_not_contain: tuple[str, ...] = ()
    polarity: Polarity | None = None
    as_of: date | None = None

    @property
    def text(self) -> str:
        """The turn that is scored."""
        return self.turns[-1]

    @property
    def family(self) -> str:
        """The type without its finer part; figures are broken down by it."""
        return self.type.split(":")[0]

    @property
    def kind(self) -> Kind:
        """What is expected; hostile rows are apart however answerable they look."""
        if self.type.startswith("hostile"):
            return Kind.HOSTILE
        return Kind.ANSWERABLE if self.answerable else Kind.UNANSWERABLE


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a system showed for one question.

    Attributes:
        id: the question's.
        answer: exactly what the user would read, "" for silence.
        citations: best first.
        abstained: whether the system said it has no answer; None leaves it to be read from the
            answer's wording.
        latency_ms: milliseconds from question to answer, None where it was not measured.
    """

    id: str
    answer: str = ""
    citations: tuple[Citation, ...] = ()
    abstained: bool | None = None
    latency_ms: float | None = None

    def as_line(self) -> str:
        """This prediction as one line of a predictions file, without the line break."""
        return json.dumps(asdict(self), ensure_ascii=False)


class BadLine(ValueError):
    """A line that is not a question or a prediction; says which line, what is wrong with it."""

    def __init__(self, path: Path, number: int, why: str) -> None:
        super().__init__(f"{path}, line {number}: {why}")
        self.path = path
        self.number = number
        self.why = why


def load_questions(path: Path) -> list[Question]:
    """Read a question set, in the file's order.

    Raises:
        BadLine: the first line that is not a question, or that repeats an id.
    """
    seen: set[str] = set()

    def parse(row: dict[str, Any]) -> Question:
        question = _question(row)
        if question.id in seen:
            raise ValueError(f"id {question.id} stands twice in the set")
        seen.add(question.id)
        return question

    return _load(path, parse)


def load_predictions(path: Path) -> list[Prediction]:
    """Read a system's predictions, in the file's order.

    An id may stand twice, as in a file that a second run was appended to: scoring takes the last.

    Raises:
        BadLine: the first line that is not a prediction.
    """
    return _load(path, _prediction)


def _load(path: Path, parse: Callable[[dict[str, Any]], T]) -> list[T]:
    loaded: list[T] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError("a JSON object is expected")
                loaded.append(parse(row))
            except ValueError as problem:
                raise BadLine(path, number, str(problem)) from problem
    return loaded


def _question(row: dict[str, Any]) -> Question:
    turns = tuple(_turn(turn) for turn in _required(row, "turns", list))
    if not turns:
        raise ValueError("'turns' is empty")
    polarity = row.get("polarity")
    as_of = _text(row, "as_of")
    question = Question(
        id=_required(row, "id", str),
        turns=turns,
        type=_required(row, "type", str),
        answerable=_required(row, "answerable", bool),
        gold=tuple(_citations(group, "gold") for group in _list(row, "gold")),
        must_contain=tuple(_strings(group, "must_contain") for group in _list(row, "must_contain")),
        must_not_contain=_strings(_list(row, "must_not_contain"), "must_not_contain"),
        polarity=Polarity(polarity) if polarity else None,
        as_of=date.fromisoformat(as_of) if as_of else None,
    )
    if not all(question.must_contain):
        raise ValueError("'must_contain' has a group without alternatives")
    if question.kind is Kind.ANSWERABLE and not question.gold:
        raise ValueError("an answerable question needs 'gold'")
    return question


def _prediction(row: dict[str, Any]) -> Prediction:
    abstained = row.get("abstained")
    if abstained is not None and not isinstance(abstained, bool):
        raise ValueError("'abstained' must be true, false or null")
    latency = row.get("latency_ms")
    if latency is not None and (isinstance(latency, bool) or not isinstance(latency, int | float)):
        raise ValueError("'latency_ms' must be a number or null")
    return Prediction(
        id=_required(row, "id", str),
        answer=_text(row, "answer"),
        citations=_citations(_list(row, "citations"), "citations"),
        abstained=abstained,
        latency_ms=latency,
    )


def _required(row: dict[str, Any], key: str, kind: type[T]) -> T:
    if key not in row:
        raise ValueError(f"'{key}' is missing")
    value = row[key]
    if not isinstance(value, kind):
        raise ValueError(f"'{key}' must be a {kind.__name__}")
    return value


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"'{key}' must be a str or null")
    return value or ""


def _list(row: dict[str, Any], key: str) -> list[Any]:
    value = row.get(key)
    if value is not None and not isinstance(value, list):
        raise ValueError(f"'{key}' must be a list")
    return value or []


def _turn(turn: Any) -> str:
    if not isinstance(turn, dict) or turn.get("role") != "user":
        raise ValueError("'turns' must be user turns: the system speaks for itself")
    return _required(turn, "text", str)


def _citations(pieces: Any, key: str) -> tuple[Citation, ...]:
    if not isinstance(pieces, list) or not all(isinstance(piece, dict) for piece in pieces):
        raise ValueError(f"'{key}' must hold objects with 'document' and 'text'")
    return tuple(Citation(_text(piece, "document"), _text(piece, "text")) for piece in pieces)


def _strings(values: Any, key: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"'{key}' must hold lists of strings")
    return tuple(values)

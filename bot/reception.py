"""What an office sets up for its account, in one JSON file: welcome topics, QR scenes, service
halls and the menu. The file that ships is ``reception.json``; docs/wechat.md explains each key."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

SHIPPED = Path(__file__).with_name("reception.json")
DEMONSTRATION = Path(__file__).with_name("reception_linjiang.json")
"""For the fictional sample city; its halls are in no real place."""
MOST_TOPICS = 9
EARTH_M = 6_371_000.0


class BadReception(ValueError):
    """A file that cannot be used; the message names the file, the place in it and what to do."""


@dataclass(frozen=True, slots=True)
class Hall:
    """A place where people are served.

    Attributes:
        latitude, longitude: degrees, as WeChat sends them (GCJ-02).
    """

    name: str
    address: str
    hours: str
    phone: str
    latitude: float
    longitude: float

    def metres_to(self, latitude: float, longitude: float) -> float:
        """Great-circle distance (haversine)."""
        one, other = math.radians(self.latitude), math.radians(latitude)
        dy, dx = other - one, math.radians(longitude - self.longitude)
        h = math.sin(dy / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(dx / 2) ** 2
        return 2 * EARTH_M * math.asin(math.sqrt(h))


@dataclass(frozen=True, slots=True)
class Reception:
    """The file's content.

    Attributes:
        topics: questions offered to a new follower, by their numbers.
        scenes: QR scene -> the question that its poster is about.
        halls: where people are served.
        menu: the account's menu as the file writes it; see bot.wechat.menu.
    """

    topics: tuple[str, ...] = ()
    scenes: Mapping[str, str] = field(default_factory=dict)
    halls: tuple[Hall, ...] = ()
    menu: tuple[Mapping[str, Any], ...] = ()

    def nearest(self, latitude: float, longitude: float) -> tuple[Hall, float] | None:
        """The nearest hall and its distance in metres; None when none is listed."""
        measured = [(h, h.metres_to(latitude, longitude)) for h in self.halls]
        return min(measured, key=lambda m: m[1], default=None)


class Receiving(Protocol):
    """What the dialogue asks of a reception: a Reception, or bot.office.OfficeNow."""

    @property
    def topics(self) -> tuple[str, ...]:
        """See Reception."""
        ...

    @property
    def scenes(self) -> Mapping[str, str]:
        """See Reception."""
        ...

    def nearest(self, latitude: float, longitude: float) -> tuple[Hall, float] | None:
        """See Reception.nearest."""
        ...


def read_reception(path: Path) -> Reception:
    """Read the file of an office.

    Raises:
        BadReception: it is not there, not JSON, or a value is not what it should be.
    """
    try:
        written = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadReception(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise BadReception(f"{path}: not JSON ({error})") from None
    if not isinstance(written, dict):
        raise BadReception(f"{path}: an object with topics, scenes, halls and menu is expected")
    if unknown := set(written) - {"topics", "scenes", "halls", "menu"}:
        raise BadReception(f"{path}: unknown key {', '.join(sorted(unknown))}")
    topics, scenes = written.get("topics", []), written.get("scenes", {})
    if not isinstance(topics, list) or not all(isinstance(t, str) and t for t in topics):
        raise BadReception(f"{path}: topics must be a list of questions")
    if len(topics) > MOST_TOPICS:
        raise BadReception(f"{path}: {len(topics)} topics, at most {MOST_TOPICS} can be numbered")
    if not isinstance(scenes, dict) or not all(isinstance(v, str) for v in scenes.values()):
        raise BadReception(f"{path}: scenes must map a scene to a question")
    menu = written.get("menu", [])
    if not isinstance(menu, list) or not all(isinstance(b, dict) for b in menu):
        raise BadReception(f"{path}: menu must be a list of buttons")
    halls = tuple(_hall(h, f"{path}: hall {n}") for n, h in enumerate(written.get("halls", []), 1))
    return Reception(tuple(topics), scenes, halls, tuple(menu))


def _hall(written: Any, where: str) -> Hall:
    try:
        texts = {n: str(written.get(n, "")) for n in ("name", "address", "hours", "phone")}
        hall = Hall(
            **texts, latitude=float(written["latitude"]), longitude=float(written["longitude"])
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadReception(f"{where}: needs name, address, latitude and longitude") from None
    if not hall.name or not hall.address or abs(hall.latitude) > 90 or abs(hall.longitude) > 180:
        raise BadReception(f"{where}: needs a name, an address and degrees that exist")
    return hall

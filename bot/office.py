"""The office as it is now: what it set on its pages, or else what the environment and its file say.

One rule, said on every page: what was set on a page counts; taking it back brings the file, the
environment or the shipped wording in again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot import wording
from bot.office_hours import BadHours, OfficeHours
from bot.office_settings import OfficeSettings
from bot.reception import MOST_TOPICS, Hall, Reception

logger = logging.getLogger(__name__)

T = TypeVar("T")

TOPICS, SCENES, HALLS, MENU = "topics", "scenes", "halls", "menu"
HOURS, KEEP_DAYS = "hours", "keep_days"
WORDING = "wording:"
"""Begins the name under which an office's own sentence is kept."""

LONGEST_TOPIC = 40
MOST_HALLS = 50
MOST_SCENES = 100
MOST_KEEP_DAYS = 3650
LONGEST_OFFICE = wording.Office(
    "某某市高层次人才发展和服务促进中心", "0571-12345678转8001", "某某市"
)
"""With it a sentence is measured: what fits for this office fits for any."""


class BadSetting(ValueError):
    """A value that cannot be set; the message says which and why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that an office may word itself.

    Attributes:
        name: of the shipped one in bot.wording.
        title: when a talent reads it.
        most_bytes: of the filled-in sentence; what is shown with it needs the rest of 2,048.
    """

    name: str
    title: str
    most_bytes: int = 600

    @property
    def shipped(self) -> str:
        """The wording that ships."""
        return str(getattr(wording, self.name))


SENTENCES = (
    Sentence("WELCOME", "欢迎语（新关注时）", 900),
    Sentence("HELP", "帮助（发“帮助”或点菜单“帮助”时）", 900),
    Sentence("GREETING", "招呼（发“你好”时）"),
    Sentence("THANKS", "道谢（发“谢谢”时）"),
    Sentence("HAND_OFF", "转人工（没有开通人工坐席时）"),
    Sentence("THANKS_UNHELPFUL", "评价“没用”之后"),
    Sentence("PAUSED", "暂停智能答复期间"),
    Sentence("IMAGE", "图片看不懂时"),
    Sentence("VOICE", "收到语音、没有识别出文字时"),
    Sentence("LOCATION", "收到位置、没有登记服务窗口时"),
)
_OF_SHIPPED = {sentence.shipped: sentence for sentence in SENTENCES}


class OfficeNow:
    """The office's topics, scenes, halls, menu, hours, wording and retention as they count now.

    It stands where a Reception and OfficeHours do. Safe to use from several threads.
    """

    def __init__(
        self, settings: OfficeSettings, reception: Reception, hours: OfficeHours, keep_days: int
    ) -> None:
        """``reception``, ``hours`` and ``keep_days`` are what the file and the environment give."""
        self.settings = settings
        self._reception, self._hours, self._keep_days = reception, hours, keep_days

    def _set(self, name: str, read: Callable[[Any], T], otherwise: T) -> T:
        """What is set, as ``read`` makes it of plain data.

        What cannot be read, as an imported archive may hold, counts as not set: a talent gets
        an answer all the same.
        """
        found = self.settings.get(name)
        if found is None:
            return otherwise
        try:
            return read(found.value)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            logger.error("the office's setting %s cannot be read: %s", name, error)
            return otherwise

    @property
    def topics(self) -> tuple[str, ...]:
        """Questions offered to a new follower."""
        return self._set(TOPICS, lambda v: tuple(checked_topics(v)), self._reception.topics)

    @property
    def scenes(self) -> Mapping[str, str]:
        """QR scene -> the question that its poster is about."""
        return self._set(SCENES, _texts_by_name, self._reception.scenes)

    @property
    def halls(self) -> tuple[Hall, ...]:
        """Where people are served."""
        return self._set(HALLS, lambda v: tuple(Hall(**h) for h in v), self._reception.halls)

    @property
    def menu(self) -> tuple[Mapping[str, Any], ...]:
        """The account's menu as the file writes it; see bot.wechat.menu."""
        return self._set(MENU, lambda v: tuple(dict(b) for b in v), self._reception.menu)

    def nearest(self, latitude: float, longitude: float) -> tuple[Hall, float] | None:
        """See Reception.nearest."""
        return Reception(halls=self.halls).nearest(latitude, longitude)

    @property
    def hours(self) -> OfficeHours:
        """When people answer."""
        return self._set(HOURS, OfficeHours.parse, self._hours)

    def open_at(self, moment: datetime) -> bool:
        """See OfficeHours.open_at."""
        return self.hours.open_at(moment)

    def described(self) -> str:
        """See OfficeHours.described."""
        return self.hours.described()

    @property
    def keep_days(self) -> int:
        """Days until what was said is erased."""
        return self._set(KEEP_DAYS, lambda v: checked_keep_days(str(v)), self._keep_days)

    def own(self, shipped: str) -> str:
        """The office's wording of a shipped sentence; that one where it has none."""
        sentence = _OF_SHIPPED.get(shipped)
        if sentence is None:
            return shipped
        return self._set(WORDING + sentence.name, lambda v: checked_sentence(sentence, v), shipped)


def _texts_by_name(written: Any) -> dict[str, str]:
    return {str(name): str(text) for name, text in written.items()}


# -- what may be set ------------------------------------------------------------------------


def checked_topics(lines: Sequence[str]) -> list[str]:
    """Topics as typed, one a line.

    Raises:
        BadSetting: too many or too long.
    """
    topics = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if len(topics) > MOST_TOPICS:
        raise BadSetting(
            f"最多{MOST_TOPICS}个常问问题（咨询人用数字1至9选），现在有{len(topics)}个"
        )
    for topic in topics:
        if len(topic) > LONGEST_TOPIC:
            raise BadSetting(f"“{topic[:20]}…”太长，每个最多{LONGEST_TOPIC}个字")
    return topics


def checked_scenes(lines: Sequence[str]) -> dict[str, str]:
    """Scenes as typed, ``scene=question`` a line.

    Raises:
        BadSetting: a line is not of that form.
    """
    scenes: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in lines)):
        scene, is_parted, question = (part.strip() for part in line.partition("="))
        if not is_parted or not re.fullmatch(r"[\w-]{1,64}", scene) or not question:
            raise BadSetting(f"“{line[:30]}”：每行写“场景值=问题”，例如 poster1=购房补贴怎么申请")
        if len(question) > LONGEST_TOPIC:
            raise BadSetting(f"“{question[:20]}…”太长，每个问题最多{LONGEST_TOPIC}个字")
        scenes[scene] = question
    if len(scenes) > MOST_SCENES:
        raise BadSetting(f"最多{MOST_SCENES}个场景")
    return scenes


def checked_halls(rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Halls as typed; rows left wholly empty are left out.

    Raises:
        BadSetting: naming the hall and what is wrong with it.
    """
    halls = []
    for number, row in enumerate(rows, 1):
        typed = {key: str(value).strip() for key, value in row.items()}
        if not any(typed.values()):
            continue
        which = f"第{number}个服务窗口"
        if not typed["name"] or not typed["address"]:
            raise BadSetting(f"{which}：名称和地址都要填写")
        if any(len(value) > 120 for value in typed.values()):
            raise BadSetting(f"{which}：每一项最多120个字")
        try:
            latitude, longitude = float(typed["latitude"]), float(typed["longitude"])
        except ValueError:
            raise BadSetting(
                f"{which}：纬度、经度须为数字，例如 30.2741 和 120.1551（可在地图上查）"
            ) from None
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise BadSetting(f"{which}：没有这样的经纬度，纬度在-90至90、经度在-180至180之间")
        texts = {key: typed[key] for key in ("name", "address", "hours", "phone")}
        halls.append(asdict(Hall(**texts, latitude=latitude, longitude=longitude)))
    if len(halls) > MOST_HALLS:
        raise BadSetting(f"最多{MOST_HALLS}个服务窗口")
    return halls


def checked_hours(written: str) -> str:
    """Office hours as typed.

    Raises:
        BadSetting: naming the part that cannot be read.
    """
    try:
        OfficeHours.parse(written)
    except BadHours as error:
        raise BadSetting(str(error)) from None
    return written.strip()


def checked_keep_days(written: str) -> int:
    """Days of retention as typed.

    Raises:
        BadSetting: not a whole number of days that is allowed.
    """
    if not written.strip().isdecimal() or not 1 <= int(written) <= MOST_KEEP_DAYS:
        raise BadSetting(f"保存天数须为1至{MOST_KEEP_DAYS}的整数")
    return int(written)


def checked_sentence(sentence: Sentence, text: str) -> str:
    """An office's own wording.

    Raises:
        BadSetting: empty, too long, or with a blank that is not filled in.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise BadSetting(f"{sentence.title}：内容不能为空；要用自带的说法请点“恢复自带说法”")
    blanks = "（花括号只能写 {hotline} 和 {office}，分别换成电话和单位名称）"
    if re.search(r"[{}]", re.sub(r"\{(?:hotline|office)\}", "", text)):
        raise BadSetting(f"{sentence.title}：有不认识的花括号{blanks}")
    if re.search(r"<\s*/?\s*[A-Za-z]", text):
        raise BadSetting(f"{sentence.title}：不能写网页代码")
    size = len(wording.addressed(text, LONGEST_OFFICE).encode())
    if size > sentence.most_bytes:
        raise BadSetting(
            f"{sentence.title}：约{size}字节，最多{sentence.most_bytes}字节（一个汉字3字节）"
        )
    return text

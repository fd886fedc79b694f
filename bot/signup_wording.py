"""What a talent reads when signing up to an event."""

from __future__ import annotations

from bot.moving import closed_on, moment, plain, when
from knowledge.programme import Happening

CONSENT = (
    "报名“{title}”（{when}）。我们会记下您的{what}，只用于这次活动的通知、统计和签到，活动结束{days}天后删除。"
    "同意请回复“同意”，不报名请回复“不报了”。"
)
CONSENT_WEB = "我同意记下以上信息，只用于这次活动的通知、统计和签到，活动结束{days}天后删除。"
OPENID_WORDS = "微信账号标识"
NAME_WORDS = "姓名"
PHONE_WORDS = "手机号"
ASK_NAME = "请回复您的姓名，方便签到。不报名请回复“不报了”。"
ASK_PHONE = "请回复您的手机号，方便联系。不报名请回复“不报了”。"
ASK_BOTH = "请回复您的姓名和手机号，中间空一格。不报名请回复“不报了”。"
ASK_REST = {True: "还差姓名，请回复您的姓名。", False: "手机号没有认出来，请回复11位手机号。"}
SIGNED = "报名成功：{title}\n时间：{when}{place}\n签到码：{code}，到场时出示。"
WAITING = (
    "“{title}”名额已满，您排在候补第{number}位。有空位会按顺序递补并通知您。\n候补码：{code}。"
)
CANCEL_HINT = "\n不能参加请回复“取消报名”，把名额留给别人。"
ALREADY = "您已经报过“{title}”，不用重复报名。\n{standing}"
STANDS = "签到码：{code}，到场时出示。"
STANDS_WAITING = "您排在候补第{number}位，候补码：{code}。"
CLOSED = "“{title}”的报名已经截止。"
CLOSED_ON = "“{title}”的报名已于{day}截止。"
NO_NAME = "“{said}”不像姓名，没有记下；确实是姓名的话请回复“我叫……”。\n"
AGREE_FIRST = "“{title}”的报名还没有完成，您填的内容还没有记下。同意记下信息请先回复“同意”，不报名请回复“不报了”。"
KEPT = "（“{title}”的报名还没有完成，回复“继续报名”接着填，不报名请回复“不报了”）"
OVER = "“{title}”已经结束，不能再报名。"
CANCELLED_EVENT = "“{title}”已取消举办，不能再报名。"
NOT_HERE = "“{title}”没有开通在线报名，请联系主办方{contact}，或拨打 {hotline}。"
ELSEWHERE = "“{title}”不在这里报名，请按通知的方式参加：{joining}"
NO_NEED = "“{title}”不需要报名，直接参加就行。"
WHICH = "请问报名哪一场？\n{events}\n请回复序号。"
WHICH_CANCEL = "请问取消哪一场？\n{events}\n请回复序号。"
WHICH_NONE = "目前没有可以在这里报名的活动。您可以问“最近有什么活动”。"
NOT_SIGNED = "没有查到您的报名。您可以问“最近有什么活动”。"
GONE = "已取消“{title}”的报名，您留下的信息已删除。"
LEFT_OFF = "好的，没有报名，您填的内容已删除。"
MINE = "您的报名："
MINE_LINE = "{number}. {title}（{when}）{standing}"
MOVED_UP = "有空位了！您候补的“{title}”已报名成功。\n时间：{when}{place}\n签到码：{code}。不能参加请回复“取消报名”。"
CHANGED = "您报名的“{title}”有变动：{changes}。不能参加请回复“取消报名”。"
CHANGED_TIME = "时间原定{was}，改为{now}"
CHANGED_TIME_OPEN = "时间原定{was}，已延期，新的时间另行通知"
NEW_TIME = "时间改为{now}"
NEW_PLACE = "地点改为“{place}”"
CALLED_OFF = "您报名的“{title}”已取消举办，不用到场。"
REMINDER = (
    "提醒：您报名的“{title}”将于{when}开始{place}。签到码：{code}。不能参加请回复“取消报名”。"
)
PAGE = "\n{link}（可加入日历）"
MAY_SIGN = "回复“报名”即可报名{left}。"
MAY_WAIT = "名额已满，回复“报名”可以候补。"
LEFT = "，还有{number}个名额"


def what_is_kept(asks_name: bool, asks_phone: bool) -> str:
    """微信账号标识、姓名和手机号."""
    words = [
        OPENID_WORDS,
        *([NAME_WORDS] if asks_name else []),
        *([PHONE_WORDS] if asks_phone else []),
    ]
    return "、".join(words)


def place_line(place: str) -> str:
    """The line of the place; "" where none is told."""
    return f"\n地点：{plain(place)}" if place else ""


def held(starts: str, ends: str) -> str:
    """From when to when; that it is open where it is."""
    return when(starts, ends) if starts else "时间另行通知"


def begins(starts: str) -> str:
    """When it begins."""
    return moment(starts) if starts else "时间另行通知"


def closed(title: str, happening: Happening) -> str:
    """That signing up has ended, with the day where one is told."""
    day = closed_on(happening.value("signup_until"))
    return CLOSED_ON.format(title=title, day=day) if day else CLOSED.format(title=title)

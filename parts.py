"""Parts made from the settings, for the server and for its commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.assembly import BotSettings
    from bot.office import OfficeNow
    from bot.office_hours import OfficeHours
    from bot.wechat.client import Client
    from config import Settings

TRY_PICTURES = "try-pictures"


def wechat_client(settings: Settings, engine: Engine) -> Client | None:
    """Calls to WeChat; None while AppID or AppSecret is not set."""
    from bot.wechat.client import Client

    secret = settings.wechat_secret.get_secret_value()
    if not (settings.wechat_appid and secret):
        return None
    return Client(engine, settings.wechat_appid, secret, settings.wechat_api_base)


def reception_path(settings: Settings) -> Path:
    """The office's file, or the one that ships: with halls for the fictional sample city."""
    from bot.reception import DEMONSTRATION, SHIPPED

    return settings.reception or (DEMONSTRATION if settings.samples else SHIPPED)


def office_hours(settings: Settings) -> OfficeHours:
    """When people answer, by the environment. Raises BadHours with the setting's name."""
    from bot.office_hours import BadHours, OfficeHours

    try:
        return OfficeHours.parse(settings.office_hours)
    except BadHours as error:
        raise BadHours(f"ZHIHUI_OFFICE_HOURS: {error}") from None


def office_now(settings: Settings, engine: Engine) -> OfficeNow:
    """The office as its pages, its file and the environment have it now.

    Raises:
        BadReception, BadHours: as bot_settings.
    """
    from bot.office import OfficeNow
    from bot.office_settings import OfficeSettings
    from bot.reception import read_reception

    reception = read_reception(reception_path(settings))
    hours = office_hours(settings)
    return OfficeNow(OfficeSettings(engine), reception, hours, settings.keep_days)


def bot_settings(settings: Settings) -> BotSettings:
    """What the bot needs of the settings.

    Raises:
        BadReception: the office's file cannot be used.
        BadMenu: its menu is none that WeChat would take.
        BadHours: ZHIHUI_OFFICE_HOURS cannot be read.
    """
    from bot.assembly import BotSettings
    from bot.reception import read_reception
    from bot.wechat.menu import menu_body
    from bot.wording import Office

    reception = read_reception(reception_path(settings))
    if reception.menu:
        menu_body(reception.menu)
    return BotSettings(
        office=Office(settings.office, settings.hotline, settings.city),
        reception=reception,
        hours=office_hours(settings),
        is_staffed=lambda: bool(settings.staffed),
        per_minute=settings.messages_per_minute,
        keep_days=settings.keep_days,
        delay_s=settings.rehearse_delay_s,
        try_pictures=settings.data / TRY_PICTURES if settings.shows_try_page else None,
    )

"""Every page of care, built over the bot that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from flask import Blueprint
from sqlalchemy import Engine

from bot.assembly import Bot
from bot.canned_texts import CannedTexts
from console.accounts import Accounts
from console.care.menu import menu_pages
from console.care.questions import question_pages
from console.care.reception import reception_pages
from console.care.sentences import sentence_pages
from console.care.standing import standing_pages
from console.care.synonyms import synonym_pages
from console.care.texts import text_pages
from knowledge.catalogue import Catalogue
from knowledge.retriever import Retriever
from knowledge.validity import CHINA


def care_pages(
    engine: Engine, catalogue: Catalogue, retriever: Retriever, bot: Bot, accounts: Accounts,
    today: Callable[[], date],
) -> Iterator[Blueprint]:  # fmt: skip
    """The blueprints; what they set takes effect in ``bot`` and in every other process."""
    yield synonym_pages(engine, retriever, bot.synonyms, bot.questions, accounts, today, bot.office)
    yield question_pages(catalogue, bot.questions, bot.runs, accounts)
    yield text_pages(CannedTexts(engine), accounts)
    yield sentence_pages(bot.office_now, bot.office, accounts)
    yield reception_pages(bot.office_now, accounts, lambda: datetime.now(CHINA))
    yield menu_pages(bot.office_now, bot.client, accounts)
    yield standing_pages(bot.switches, bot.office, accounts)

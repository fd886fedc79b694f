#!/usr/bin/env python3
"""Zhihui's entry: builds every part once, then serves. See ``python server.py --help``."""

from __future__ import annotations

import argparse
import logging
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from commands import add_commands, run_command
from parts import TRY_PICTURES, bot_settings, wechat_client
from workers import (
    MEMBER,
    CannotListen,
    Workers,
    create_server,
    interrupt_on_sigterm,
    listen,
    serve_as_member,
)

if TYPE_CHECKING:  # nothing heavy is imported before the arguments are understood
    from flask import Flask
    from sqlalchemy import Engine

    from bot.assembly import Bot
    from config import Settings
    from console.accounts import Accounts
    from knowledge.base import KnowledgeBase, ReadingRoom

SAMPLES = Path(__file__).parent / "samples"
EVENTS_READ = "events"
TERMS_READ = "terms"
"""The mark that events were read of what was stored before this version read any."""
SAMPLE_NOTE = "演示城市：临江市（虚构）；这里的对话不会发给微信用户"
OWN_NOTE = "使用本机已收录的政策答复；这里的对话不会发给微信用户"


def main(argv: Sequence[str] | None = None) -> int:
    """Start the server, or do one command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="server.py",
        description="Serve the WeChat webhook, the clause pages and, without an account, /try; "
        "or say something to a running installation.",
        epilog="Everything else is set as ZHIHUI_… in the environment or in .env; see README.",
    )
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: 8000)")
    parser.add_argument("--data", type=Path, help="folder that holds all state (default: data)")
    parser.add_argument("--workers", type=int, help="processes that answer (default: 1)")
    parser.add_argument(MEMBER, help=argparse.SUPPRESS)
    add_commands(parser)
    arguments = parser.parse_args(argv)
    from config import ConfigError, load_settings

    try:
        settings = load_settings(
            host=arguments.host, port=arguments.port, data=arguments.data,
            workers=arguments.workers,
        )  # fmt: skip
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.command:
        return run_command(arguments, settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from bot.office_hours import BadHours
    from bot.reception import BadReception
    from bot.wechat.menu import BadMenu
    from database import Unavailable
    from knowledge.embedding import ModelMissing
    from knowledge.ownership import Owned, Ownership
    from knowledge.vectors import WrongModel

    try:
        bot_settings(settings)  # faults of the office's file are told before anything is opened
        if arguments.member:
            serve_as_member(arguments.member, lambda: member_app(settings))
            return 0
        _held = Ownership(settings.data)  # until the process ends, with any job still running
        serve(settings)
    except Owned as error:
        print(f"{error}: is a server running already? Stop it or choose --data", file=sys.stderr)
        return 1
    except (
        WrongModel, ModelMissing, CannotListen, Unavailable, BadReception, BadHours, BadMenu,
    ) as error:  # fmt: skip
        print(error, file=sys.stderr)
        return 2
    return 0


def serve(settings: Settings) -> None:
    """Open everything, take in the samples on first start, and answer until interrupted."""
    from bot.assembly import Keeper
    from database import open_database
    from knowledge.jobs import IntakeJobs, IntakeWorker
    from knowledge.lifecycle import Lifecycle
    from knowledge.tables import SAMPLES_TAKEN_IN

    engine = open_database(settings.sql_url, settings.data)
    # from now on a delivery waits for us instead of being refused
    listening = listen(settings.host, settings.port)
    base = open_base(settings, engine)
    if settings.samples and not base.catalogue.remembers(SAMPLES_TAKEN_IN):
        take_in_samples(base)
        Lifecycle(engine).remember(SAMPLES_TAKEN_IN)
    Lifecycle(engine).require_second_person(settings.second_person)
    if not base.catalogue.remembers(EVENTS_READ):
        base.intake.reread_events()
        Lifecycle(engine).remember(EVENTS_READ)
    if not base.catalogue.remembers(TERMS_READ):
        base.intake.reread_terms()
        Lifecycle(engine).remember(TERMS_READ)
    if not (found := base.indexes.check()).clean:
        logging.warning("indexes disagree with SQL (%s); repairing", found)
        base.indexes.check(repair=True)
    token, key = token_and_key(settings)
    bot = make_bot(settings, engine, base)
    worker = IntakeWorker(IntakeJobs(engine, settings.data), base)
    keeper = Keeper(bot)
    interrupt_on_sigterm()
    if settings.workers > 1:
        options = ["--data", str(settings.data), "--host", settings.host]
        answering = Workers(settings.workers, listening, options).run
    else:
        answering = create_server(
            create_app(settings, engine, base, token, bot, key), listening
        ).run
    worker.start()
    keeper.start()
    announce(settings, token)
    try:
        answering()
    except KeyboardInterrupt:
        pass
    finally:
        keeper.stop()
        worker.stop()


def member_app(settings: Settings) -> Flask:
    """The site of a worker: the owner has migrated the database and keeps the vector store."""
    from database import open_engine
    from knowledge.base import open_reading_room
    from knowledge.embedding import load_encoder

    engine = open_engine(settings.sql_url)
    base = open_reading_room(engine, load_encoder(settings.embedding_model))
    token, key = token_and_key(settings)
    return create_app(settings, engine, base, token, session_key=key)


def open_base(settings: Settings, engine: Engine) -> KnowledgeBase:
    """The knowledge base with the configured encoder."""
    from knowledge.base import open_knowledge_base
    from knowledge.embedding import load_encoder

    encoder = load_encoder(settings.embedding_model)
    return open_knowledge_base(engine, settings.data, encoder, settings.chroma_url)


def take_in_samples(base: KnowledgeBase) -> None:
    """The demonstration city's policies, with a progress bar."""
    from ingest import print_progress
    from knowledge.benefits import Benefits
    from knowledge.intake import IntakeStatus

    paths = sorted(p for p in SAMPLES.iterdir() if p.is_file())
    print(f"首次启动：收录示例城市（临江市，虚构）的 {len(paths)} 份政策文件", flush=True)
    for result in base.intake.add_all(
        paths, lambda done, total, result: print_progress(done, total, result.name)
    ):
        if result.status is IntakeStatus.REFUSED:
            print(f"  未收录 {result.name}：{result.reason}", flush=True)
    # the fictional city's conditions were held against its clauses when the samples were written
    Benefits(base.catalogue).confirm_all("示例城市")


def token_and_key(settings: Settings) -> tuple[str, str]:
    """The webhook's token, configured or our own, and the key that signs session cookies."""
    token = settings.wechat_token or own_secret(settings.data, "webhook-token")
    return token, own_secret(settings.data, "session-key")


def own_secret(data: Path, name: str) -> str:
    """A secret of this installation, made once."""
    kept = data / name
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(12), encoding="ascii")
    return kept.read_text(encoding="ascii").strip()


def clock(settings: Settings) -> Callable[[], date]:
    """Today in China, or the configured day."""
    from knowledge.validity import CHINA

    return lambda: settings.today or datetime.now(CHINA).date()


def moment(settings: Settings) -> Callable[[], datetime]:
    """Now in China, without zone; the start of a configured day that is not today."""
    from bot.dialogue import moment_of
    from knowledge.validity import CHINA

    today = clock(settings)
    return lambda: moment_of(today(), datetime.now(CHINA))


def public_address(settings: Settings) -> str:
    """Where citizens open a clause page; "" with a real account and no public URL."""
    if settings.public_url:
        return settings.public_url
    return "" if settings.wechat_appid else f"http://{_browsable(settings.host)}:{settings.port}"


def clause_address(settings: Settings) -> Callable[[int], str]:
    """Passage id -> address of its public page, "" while there is none."""
    address = public_address(settings)
    return lambda passage_id: f"{address}/p/{passage_id}" if address else ""


def _browsable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


def make_bot(settings: Settings, engine: Engine, base: KnowledgeBase | ReadingRoom) -> Bot:
    """The bot over a base.

    Raises:
        BadReception: the office's file cannot be used.
    """
    from bot.assembly import Bot
    from console.accounts import Accounts

    chosen = bot_settings(settings)
    if settings.staffed is None:
        chosen = replace(chosen, is_staffed=Accounts(engine).is_staffed)
    client = wechat_client(settings, engine)
    clause_url, address = clause_address(settings), public_address(settings)

    def event_url(happening_id: int) -> str:
        return f"{address}/e/{happening_id}" if address else ""

    return Bot(
        engine, base.retriever, chosen, clock(settings), clause_url, client, event_url,
        f"{address}/check" if address else "",
    )  # fmt: skip


def create_app(
    settings: Settings, engine: Engine, base: KnowledgeBase | ReadingRoom, token: str,
    bot: Bot | None = None, session_key: str = "",
) -> Flask:  # fmt: skip
    """Build the site from ready-made parts.

    Args:
        session_key: signs session cookies; "" for a key that lasts as long as the process.
    """
    from flask import Flask

    from bot.canned_texts import CannedTexts
    from bot.staff_side import StaffSide
    from bot.unanswered import Unanswered
    from bot.wechat.webhook import AccountSettings, create_webhook
    from console.access import guard
    from console.accounts import Accounts
    from console.admin import admin_pages
    from console.admin_room import AdminRoom, beijing
    from console.audit import audit_pages
    from console.benefits import benefit_pages
    from console.care.pages import care_pages
    from console.check import check_pages
    from console.connection import Wire, connection_pages
    from console.desk import OPEN_IN_DEMONSTRATION, desk_pages
    from console.draft_pages import Effects
    from console.errors import error_pages
    from console.event_admin import event_admin_pages
    from console.events import event_pages
    from console.health import health_pages
    from console.history import History
    from console.inbox import inbox_pages
    from console.lookup import LookUp
    from console.pages import public_pages
    from console.people import people_pages
    from console.security import bound_ids, secure
    from console.sign_in import sign_in_pages
    from console.simulator import simulator_pages
    from console.told import told_texts
    from console.transfer import transfer_pages
    from console.uploads import Uploads
    from console.uses import Uses
    from knowledge.benefits import Benefits
    from knowledge.drafts import Drafts
    from knowledge.jobs import IntakeJobs

    app = Flask("console", root_path=str(Path(__file__).parent / "console"))
    bound_ids(app)
    error_pages(app)
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    app.config["SECRET_KEY"] = session_key or secrets.token_hex(24)
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["SESSION_COOKIE_SECURE"] = settings.public_url.startswith("https://")
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session
    today = clock(settings)
    bot = bot or make_bot(settings, engine, base)
    aes_key = settings.wechat_aes_key.get_secret_value()
    account = AccountSettings(token, settings.wechat_appid, aes_key)
    accounts = Accounts(engine)

    def open_to_all() -> frozenset[str]:
        """The desk needs no account while nobody has one and no real account is connected."""
        is_demonstration = settings.shows_try_page and not settings.wechat_appid
        open_desk = is_demonstration and not accounts.exist()
        return OPEN_IN_DEMONSTRATION if open_desk else frozenset()

    protection = guard(app, accounts, open_to_all=open_to_all)
    webhook = create_webhook(account, bot.replying)
    protection.exempt(webhook)  # signed by WeChat
    app.register_blueprint(webhook)
    app.register_blueprint(public_pages(base.catalogue, today))
    now, programme = moment(settings), base.retriever.programme
    app.register_blueprint(event_pages(programme, bot.signups, now))
    app.register_blueprint(event_admin_pages(programme, bot.signups, accounts, now))
    benefits = Benefits(base.catalogue)
    check = check_pages(benefits, bot.synonyms, today)
    protection.exempt(check)  # nothing is stored or changed by it
    app.register_blueprint(check)
    app.register_blueprint(health_pages(base.catalogue, bot.account, bot.deliveries.outbox))
    if settings.shows_try_page:
        note = SAMPLE_NOTE if settings.samples else OWN_NOTE
        simulator = simulator_pages(
            token,
            "gh_zhihui_try",
            account.envelope(),
            note=note,
            menu=lambda: bot.menu,
            outbox=bot.deliveries.outbox,
            pictures=settings.data / TRY_PICTURES,
        )
        protection.exempt(simulator)  # a stranger's page: there is no account to forge
        app.register_blueprint(simulator)
    app.register_blueprint(sign_in_pages(accounts))
    lookup = LookUp(base.retriever, base.catalogue, bot.synonyms, clause_address(settings))
    uses, open_questions = Uses(engine), Unanswered(engine)
    app.register_blueprint(
        desk_pages(lookup, History(base.catalogue), uses, open_questions.note, today)
    )
    app.register_blueprint(
        inbox_pages(
            StaffSide(engine), lookup, base.catalogue, CannedTexts(engine), uses, accounts,
            bot.may_push, today,
        )
    )  # fmt: skip
    question_pages(app, settings, engine, base, accounts)
    drafts, jobs = Drafts(base.catalogue, base.encoder), IntakeJobs(engine, settings.data)
    room = AdminRoom(base.catalogue, drafts, jobs, accounts, today)
    canned = CannedTexts(engine)
    effects = Effects(base, bot.office, lambda: told_texts(bot.menu, canned.all()))
    uploads = Uploads(engine, settings.data / "uploads")
    app.register_blueprint(admin_pages(room, uploads, effects, settings.data.absolute() / "files"))
    for pages in care_pages(engine, base.catalogue, base.retriever, bot, accounts, today):
        app.register_blueprint(pages)
    app.add_template_filter(beijing)
    address = public_address(settings) or f"http://{_browsable(settings.host)}:{settings.port}"
    wire = Wire(
        f"{address}/wechat", bool(settings.public_url), settings.wechat_appid, bool(aes_key), token
    )
    model = base.encoder.name
    app.register_blueprint(
        connection_pages(engine, settings.data, base.catalogue, model, bot, jobs, accounts, wire)
    )
    app.register_blueprint(transfer_pages(engine, settings.data, accounts))
    app.register_blueprint(people_pages(accounts))
    app.register_blueprint(audit_pages(accounts, bot.office_now))
    app.register_blueprint(benefit_pages(base.catalogue, benefits, accounts, today))
    secure(app)
    return app


def question_pages(
    app: Flask, settings: Settings, engine: Engine, base: KnowledgeBase | ReadingRoom,
    accounts: Accounts,
) -> None:  # fmt: skip
    """Put the pages for open questions, the office's answers and today's figures on a site."""
    from bot.grouping import Grouping
    from bot.office_questions import OfficeQuestions
    from bot.staff_side import StaffSide
    from bot.unanswered import Unanswered
    from bot.wording import Office
    from console.faq_pages import faq_pages
    from console.nearest import Nearest
    from console.today import today_pages
    from console.unanswered import unanswered_pages
    from knowledge.faqs import Faqs
    from knowledge.jobs import IntakeJobs
    from knowledge.synonyms import Synonyms

    catalogue, retriever, today = base.catalogue, base.retriever, clock(settings)
    faqs, unanswered, synonyms = Faqs(catalogue), Unanswered(engine), Synonyms(engine)
    nearest = Nearest(retriever, catalogue, synonyms, today)
    grouping = Grouping(engine, base.encoder, retriever, synonyms, today)
    questions, jobs = OfficeQuestions(engine), IntakeJobs(engine, settings.data)
    office = Office(settings.office, settings.hotline, settings.city)
    gist = StaffSide(engine).gist
    for pages in (
        unanswered_pages(unanswered, grouping, nearest, faqs, synonyms, questions, accounts, today),
        faq_pages(faqs, unanswered, nearest, catalogue, jobs, accounts, today, office, gist),
        today_pages(
            engine, catalogue, unanswered, grouping, faqs, accounts, today, retriever.programme
        ),
    ):
        app.register_blueprint(pages)


def announce(settings: Settings, token: str) -> None:
    """Tell a newcomer where to go."""
    address = f"http://{_browsable(settings.host)}:{settings.port}"
    lines = ["", "智汇已就绪"]
    if settings.shows_try_page:
        lines.append(f"  试一试   {address}/try")
    lines.append(f"  话务台   {address}/desk")
    lines.append(f"  管理端   {address}/admin（先建账号：server.py user add 用户名 --role admin）")
    lines.append(f"  Webhook  {public_address(settings) or address}/wechat")
    if not settings.wechat_token:
        lines.append(f"  Token    {token}（未设置 ZHIHUI_WECHAT_TOKEN，已自动生成）")
    if settings.wechat_appid and not settings.public_url:
        lines.append("  提示：未设置 ZHIHUI_PUBLIC_URL，答复中不会带“查看原文”链接")
    print("\n".join([*lines, ""]), flush=True)


if __name__ == "__main__":
    sys.exit(main())

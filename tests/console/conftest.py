"""A real catalogue filled by the real intake, and a site with our pages and a toy webhook."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.assembly import EDGE_WORDING
from bot.wechat.deliveries import Deliveries
from bot.wechat.messages import Inbound
from bot.wechat.replying import Reply, Replying
from bot.wechat.webhook import AccountSettings, create_webhook
from console.errors import error_pages
from console.pages import public_pages
from console.security import bound_ids, secure
from console.simulator import simulator_pages
from database import migrate, open_engine
from knowledge.base import KnowledgeBase, open_knowledge_base

SAMPLES = Path(__file__).parents[2] / "samples"
TODAY = date(2026, 11, 22)
TOKEN = "trytoken"
APPID = "wxtry0000000000"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class BigramCounts:
    """An encoder of a few lines: which pairs of characters occur."""

    name = "bigram-counts"
    dimension = 64

    def encode(self, texts: Sequence[str], /) -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for pair in pairwise(text):
                row[zlib.crc32("".join(pair).encode()) % self.dimension] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def open_base(data: Path) -> KnowledgeBase:
    engine = open_engine(f"sqlite:///{data / 'test.db'}")
    migrate(engine)
    return open_knowledge_base(engine, data, BigramCounts())


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> KnowledgeBase:
    """All samples, only to be read."""
    base = open_base(tmp_path_factory.mktemp("library"))
    base.intake.add_all(sorted(SAMPLES.iterdir()))
    return base


@pytest.fixture
def empty(tmp_path) -> KnowledgeBase:
    """A base of the test's own."""
    return open_base(tmp_path)


def site(base: KnowledgeBase, today: date = TODAY) -> FlaskClient:
    """The public pages alone, on some day."""
    app = Flask("site")
    bound_ids(app)
    error_pages(app)
    app.register_blueprint(public_pages(base.catalogue, lambda: today))
    secure(app)
    return app.test_client()


def page_of(base: KnowledgeBase, file_start: str, label: str) -> str:
    """Address of the clause with this label in the sample whose name begins so."""
    for version in base.catalogue.versions():
        if version.file_name.startswith(file_start):
            for stored in base.catalogue.passages_of(version.id):
                if stored.passage.label == label:
                    return f"/p/{stored.id}"
    raise LookupError(f"{file_start} {label}")


def say_back(inbound: Inbound) -> Reply:
    return Reply(f"收到：{inbound.text or inbound.event or inbound.kind}，]]> 写在中间")


@pytest.fixture(params=["plain", "safe"])
def account(request) -> AccountSettings:
    return AccountSettings(TOKEN, *(("", "") if request.param == "plain" else (APPID, AES_KEY)))


@pytest.fixture
def chat(account, library, tmp_path) -> Iterator[FlaskClient]:
    """The simulator beside the real webhook, whose account only says back what it got."""
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    migrate(engine)
    app = Flask("chat")
    bound_ids(app)
    app.register_blueprint(
        create_webhook(account, Replying(say_back, Deliveries(engine), EDGE_WORDING))
    )
    app.register_blueprint(public_pages(library.catalogue, lambda: TODAY))
    app.register_blueprint(simulator_pages(TOKEN, "gh_try", account.envelope()))
    secure(app)
    yield app.test_client()
    engine.dispose()

"""Real knowledge bases: SQLite, Chroma and the encoder that ships."""

import os
from pathlib import Path

import pytest

from database import migrate, open_engine
from knowledge.base import KnowledgeBase, open_knowledge_base
from knowledge.embedding import load_encoder

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


def open_base(data: Path, encoder, any_model: bool = False) -> KnowledgeBase:
    engine = open_engine(f"sqlite:///{data / 'zhihui.db'}")
    migrate(engine)
    return open_knowledge_base(engine, data, encoder, any_model=any_model)


@pytest.fixture(scope="session")
def encoder():
    return load_encoder()


@pytest.fixture
def base(tmp_path, encoder):
    """An empty knowledge base of the test's own."""
    (tmp_path / "data").mkdir()
    made = open_base(tmp_path / "data", encoder)
    yield made
    made.catalogue.engine.dispose()


@pytest.fixture(scope="session")
def samples(tmp_path_factory, encoder):
    """A knowledge base with every sample in it; only to be read."""
    made = open_base(tmp_path_factory.mktemp("samples"), encoder)
    made.intake.add_all(sorted(SAMPLES.iterdir()))
    yield made
    made.catalogue.engine.dispose()


@pytest.fixture(scope="session")
def shared():
    """The material beside the repository, or named by ZHIHUI_SHARED; a test without it skips."""
    folder = Path(os.environ.get("ZHIHUI_SHARED") or ROOT.parent / "shared")
    if not (folder / "statutes").is_dir():
        pytest.skip(f"no statutes below {folder.name}/: set ZHIHUI_SHARED to the shared folder")
    return folder


@pytest.fixture
def write(tmp_path):
    """Write a text file for intake."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written

"""Examples in docstrings are true, in whatever module they stand."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

from knowledge.talent_classes import learn_same

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "console", "evaluation", "knowledge")
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if re.search(r"^\s*>>>", path.read_text(encoding="utf-8"), re.M)
)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_in_its_docstrings_are_true(module):
    learn_same([])  # what another test's papers call their classes
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted
    assert not found.failed

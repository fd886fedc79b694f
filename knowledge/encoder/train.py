"""Train the bundled encoder: ``python -m knowledge.encoder.train --data DIR [--out DIR]``.

DIR holds ``pairs/train_clean.jsonl.zst``, ``pairs/corpus_strict.txt.gz`` and ``tests/*.json``.
Everything random is seeded; on two CPU cores it takes about ten minutes. The figures are
written to ``figures.json`` beside the weights.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from pathlib import Path

from knowledge.embedding import BUNDLED_MODEL, Encoder, read_static_model
from knowledge.encoder import contrast, export, pairs, vocabulary, yardstick

TOKENS = 32_000
MEANING_DIMENSIONS = 256
DIMENSIONS = 512
EPOCHS = 2.0  # a third pass already unlearns wordings near those of the table
RUNS = 3  # averaged: single runs differ by more than the settings tried here
SEED = 1


def build(data: Path, out: Path) -> None:
    """Train from the texts under ``data`` and write the model to ``out``.

    Raises:
        FileNotFoundError: ``data`` lacks one of its files.
    """
    import torch

    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    lines = pairs.read_lines(data / "pairs" / "corpus_strict.txt.gz")
    found = pairs.read_pairs(data / "pairs" / "train_clean.jsonl.zst")
    print(f"{len(lines)} lines, {len(found)} pairs")

    tokenizer = vocabulary.build_tokenizer(vocabulary.count_words(lines), TOKENS)
    size = tokenizer.get_vocab_size()
    ids = vocabulary.token_ids(tokenizer, lines)
    rarities = vocabulary.rarity(ids, size)
    meanings = vocabulary.word_vectors(ids, size, MEANING_DIMENSIONS, SEED)
    print(f"{size} tokens placed")

    asked = yardstick.read_test(data / "tests" / "colloquial60.json")
    made = pairs.synonym_pairs(
        pairs.read_synonyms(), lines, found, {*asked.questions, *asked.passages}, SEED
    )
    print(f"{len(made)} pairs made from the synonym table")

    start = contrast.starting_vectors(tokenizer.get_vocab(), meanings, rarities, SEED)
    trained = contrast.train(start, [*found, *made], tokenizer, EPOCHS, RUNS, SEED)
    export.save(export.reduce(trained, rarities, DIMENSIONS), tokenizer, out)


def report(encoders: dict[str, Encoder], tests: Path) -> dict[str, object]:
    """Measure encoders and print the figures, hit@1/hit@3/MRR@10 in percent."""
    measured = yardstick.measure(encoders, tests)
    for test, row in measured.items():
        for method, figures in row.items():
            if isinstance(figures, dict):
                print(f"{test:14} {method:20}", *(f"{value:6.2f}" for value in figures.values()))
    return {"models": {label: encoder.name for label, encoder in encoders.items()}, **measured}


def main() -> None:
    """Read the command line; train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs/ and tests/")
    parser.add_argument("--out", type=Path, default=BUNDLED_MODEL, help="where the model goes")
    parser.add_argument("--against", type=Path, help="another model folder to measure beside it")
    parser.add_argument("--measure-only", action="store_true", help="do not train again")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    started = time.monotonic()
    if not arguments.measure_only:
        build(arguments.data, arguments.out)
    seconds = time.monotonic() - started
    print(f"trained in {seconds:.0f} s")
    encoders = {"ours": read_static_model(arguments.out, "zhihui-static")}
    if arguments.against:
        encoders["reference"] = read_static_model(arguments.against, "reference")
    figures = report(encoders, arguments.data / "tests")
    if not arguments.measure_only:
        figures["seconds"] = round(seconds)
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    (arguments.out / "figures.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

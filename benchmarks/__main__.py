"""Medians and ratios of what people wait for: ``python -m benchmarks``. Takes some minutes.

Figures of different machines do not compare; ratios on one machine do.
"""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks.measuring import machine


def main(argv: list[str] | None = None) -> int:
    """Measure every subject, or those named; returns the exit status."""
    from benchmarks import load, reading, subjects
    from benchmarks.hostile import hostile
    from benchmarks.intake import intake
    from benchmarks.scans import scan
    from benchmarks.typing import typing

    asked: argparse.Namespace
    known = {
        "questions": ("A question, end to end", subjects.questions),
        "webhook": ("The webhook, in process", subjects.webhook),
        "saturation": ("The webhook saturated, beside a bare echo", load.saturation),
        "ledger": ("Ten thousand messages, a tenth delivered twice at once", load.ledger),
        "killed": ("Ten thousand messages, and kill -9 in the middle", load.killed),
        "starting": ("Starting", subjects.starting),
        "intake": ("Files coming in", intake),
        "reading": ("Reading files, by format", reading.reading),
        "scan": ("A long scan goes in", lambda: scan(asked.pages)),
        "hostile": ("Hostile files", hostile),
        "large": (f"{subjects.LARGE:,} passages of synthetic statutes", subjects.large),
        "typing": ("At the desk, from key to paint", typing),
        "huge": (f"{subjects.HUGE:,} passages of synthetic statutes", subjects.huge),
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subject", nargs="*", help=f"of {', '.join(known)}; default: all")
    parser.add_argument("--pages", type=int, default=12, help="pages of the scan; default: 12")
    asked = parser.parse_args(argv)
    chosen = asked.subject or list(known)
    if unknown := [name for name in chosen if name not in known]:
        parser.error(f"no such subject: {', '.join(unknown)}; there are {', '.join(known)}")
    print(machine())
    begun = time.perf_counter()
    for name in chosen:
        title, measure = known[name]
        print(f"\n{title}", flush=True)
        for line in measure():
            print(line, flush=True)
    print(f"\ntook {time.perf_counter() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m yearbook write|count`."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from yearbook.count import report
from yearbook.write import Parameters, UnsuitableToday, write


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command == "count":
        counted = report.count(options.folder)
        print(json.dumps(counted, ensure_ascii=False, indent=1) if options.json else report.text(counted))
        return 0
    parameters = Parameters(options.year, options.seed, options.scale, options.today)
    try:
        whole = write(options.out, parameters)
    except UnsuitableToday as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.out}: {len(whole.cases)} cases, {len(whole.living)} living, seed {options.seed}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m yearbook")
    commands = parser.add_subparsers(dest="command", required=True)
    writer = commands.add_parser("write", help="write a year of raw workbooks")
    writer.add_argument("--out", type=Path, required=True)
    writer.add_argument("--year", type=int, default=2024)
    writer.add_argument("--seed", type=int, default=1)
    writer.add_argument("--scale", type=_scale, default=0.02)
    writer.add_argument("--today", type=date.fromisoformat, default=None)
    counter = commands.add_parser("count", help="count raw workbooks independently")
    counter.add_argument("folder", type=Path)
    counter.add_argument("--json", action="store_true")
    return parser


def _scale(text: str) -> float:
    value = float(text)
    if not 0.005 <= value <= 1.0:
        raise argparse.ArgumentTypeError("the scale lies between 0.005 and 1")
    return value


if __name__ == "__main__":
    sys.exit(main())

"""`wenming classifier train | evaluate | predict | clusters`: naming the class of a text, and which are about one matter."""

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenming.engines.triage import clusters, services
from wenming.engines.triage.errors import BadModel
from wenming.engines.triage.machine import BYTES_MAX, Machine
from wenming.engines.triage.tables import read_columns, read_messages
from wenming.engines.triage.training import FOLDS
from wenming.kernel.console import print_json
from wenming.kernel.errors import DomainError

WRONG_USE: Final = 2
FOLDS_MOST: Final = 20
DAYS_MOST: Final = 3_660
MODEL: Final = "model.npz"


def _folds(text: str) -> int:
    folds = int(text)
    if not 2 <= folds <= FOLDS_MOST:
        raise ValueError
    return folds


def _days(text: str) -> timedelta:
    days = int(text)
    if not 1 <= days <= DAYS_MOST:
        raise ValueError
    return timedelta(days=days)


class Command(BaseCommand):
    help = "Train, measure or ask the classifier of texts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        train = verbs.add_parser("train", help="learn from a .csv with the columns text,label, and write a model")
        train.add_argument("--out", type=Path, required=True, help="a folder: model.npz, card.json, card.md")
        evaluate = verbs.add_parser("evaluate", help="how well it does on texts that it has not seen, by folds")
        for sub in (train, evaluate):
            sub.add_argument("--folds", type=_folds, default=FOLDS, help="2 to 20")
            sub.add_argument("--seed", type=int, default=0, help="how the folds are drawn")
        predict = verbs.add_parser("predict", help="name the class of each text of a .csv with the column text")
        predict.add_argument("--model", type=Path, required=True, help="the folder that `train` wrote")
        alike = verbs.add_parser(
            "clusters", help="which messages of a .csv (sent_at,subject,detail) are about one matter"
        )
        alike.add_argument("--window", type=_days, default=clusters.WINDOW, help="days that two may lie apart")
        for sub in verbs.choices.values():
            sub.add_argument("file", type=Path)
            sub.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        answers = {
            "train": self._train,
            "evaluate": self._evaluate,
            "predict": self._predict,
            "clusters": self._clusters,
        }
        try:
            answers[options["verb"]](options)
        except DomainError as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error

    def _train(self, options: dict[str, Any]) -> None:
        texts, labels = read_columns(options["file"], ["text", "label"])
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{folder}: {error.strerror}", returncode=WRONG_USE) from error
        made = services.train(
            texts,
            labels,
            source=options["file"].name,
            folds=options["folds"],
            seed=options["seed"],
            progress=self._tell,
        )
        (folder / "card.json").write_text(json.dumps(made.card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        (folder / "card.md").write_text(services.page(made.card), encoding="utf-8")
        (folder / MODEL).write_bytes(services.dump(made))
        if options["json"]:
            print_json(self, made.card)
        else:
            self.stdout.write(services.page(made.card))

    def _evaluate(self, options: dict[str, Any]) -> None:
        texts, labels = read_columns(options["file"], ["text", "label"])
        found = services.evaluate(
            texts, labels, folds=options["folds"], seed=options["seed"], progress=self._tell
        ).document()
        if options["json"]:
            print_json(self, found)
            return
        accept = found["auto_accept"]
        self.stdout.write(f"macro-F1 {found['macro_f1']:.4f}, accuracy {found['accuracy']:.4f}, {found['count']} texts")
        for name, each in found["per_class"].items():
            self.stdout.write(
                f"  {name}: F1 {each['f1']:.4f}, precision {each['precision']:.4f}, recall {each['recall']:.4f}"
            )
        self.stdout.write(
            f"nobody need look: {accept['accepted']} ({accept['coverage']:.1%}), {accept['right']} of them right"
        )

    def _predict(self, options: dict[str, Any]) -> None:
        made = _load(options["model"] / MODEL)
        (texts,) = read_columns(options["file"], ["text"])
        found = services.predict(made, texts)
        if options["json"]:
            print_json(self, {"predictions": [asdict(each) for each in found], "threshold": made.threshold})
            return
        for each in found:
            self.stdout.write(f"{each.label}\t{each.confidence:.4f}")

    def _clusters(self, options: dict[str, Any]) -> None:
        messages, keys = read_messages(options["file"])
        found = clusters.find(messages, window=options["window"])
        rows: list[dict[str, Any]] = [
            {
                "count": len(each.members),
                "senders": each.senders,
                "first_at": each.first_at.isoformat(),
                "last_at": each.last_at.isoformat(),
                "span_days": (each.last_at - each.first_at).days,
                "place": each.place,
                "title": messages[each.middle].title,
                "members": [keys[at] for at in each.members],
            }
            for each in found
        ]
        if options["json"]:
            print_json(self, {"read": len(messages), "clusters": rows})
            return
        for row in rows:
            self.stdout.write(
                f"{row['count']}\t{row['senders']}\t{row['first_at'][:10]}\t{row['last_at'][:10]}\t{row['place']}\t{row['title']}"
            )

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} of {total}")


def _load(path: Path) -> Machine:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise BadModel
        data = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=WRONG_USE) from error
    return services.load(data)

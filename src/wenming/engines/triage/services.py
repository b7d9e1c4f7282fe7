"""Training, measuring and asking. Nothing here reads or writes a database."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from wenming.engines.triage import cards, machine, training
from wenming.engines.triage.cards import Measured
from wenming.engines.triage.features import HEAD_CHARS, plain_all
from wenming.engines.triage.linear import scores
from wenming.engines.triage.machine import Machine
from wenming.engines.triage.reasons import reasons_for
from wenming.engines.triage.training import FOLDS, Progress
from wenming.kernel import clock

BATCH: Final = 1_000
dump, load, page = machine.dump, machine.load, cards.page


@dataclass(frozen=True, slots=True)
class Prediction:
    """`is_sure` above the confidence that was measured to be wrong at most once in a hundred."""

    label: str
    confidence: float
    is_sure: bool


def _quiet(_done: int, _total: int) -> None:
    return


def evaluate(
    texts: Sequence[str], labels: Sequence[str], *, folds: int = FOLDS, seed: int = 0, progress: Progress = _quiet
) -> Measured:
    """Raises TooFewClasses, TooManyTexts, and whatever `progress` raises."""
    labelled = training.read(texts, labels, folds=folds)
    held = training.hold_out(labelled, folds=folds, seed=seed, tell=_telling(progress, training.fits_of(folds)))
    return Measured.of(labelled, held, folds=folds, seed=seed)


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    source: str = "",
    folds: int = FOLDS,
    seed: int = 0,
    progress: Progress = _quiet,
) -> Machine:
    """Measured by folds first, then learned from all; the card says both. Raises what `evaluate` raises."""
    labelled = training.read(texts, labels, folds=folds)
    tell = _telling(progress, training.fits_of(folds + 1))
    held = training.hold_out(labelled, folds=folds, seed=seed, tell=tell)
    measured = Measured.of(labelled, held, folds=folds, seed=seed)
    judges, choice = training.learn(labelled, np.arange(len(labelled.classes)), tell=tell)
    document = measured.document()
    document["auto_accept"]["threshold"] = choice.threshold
    card: dict[str, Any] = {
        **document,
        "trained_at": clock.local(clock.now()).isoformat(timespec="seconds"),
        "source": source,
        "data_sha256": _digest(texts, labels),
        "classes": list(labelled.names),
        "left_out": sorted(set(labels) - set(labelled.names)),
        "setting": asdict(choice.setting),
        "head_chars": HEAD_CHARS,
    }
    return Machine(labelled.names, judges, choice.sharpness, choice.threshold, card)


def predict(made: Machine, texts: Sequence[str]) -> list[Prediction]:
    """One for each text, in their order; memory is bounded by BATCH texts."""
    found: list[Prediction] = []
    for start in range(0, len(texts), BATCH):
        plain_texts = plain_all(texts[start : start + BATCH])
        sure = training.confidences(scores(made.judges, plain_texts), made.sharpness)
        best, confidence = sure.argmax(axis=1).tolist(), sure.max(axis=1).tolist()
        found += [
            Prediction(made.names[index], value, made.threshold is not None and value >= made.threshold)
            for index, value in zip(best, confidence, strict=True)
        ]
    return found


def reasons(made: Machine, text: str, label: str) -> list[str]:
    """The words of the text that speak most for the label, as they stand in it; at most five."""
    return reasons_for(made.judges, text, made.names.index(label))


def _telling(progress: Progress, total: int) -> Callable[[], None]:
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    return tell


def _digest(texts: Sequence[str], labels: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for text, label in zip(texts, labels, strict=True):
        for each in (text, label):
            data = each.encode()
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()

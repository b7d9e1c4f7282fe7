"""Naming the class of a message, against characters' 1–2-grams with a balanced linear SVM, on the same folds.

make bench NAME=classifier ARGS="messages.csv"    columns text,label; some four minutes a seed for 2,875 messages

Both learn from the same four folds and are measured on the fifth; every choice of ours is made by folds within the four.
"""

import argparse
import csv
import os
import sys
import time
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from _measure import Row, report
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

FOLDS = 5
PUBLISHED = 0.897
MESSAGES_A_SECOND = 1_000
# As it comes, and with the count of a run dampened: the stronger of the two is the peer.
PEERS = {"as it comes": False, "dampened counts": True}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    return parser.parse_args()


def peer(texts: Any, labels: Any, seed: int, *, sublinear_tf: bool) -> float:
    said = np.empty(len(labels), dtype=object)
    for learned, kept in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(texts, labels):
        vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=sublinear_tf)
        model = make_pipeline(vectors, LinearSVC(class_weight="balanced", random_state=0))
        said[kept] = model.fit(texts[learned], labels[learned]).predict(texts[kept])
    return float(f1_score(labels, said, average="macro"))


def speed(texts: list[str], labels: list[str]) -> float:
    """Messages a second, from text to class and confidence, the model loaded."""
    from wenming.engines.triage import services

    made = services.train(texts, labels, folds=2)
    spent = []
    for _ in range(5):
        since = time.perf_counter()
        services.predict(made, texts)
        spent.append(time.perf_counter() - since)
    return len(texts) / sorted(spent)[2]


def main() -> None:
    chosen = options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenming.config.settings")
    from wenming.engines.triage import services

    with chosen.file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    texts, labels = [row["text"] for row in rows], [row["label"] for row in rows]
    ours: list[float] = []
    peers: dict[str, list[float]] = {name: [] for name in PEERS}
    accepted = right = 0
    for seed in range(chosen.seeds):
        found = services.evaluate(texts, labels, folds=FOLDS, seed=seed)
        ours.append(found.macro_f1)
        accepted, right = accepted + found.accepted, right + found.accepted_right
        for name, is_dampened in PEERS.items():
            peers[name].append(peer(np.array(texts, dtype=object), np.array(labels), seed, sublinear_tf=is_dampened))
        shown = ", ".join(f"{name} {values[-1]:.4f}" for name, values in peers.items())
        print(f"seed {seed}: ours {ours[-1]:.4f}; {shown}", file=sys.stderr)
    best = max(mean(values) for values in peers.values())
    fast = speed(texts, labels)
    share = f"{accepted}/{chosen.seeds * len(texts)} accepted, {right} right ({right / max(accepted, 1):.2%})"
    report(
        f"{len(texts)} messages, {FOLDS} folds, mean of {chosen.seeds} seeds",
        [
            Row("macro-F1", f"{mean(ours):.4f}", mean(ours) / best, f"the peer ({best:.4f})", 1),
            Row("macro-F1", f"{mean(ours):.4f}", mean(ours) / PUBLISHED, f"the peer as published ({PUBLISHED})", 1),
            Row("messages a second", f"{fast:,.0f}", fast / MESSAGES_A_SECOND, f"{MESSAGES_A_SECOND:,}", 1),
            Row("nobody need look", share, accepted / (chosen.seeds * len(texts)), "all"),
        ],
    )


if __name__ == "__main__":
    main()

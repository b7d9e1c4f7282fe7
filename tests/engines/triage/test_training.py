import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.triage.conftest import made_texts
from wenming.engines.triage import services, training
from wenming.engines.triage.errors import TooFewClasses
from wenming.engines.triage.linear import SETTINGS, scores, scores_of_counted
from wenming.engines.triage.machine import Machine

LABELLED = Path(__file__).parents[4] / "shared/data/messages/labelled_train.csv"


def test_learn_reads_nothing_but_the_chosen_rows() -> None:
    """The same rows, with other texts and other labels beside them, make the same machine."""
    texts, labels = made_texts(60)
    others, wrong = made_texts(60, seed=2)
    rows = np.arange(60)
    names = ["路灯", "垃圾", "噪音"]
    alone = training.read(texts, labels, folds=2)
    beside = training.read(texts + others, labels + [names[0] for _each in wrong], folds=2)
    first, choice = training.learn(alone, rows, tell=lambda: None)
    second, other_choice = training.learn(beside, rows, tell=lambda: None)
    assert choice == other_choice
    assert first.body.keys.tolist() == second.body.keys.tolist()
    assert np.allclose(first.pull, second.pull)


def test_scores_of_texts_are_those_of_their_counts() -> None:
    texts, labels = made_texts(90)
    labelled = training.read(texts, labels, folds=2)
    rows = np.arange(60)
    judges = training.learn(labelled, rows, tell=lambda: None)[0]
    kept = np.arange(60, 90)
    by_counts = scores_of_counted(judges, labelled.counted[judges.longest], kept)
    plain_texts = training.plain_all(texts[60:])
    assert np.allclose(by_counts, scores(judges, plain_texts), atol=1e-5)


def test_hold_out_judges_every_text_once_and_tells_each_fit() -> None:
    texts, labels = made_texts(60)
    told: list[tuple[int, int]] = []
    found = services.evaluate(texts, labels, folds=2, progress=lambda done, total: told.append((done, total)))
    most = 2 * (len(SETTINGS) * training.INNER_FOLDS + 1)
    assert told == [(done, most) for done in range(1, most + 1)]
    assert (found.count, found.macro_f1, found.accuracy) == (60, 1.0, 1.0)


def test_read_leaves_out_small_classes_and_refuses_one_alone() -> None:
    texts, labels = made_texts(60)
    assert training.read([*texts, "别的"], [*labels, "其他"], folds=5).names == ("噪音", "垃圾", "路灯")
    with pytest.raises(TooFewClasses):
        training.read(texts[::3], labels[::3], folds=5)


@given(st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.7, 0.9, 0.99]), st.booleans()), max_size=400))
def test_safe_threshold_holds_what_it_promises(rows: list[tuple[float, bool]]) -> None:
    confidence = np.array([row[0] for row in rows])
    is_right = np.array([row[1] for row in rows], dtype=np.bool_)
    found = training.safe_threshold(confidence, is_right)
    if found is not None:
        accepted = confidence >= found
        assert accepted.sum() >= training.ACCEPTED_LEAST
        assert ((~is_right)[accepted].sum() + 1) / (accepted.sum() + 1) <= training.WRONG_MOST


def test_safe_threshold_accepts_a_hundred_right_ones_and_not_the_wrong_below() -> None:
    confidence = np.array([0.9] * 100 + [0.5] * 10)
    is_right = np.array([True] * 100 + [False] * 10)
    assert training.safe_threshold(confidence, is_right) == 0.9
    assert training.safe_threshold(confidence, np.zeros(110, dtype=np.bool_)) is None


def test_predict_names_texts_that_were_not_learned(machine: Machine) -> None:
    texts, labels = made_texts(30, seed=9)
    found = services.predict(machine, texts)
    assert [each.label for each in found] == labels
    assert all(0 < each.confidence <= 1 for each in found)
    assert services.predict(machine, []) == []
    assert services.predict(machine, [""])[0].is_sure is False


def test_reasons_are_words_of_the_text_that_tell_the_class(machine: Machine) -> None:
    found = services.reasons(machine, "幸福小区垃圾桶满溢，请处理", "垃圾")
    assert "垃圾" in "".join(found)
    assert len(found) <= 5
    assert all(word in "幸福小区垃圾桶满溢，请处理" for word in found)
    assert services.reasons(machine, "", "垃圾") == []


@pytest.mark.shared_data
@pytest.mark.skipif(not LABELLED.exists(), reason="the real messages are not here")
def test_evaluate_real_messages_learns_from_a_few_hundred() -> None:
    """360 of seven classes."""
    with LABELLED.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))[::4]
    found = services.evaluate([row["text"] for row in rows], [row["label"] for row in rows], folds=2)
    assert found.macro_f1 > 0.75

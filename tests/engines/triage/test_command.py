import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.engines.triage.conftest import made_texts


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: str) -> Any:
        capsys.readouterr()
        call_command("classifier", *words, "--json")
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "label"])
        writer.writerows(zip(*made_texts(90), strict=True))
    return path


def test_train_then_predict_by_the_folder_that_was_written(answer: Any, labelled: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    card = answer("train", str(labelled), "--out", str(out), "--folds", "2")
    assert card == json.loads((out / "card.json").read_text(encoding="utf-8"))
    assert {"macro_f1", "accuracy", "per_class", "auto_accept"} <= set(card)
    assert set(card["per_class"]) == {"路灯", "垃圾", "噪音"}
    assert "宏平均 F1：1.0000" in (out / "card.md").read_text(encoding="utf-8")
    found = answer("predict", str(labelled), "--model", str(out))
    texts, labels = made_texts(90)
    assert [each["label"] for each in found["predictions"]] == labels
    assert len(texts) == len(found["predictions"])
    assert set(found["predictions"][0]) == {"label", "confidence", "is_sure"}


def test_evaluate_prints_the_measures(answer: Any, labelled: Path) -> None:
    found = answer("evaluate", str(labelled), "--folds", "2")
    assert found["macro_f1"] == 1.0
    assert set(found["auto_accept"]) >= {"accepted", "right", "precision", "coverage"}


@pytest.mark.parametrize("content", ["", "text\n一\n", "\xff"])
def test_evaluate_refuses_another_table(tmp_path: Path, content: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content.encode("latin-1", "replace"))
    with pytest.raises(CommandError) as caught:
        call_command("classifier", "evaluate", str(path))
    assert caught.value.returncode == 2


def test_predict_without_a_model_is_wrong_use(labelled: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("classifier", "predict", str(labelled), "--model", str(tmp_path))
    assert caught.value.returncode == 2

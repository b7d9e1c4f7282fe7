"""Everything that the interface says is said in English too."""

import re
from pathlib import Path

import pytest

from scripts import messages
from tests.architecture.source import ROOT


def test_every_text_has_an_english_one() -> None:
    assert messages.missing() == []


def test_every_chinese_word_of_a_template_is_marked() -> None:
    # The specimen shows how type looks; its sample sentences belong to the picture.
    assert [where for where, _text in messages.unmarked() if "/kernel/specimen.html" not in where] == []


def test_missing_finds_a_planted_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "app" / "templates" / "app"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text('{% load i18n %}<p>裸字</p>{% trans "没译" %}', encoding="utf-8")
    (tmp_path / "app" / "words.py").write_text('from x import gettext as _\n_("也没译")\n', encoding="utf-8")
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    assert {text for _where, text in messages.missing()} == {"没译", "也没译"}
    assert len(list(messages.unmarked())) == 1


def test_catalogues_say_nothing_twice_in_one_file() -> None:
    for path in messages.catalogues():
        text = path.read_text(encoding="utf-8")
        # The same words in another context are another message.
        lines = re.findall(r"^(?:msgctxt .*\n)?msgid .*", text, re.MULTILINE)
        assert len(lines) == len(set(lines)), path.relative_to(ROOT)


def test_placeholders_agree() -> None:
    wrong = []
    for path in messages.catalogues():
        for message in messages.read(path):
            if isinstance(message.id, str) and message.id and message.string:
                wanted, given = messages.placeholders(message.id), messages.placeholders(str(message.string))
                if wanted != given:
                    wrong.append((path.relative_to(ROOT).as_posix(), message.id, wanted ^ given))
    assert wrong == []

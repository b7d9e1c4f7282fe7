from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from wenming.kernel import clock
from wenming.kernel.ui import badges, icons
from wenming.kernel.ui.forms import PlainForm

NOW = datetime(2026, 11, 24, 1, 41, tzinfo=UTC)


def drawn(source: str, **context: Any) -> str:
    with clock.set_to(NOW):
        return Template("{% load wm %}" + source).render(Context(context)).strip()


def test_icon_draws_from_the_sprite() -> None:
    html = drawn('{% icon "camera" %}')
    assert 'class="i" aria-hidden="true"' in html
    assert html.count("wm/icons.svg#i-camera") == 1


def test_icon_when_there_is_no_such_drawing() -> None:
    with pytest.raises(icons.UnknownIcon, match="unicorn"):
        drawn('{% icon "unicorn" %}')


def test_when_carries_the_full_date() -> None:
    html = drawn("{{ at|when }}", at=datetime(2026, 11, 24, 8, 5, tzinfo=UTC))
    assert html == (
        '<time datetime="2026-11-24T16:05:00+08:00" title="2026 年 11 月 24 日 星期二 16:05">今天 16:05</time>'
    )
    assert drawn("{{ at|when }}", at=None) == "—"


def test_left_takes_its_time_from_the_clock() -> None:
    html = drawn("{% left due %}", due=datetime(2026, 11, 23, 23, 41, tzinfo=UTC))
    assert html == '<span class="num late" title="2026 年 11 月 24 日 星期二 07:41">超 2 小时</span>'
    assert drawn("{{ due|left_tone }}", due=datetime(2026, 11, 24, 2, 0, tzinfo=UTC)) == "near"


def test_left_work_counts_working_minutes() -> None:
    assert drawn("{% left_work minutes %}", minutes=660) == '<span class="num">剩 1 天 3 小时</span>'
    assert drawn("{% left_work minutes %}", minutes=-115) == '<span class="num late">超 1 小时 55 分</span>'


def test_bar_is_a_class_and_no_style() -> None:
    html = drawn('{% bar 9 11 "late" %}')
    assert html == '<span class="bar bar--late" aria-hidden="true"><i class="w-82"></i></span>'


def test_state_badge_takes_a_key_or_a_state() -> None:
    assert "badge--late" in drawn('{% state_badge "late" %}')
    html = drawn("{% state_badge state %}", state=badges.Badge("待派遣", "todo", "status"))
    assert html.startswith('<span class="badge"><svg')
    assert html.endswith("待派遣</span>")


def test_state_badge_escapes_its_word() -> None:
    assert "<b>" not in drawn("{% state_badge state %}", state=badges.Badge("<b>x</b>", "todo", "status"))


def test_qs_changes_one_parameter() -> None:
    request = RequestFactory().get("/problems/?unit=3&cursor=abc")
    assert drawn("{% qs state='late' %}", request=request) == "?unit=3&amp;state=late"


class SampleForm(PlainForm):
    title = forms.CharField(label="标题", help_text="说清楚地点")
    lead = forms.ChoiceField(label="牵头", choices=[("t", "属地")], widget=forms.RadioSelect)
    kept = forms.CharField(label="事由", error_messages={"required": "请写事由。"})


FIELD = '{% include "kernel/_field.html" with field=form.title %}'


def test_field_ties_its_hint_and_its_error_to_the_input() -> None:
    html = drawn(FIELD, form=SampleForm({}))
    assert 'aria-describedby="id_title_hint id_title_error"' in html
    assert html.count('id="id_title_hint"') == 1
    assert html.count('id="id_title_error"') == 1
    assert 'aria-invalid="true"' in html
    assert html.index("说清楚地点") < html.index("请填写。") < html.index("<input")


def test_field_group_has_a_legend() -> None:
    html = drawn('{% include "kernel/_field.html" with field=form.lead %}', form=SampleForm())
    assert '<fieldset class="field" id="id_lead"><legend class="label">牵头' in html


def test_errors_link_to_their_fields() -> None:
    html = drawn('{% include "kernel/_errors.html" %}', form=SampleForm({}))
    assert "还有 3 处要改" in html
    for name, text in (("id_title", "标题：请填写。"), ("id_lead", "牵头：请选择。"), ("id_kept", "事由：请写事由。")):
        assert f'<a href="#{name}">{text}</a>' in html


def test_errors_when_all_is_well() -> None:
    assert drawn('{% include "kernel/_errors.html" %}', form=SampleForm()) == ""

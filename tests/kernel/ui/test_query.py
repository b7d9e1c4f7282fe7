from django.http import QueryDict

from wenming.kernel.ui import filters, query


def test_changed_sets_one_and_keeps_the_others() -> None:
    assert query.changed(QueryDict("unit=3&state=open"), {"state": "late"}) == "?unit=3&state=late"


def test_changed_takes_away_what_is_none_or_empty() -> None:
    assert query.changed(QueryDict("unit=3&state=open&q=x"), {"state": None, "q": ""}) == "?unit=3"


def test_changed_goes_back_to_the_first_page() -> None:
    assert query.changed(QueryDict("unit=3&cursor=abc"), {"unit": "4"}) == "?unit=4"


def test_changed_moves_between_pages() -> None:
    assert query.changed(QueryDict("unit=3&cursor=abc"), {"cursor": "def"}) == "?unit=3&cursor=def"


def test_changed_sets_several_values() -> None:
    assert query.changed(QueryDict("a=1"), {"unit": [3, 4]}) == "?a=1&unit=3&unit=4"


def test_chip_names_the_chosen_value_and_how_to_clear_it() -> None:
    options = [("1", "市城管局"), ("2", "市住建局")]
    chip = filters.chip(QueryDict("unit=2&q=x"), param="unit", label="主管", options=options)
    assert (chip.chosen, chip.clear_url) == ("市住建局", "?q=x")
    assert [(choice.url, choice.is_on) for choice in chip.choices] == [("?unit=1&q=x", False), ("?unit=2&q=x", True)]


def test_chip_shows_a_value_that_is_no_option() -> None:
    chip = filters.chip(QueryDict("unit=9"), param="unit", label="主管", options=[("1", "市城管局")])
    assert (chip.chosen, chip.clear_url) == ("9", "?")

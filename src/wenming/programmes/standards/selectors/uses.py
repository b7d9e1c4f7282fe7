"""How many open problems stand under types. Problems are above the catalogue, so they say it and the catalogue asks."""

from collections.abc import Callable, Collection

from wenming.kernel.paging import Count

Counter = Callable[[Collection[str]], Count]
_provided: dict[str, Counter] = {}


def provide(counter: Counter) -> None:
    """From an `AppConfig.ready`: `counter(codes)` is how many open problems were filed under these types."""
    _provided["problems"] = counter


def open_under(codes: Collection[str]) -> Count:
    counter = _provided.get("problems")
    return counter(codes) if counter and codes else Count(0, is_more=False)

"""Modules that are loaded when something of them is first asked for."""

from importlib import import_module
from typing import Any


class Lazily:
    """Stands for the module of this name, for libraries that take seconds and that most processes never need.

    Beside it, under TYPE_CHECKING, stands the plain import, for the types and for the rules on who may import whom.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        """Of the module, which Python loads once and for all threads."""
        return getattr(import_module(self._name), attribute)

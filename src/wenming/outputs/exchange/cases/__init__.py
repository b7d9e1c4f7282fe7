"""Requests and messages from other systems, by a declared mapping."""

from typing import Final

from wenming.outputs.exchange.cases.taking import take_cases

REQUESTS: Final = take_cases("requests")
MESSAGES: Final = take_cases("messages")

__all__ = ["MESSAGES", "REQUESTS"]

"""Keys for other programs."""

from wenming.outputs.exchange.keys.calling import Caller, call
from wenming.outputs.exchange.keys.making import KeyDraft, keys_of, make_key, revoke_key

__all__ = ["Caller", "KeyDraft", "call", "keys_of", "make_key", "revoke_key"]

"""A mapping says, in a YAML file, what the columns and words of somebody else's table mean."""

from wenming.outputs.exchange.mapping.model import Mapping, StatusRule, Target, UnknownUnits
from wenming.outputs.exchange.mapping.reading import read_mapping

__all__ = ["Mapping", "StatusRule", "Target", "UnknownUnits", "read_mapping"]

"""The standard that the city is assessed by, the catalogue that problems are filed under, and who answers for what."""

from wenming.programmes.standards.models.catalogue import ProblemCatalogue, ProblemType
from wenming.programmes.standards.models.responsibility import Responsibility
from wenming.programmes.standards.models.standard import Criterion, FieldRule, PointType, Publication, Standard

__all__ = [
    "Criterion",
    "FieldRule",
    "PointType",
    "ProblemCatalogue",
    "ProblemType",
    "Publication",
    "Responsibility",
    "Standard",
]

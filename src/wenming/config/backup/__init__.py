"""Everything of an installation in one file, and back again."""

from wenming.config.backup.making import Made, last_made_at, make
from wenming.config.backup.restoring import Restored, restore

__all__ = ["Made", "Restored", "last_made_at", "make", "restore"]

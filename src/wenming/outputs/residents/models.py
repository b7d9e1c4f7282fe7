"""What the doors of residents keep for themselves: which challenges were already answered. Nothing about anybody."""

from django.db import models


class SpentChallenge(models.Model):
    """A challenge that was answered and may not be answered again; forgotten once it is over."""

    salt = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.salt

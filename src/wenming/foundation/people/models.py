"""Units, the people who work in them, and what each of them may do where."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from wenming.foundation.people.enums import ADMINISTRATORS, Role, UnitKind
from wenming.kernel.ids import uuid7


class Unit(models.Model):
    """An organisation or a part of one. `region_code` is the 12-digit code of the place that it answers for or sits in."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    region_code = models.BigIntegerField(null=True)
    is_active = models.BooleanField(default=True)
    # Into which it was merged, and from which day on.
    absorbed_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="absorbed")
    absorbed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(absorbed_by__isnull=True, absorbed_on__isnull=True)
                | Q(absorbed_by__isnull=False, absorbed_on__isnull=False, is_active=False),
                name="unit_absorbed_is_out_of_use",
            ),
            models.CheckConstraint(
                condition=Q(absorbed_by__isnull=True) | ~Q(absorbed_by=F("id")), name="unit_absorbed_by_another"
            ),
        ]
        indexes = [models.Index(fields=["kind", "region_code"], name="unit_by_kind_and_region")]

    def __str__(self) -> str:
        return self.name


class UnitName(models.Model):
    """A name that a unit has or had. Old workbooks go on using it; `key` is what they are looked up by."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    valid_until_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "unit"], name="unit_name_once")]
        indexes = [models.Index(fields=["key"], name="unit_name_by_key")]

    def __str__(self) -> str:
        return self.name


class UnitMerger(models.Model):
    """One unit that went into another. `counts` is what went over, by the code of what was counted; `moved` is what each
    app noted of it, so that it can be taken back."""

    absorbed = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="mergers")
    into = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    merged_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    counts = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by_id = models.CharField(max_length=64)
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="unit_merger_one_in_force"
            ),
            models.CheckConstraint(condition=~Q(absorbed=F("into")), name="unit_merger_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} > {self.into_id}"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account. What it may do stands in its grants, never on the account itself."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    must_change_password = models.BooleanField(default=False)
    # Part of what a session proves itself by: counting it up ends all of them.
    sessions_ended = models.PositiveIntegerField(default=0)
    # Beside the row of the factor, so that a request need not ask for it.
    has_second_factor = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        return salted_hmac(
            "wenming.people.session", f"{self.sessions_ended}:{self.password}", algorithm="sha256"
        ).hexdigest()


class Grant(models.Model):
    """One role of one person in one unit over one region; a session acts under exactly one.

    It holds from `effective_at`, which an administrator's role gets when another person has confirmed it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants")
    region_code = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    effective_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ends_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"], condition=Q(revoked_at__isnull=True), name="grant_once"
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at__isnull=True, role__in=sorted(ADMINISTRATORS)),
                name="grant_one_administrator_role",
            ),
            models.CheckConstraint(condition=~Q(granted_by=F("user")), name="grant_not_to_oneself"),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("user")) & ~Q(confirmed_by=F("granted_by")),
                name="grant_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.unit_id}"


class UnitGroup(models.Model):
    """Units that are put in order among one another, units only and never persons."""

    name = models.CharField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class UnitGroupMember(models.Model):
    group = models.ForeignKey(UnitGroup, on_delete=models.CASCADE, related_name="members")
    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.group_id} {self.unit_id}"


class SecondFactor(models.Model):
    """The secret that the person's authenticator holds too, sealed (`kernel.sealed`).

    `last_step` numbers the half minute of the last code that was spent: none up to it holds again.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    sealed_secret = models.BinaryField(max_length=200)
    last_step = models.BigIntegerField()
    enrolled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}"


class RecoveryCode(models.Model):
    """Kept as a keyed hash; holds once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.user_id}"

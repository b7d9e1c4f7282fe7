"""`wenming reset_factor USERNAME`: for the last security administrator who lost telephone and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from wenming.foundation.people import selectors, services
from wenming.kernel.actors import SYSTEM
from wenming.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Take the second factor from an account. It stands in the audit log as the system's act, and the person is told."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            services.reset_factor(selectors.user_by_name(options["username"]), by=SYSTEM)
        except DomainError as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(_("二次验证已重置，他在所有设备上都已退出。"))

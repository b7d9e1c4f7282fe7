"""What commands print: one JSON document on standard output where it was asked for, everything else on standard error."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder


def print_json(command: BaseCommand, document: Any) -> None:
    command.stdout.write(json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))

"""The `wenming` command: every subcommand is a management command of the app that it belongs to."""

import os
import sys
from importlib.metadata import version

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenming.config.settings")
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        sys.stdout.write(f"{version('wenming')}\n")
        return
    if arguments[:1] == ["demo"] and not _names_database(arguments):
        # A demo is made anew: it must never find its way into a real office's database by an inherited variable.
        os.environ.pop("DATABASE_URL", None)
    execute_from_command_line(["wenming", *arguments])


def _names_database(arguments: list[str]) -> bool:
    return any(word == "--database" or word.startswith("--database=") for word in arguments)


if __name__ == "__main__":
    main()

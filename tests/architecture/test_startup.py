"""What every command and process loads before it does anything."""

import os
import subprocess
import sys

# Two seconds and a hundred megabytes, for the few processes that judge texts.
HEAVY = ("sklearn", "scipy")
LOOK = f"""
import sys
import django
django.setup()
import wenming.config.urls
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_nothing_heavy_is_loaded_before_it_is_asked_for() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "wenming.config.settings"}
    run = subprocess.run([sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

"""The project's settings, at home in a folder of their own: no test touches ./var."""

import atexit
import os
import shutil
import tempfile

if "WENMING_HOME" not in os.environ:
    os.environ["WENMING_HOME"] = tempfile.mkdtemp(prefix="wenming-test-")
    atexit.register(shutil.rmtree, os.environ["WENMING_HOME"], ignore_errors=True)

from wenming.config.settings import *  # noqa: F403 - the settings read the environment when they are imported

# A statement that depends on the time of day would make every count of statements a matter of luck.
WORDS_REFRESH_SECONDS = None

"""How much memory a circular with photos takes at most.

Laid out in a program of its own, so that the peak is that of laying out and of nothing before it; of the database there is the
one table that laying out reads.
"""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.db import connection
from PIL import Image

from wenming.foundation.files import storage
from wenming.foundation.files.enums import FileKind
from wenming.foundation.files.models import StoredFile
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.outputs.papers import rendering
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.samples import sample_of

WIDTH: Final = 1600
HEIGHT: Final = 1200
TIMEOUT_SECONDS: Final = 300
START: Final = "import django; django.setup(); from tests.outputs.papers import peak; peak.main()"


def streets(number: int, home: Path) -> None:
    """So many photos under `home`, as large as published ones are, grained until they hardly shrink, each another than all others."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    grain = np.random.default_rng(1).normal(0, 40, (HEIGHT, WIDTH, 3)).astype("float32")
    for step in range(number):
        houses = ((columns + step * 37) // 90 * 53 % 120 + 60) * (rows > HEIGHT // 4) * (rows < HEIGHT * 2 // 3)
        light = np.where(houses > 0, houses, 200 - rows // 10)[..., None] + np.roll(grain, step * 11, axis=1)
        out = BytesIO()
        Image.fromarray(np.clip(light, 0, 255).astype("uint8")).save(out, "JPEG", quality=84)
        sha = storage.sha256(out.getvalue())
        path = home / "media" / storage.published_path(sha).relative_to(settings.MEDIA_ROOT)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(out.getvalue())


def measure(home: Path) -> dict[str, int]:
    """Lays out all photos under `home`, in pairs: photos, bytes of the file, peak_kib."""
    environment = {**os.environ, "WENMING_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", START],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, int] = json.loads(done.stdout)
    return told


def main() -> None:
    pks = _rows([path.stem for path in (Path(settings.MEDIA_ROOT)).rglob("*.jpg")])
    pairs: list[dict[str, Any]] = [
        {"unit": "梅溪街道办事处", "caption": "文昌路口", "before": before, "after": after}
        for before, after in zip(pks[::2], pks[1::2], strict=True)
    ]
    content = {**sample_of(Kind.CIRCULAR), "pairs": pairs}
    data = rendering.render(rendering.starter_of(Kind.CIRCULAR), content, told=lambda _done, _total: None)
    # `getrusage` would begin with the memory of whoever started this program.
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
    sys.stdout.write(json.dumps({"photos": len(pks), "bytes": len(data), "peak_kib": peak}))


def _rows(shas: list[str]) -> list[int]:
    with connection.schema_editor() as editor:
        editor.create_model(StoredFile)
    photo = {"kind": FileKind.PHOTO, "content_type": "image/jpeg", "bytes_received": 1, "received_at": clock.now()}
    rows = [
        StoredFile(name="photo.jpg", sha256_received=sha, sha256_published=sha, actor_kind=SYSTEM.kind, actor_id=SYSTEM.id, **photo)
        for sha in shas
    ]  # fmt: skip
    StoredFile.objects.bulk_create(rows)
    return list(StoredFile.objects.order_by("pk").values_list("pk", flat=True))

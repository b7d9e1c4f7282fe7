"""LibreOffice without a window: one profile and one temporary folder for each call."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from wenming.kernel.documents import errors
from wenming.kernel.documents import measures as m

TIMEOUT_SECONDS = 120
PROGRAMS = ("soffice", "libreoffice")
DETAIL_CHARACTERS = 300


def to_pdf(docx: Path, out: Path, *, timeout_seconds: int = TIMEOUT_SECONDS) -> Path:
    """Raises PaperError paper.no_office, paper.too_slow or paper.not_converted."""
    return convert(docx, out, form="pdf", timeout_seconds=timeout_seconds)


def convert(source: Path, out: Path, *, form: str, timeout_seconds: int = TIMEOUT_SECONDS) -> Path:
    """Writes `source` to `out` in a form that LibreOffice knows by its extension."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise errors.no_office()
    if not source.is_file():
        raise errors.no_file(source.name)
    with tempfile.TemporaryDirectory(prefix="wenming-paper-") as folder:
        work = Path(folder)
        fonts = work / "fonts.conf"
        fonts.write_text(font_configuration(), encoding="utf-8")
        command = [
            program,
            f"-env:UserInstallation={(work / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--convert-to",
            form,
            "--outdir",
            str(work / "out"),
            str(source.resolve()),
        ]
        said = _run(command, {**os.environ, "FONTCONFIG_FILE": str(fonts)}, timeout_seconds)
        made = work / "out" / f"{source.stem}.{form}"
        if not made.is_file():
            raise errors.not_converted(said[-DETAIL_CHARACTERS:])
        shutil.move(made, out)
    return out


def _run(command: list[str], environment: dict[str, str], timeout_seconds: int) -> str:
    """The office starts a child of its own, so the whole group is ended at the limit."""
    # The program is the office found on the path; the file names are ours.
    with subprocess.Popen(  # noqa: S603
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise errors.too_slow(timeout_seconds) from error
    return said.strip()


def font_configuration() -> str:
    """The machine's own fonts, with the nearest faces for those that offices name.

    A server rarely has 仿宋_GB2312; without this the Han characters fall to
    whatever face comes first and the digits to a Latin one that is too wide.
    """
    rules = "".join(_rule(face, others) for face, others in m.FALLBACKS.items())
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n{rules}</fontconfig>\n'
    )


def _rule(face: str, others: tuple[str, ...]) -> str:
    names = "".join(f"<string>{escape(name)}</string>" for name in others)
    weight = '<edit name="weight" mode="assign"><const>bold</const></edit>'
    return (
        f'<match target="pattern"><test name="family"><string>{escape(face)}</string></test>'
        f'<edit name="family" mode="append" binding="strong">{names}</edit>'
        f"{weight if face == m.TITLE_FONT else ''}</match>\n"
    )

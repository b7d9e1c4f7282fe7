"""The same paper as a PDF, for looking at it in the browser: LibreOffice with a profile of its own for each call."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

TIMEOUT_SECONDS: Final = 180
PROGRAMS: Final = ("soffice", "libreoffice")
# What a server calls the nearest face to those that offices name.
FACES: Final = {
    "方正小标宋简体": ("方正小标宋_GBK", "华文中宋", "Noto Serif CJK SC", "Source Han Serif SC"),
    "仿宋_GB2312": ("仿宋", "FangSong", "华文仿宋", "Noto Serif CJK SC", "Source Han Serif SC"),
    "黑体": ("SimHei", "华文黑体", "Noto Sans CJK SC", "Source Han Sans SC"),
    "楷体_GB2312": ("楷体", "KaiTi", "华文楷体", "AR PL UKai CN", "Noto Serif CJK SC", "Source Han Serif SC"),
    "宋体": ("SimSun", "华文宋体", "Noto Serif CJK SC", "Source Han Serif SC"),
}


def pdf_of(docx: bytes) -> bytes | None:
    """None where no LibreOffice is installed, or where it does not manage the file within TIMEOUT_SECONDS."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="wenming-papers-") as folder:
        work = Path(folder)
        (work / "paper.docx").write_bytes(docx)
        (work / "fonts.conf").write_text(_font_configuration(), encoding="utf-8")
        command = [program, f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--nologo", "--convert-to", "pdf", "--outdir", str(work), str(work / "paper.docx")]
        _run(command, {**os.environ, "FONTCONFIG_FILE": str(work / "fonts.conf")})
        made = work / "paper.pdf"
        return made.read_bytes() if made.is_file() else None


def _run(command: list[str], environment: dict[str, str]) -> None:
    # The program is the office found on the path; the file names are ours. It starts a child of its own, so the whole
    # group is ended at the limit.
    with subprocess.Popen(  # noqa: S603
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _font_configuration() -> str:
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{escape(face)}</string></test>'
        f'<edit name="family" mode="append" binding="strong">'
        f"{''.join(f'<string>{escape(name)}</string>' for name in others)}</edit></match>\n"
        for face, others in FACES.items()
    )
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n{rules}</fontconfig>\n'
    )

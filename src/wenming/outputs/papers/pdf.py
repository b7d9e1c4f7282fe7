"""The same paper as a PDF, for looking at it in the browser."""

import tempfile
from pathlib import Path

from wenming.kernel.documents import pdf
from wenming.kernel.documents.errors import PaperError


def pdf_of(docx: bytes) -> bytes | None:
    """None where no LibreOffice is installed, or where it does not manage the file in time."""
    with tempfile.TemporaryDirectory(prefix="wenming-papers-") as folder:
        source = Path(folder) / "paper.docx"
        source.write_bytes(docx)
        try:
            return pdf.to_pdf(source, Path(folder) / "made.pdf").read_bytes()
        except PaperError:
            return None

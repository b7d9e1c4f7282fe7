"""Which kind of document some bytes are, whatever their name says."""

import re
import zipfile
import zlib
from io import BytesIO
from typing import Final

from wenming.foundation.files.errors import (
    DocumentHasMacros,
    DocumentInflates,
    DocumentLocked,
    DocumentNotAccepted,
    DocumentTooLarge,
)
from wenming.foundation.files.limits import DOCUMENT_BYTES_MAX, UNZIPPED_BYTES_MAX, ZIP_ENTRIES_MAX

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF: Final = "application/pdf"
CSV: Final = "text/csv"
TEXT: Final = "text/plain"

EXTENSIONS: Final = {XLSX: ".xlsx", DOCX: ".docx", PDF: ".pdf", CSV: ".csv", TEXT: ".txt"}
_MAIN_PARTS: Final = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def content_type_of(data: bytes, *, name: str) -> str:
    """Raises DocumentTooLarge, DocumentLocked, DocumentHasMacros, DocumentInflates, DocumentNotAccepted."""
    if len(data) > DOCUMENT_BYTES_MAX:
        raise DocumentTooLarge(name=name, megabytes=DOCUMENT_BYTES_MAX // 1024 // 1024)
    if data.startswith(_OLE):
        raise DocumentLocked(name=name)
    if data.startswith(_ZIP):
        return _office_type(data, name)
    if data.startswith(b"%PDF-"):
        return PDF
    return _text_type(data, name)


def _office_type(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            # The directory may lie about sizes; whoever opens a part must still read it within a bound.
            if len(parts) > ZIP_ENTRIES_MAX or sum(part.file_size for part in parts) > UNZIPPED_BYTES_MAX:
                raise DocumentInflates(name=name)
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise DocumentNotAccepted(name=name) from error
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise DocumentHasMacros(name=name)
    kinds = [kind for part, kind in _MAIN_PARTS.items() if part in names]
    if "[Content_Types].xml" not in names or len(kinds) != 1:
        raise DocumentNotAccepted(name=name)
    return kinds[0]


def _text_type(data: bytes, name: str) -> str:
    """Text in UTF-8 or GB 18030; only the name can tell a table from a letter."""
    text = decoded(data)
    if not text or not text.strip() or _CONTROLS.search(text) or text.lstrip().startswith("<"):
        raise DocumentNotAccepted(name=name)
    return CSV if name.lower().endswith(".csv") else TEXT


def decoded(data: bytes) -> str:
    """Text of a Chinese office: UTF-8 with or without its mark, else GB 18030; "" for what is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""

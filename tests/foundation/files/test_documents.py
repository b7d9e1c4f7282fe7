"""Documents in: by what they hold, never by what they are called."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook

from wenming.foundation.files import documents, limits, selectors, services
from wenming.foundation.files.errors import (
    DocumentHasMacros,
    DocumentInflates,
    DocumentLocked,
    DocumentNotAccepted,
    DocumentTooLarge,
)
from wenming.foundation.files.models import StoredFile
from wenming.kernel.actors import SYSTEM
from wenming.kernel.errors import DomainError


def saved(paper: Any) -> bytes:
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def office(**parts: bytes) -> bytes:
    return zipped(**{"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", **parts})


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (saved(Workbook()), "表.docx", documents.XLSX),
        (saved(Document()), "a.txt", documents.DOCX),
        (b"%PDF-1.7\n", "a.xlsx", documents.PDF),
        ("编号,名称\n".encode(), "A.CSV", documents.CSV),
        ("编号,名称\n".encode("gb18030"), "a.csv", documents.CSV),
        ("\ufeff第一行\r\n第二行\t。\f".encode(), "a", documents.TEXT),
    ],
    ids=["xlsx", "docx", "pdf", "csv", "gbk", "text"],
)
def test_content_type_of_what_is_accepted(data: bytes, name: str, kind: str) -> None:
    assert documents.content_type_of(data, name=name) == kind


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", DocumentNotAccepted),
        (b"  \n", DocumentNotAccepted),
        (b"\x7fELF\0\0", DocumentNotAccepted),
        (b"<html><script>", DocumentNotAccepted),
        (b" <svg>", DocumentNotAccepted),
        (b"\xff\xff\xff\xff", DocumentNotAccepted),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DocumentLocked),
        (b"PK\x03\x04", DocumentNotAccepted),
        (zipped(**{"a.txt": b"x"}), DocumentNotAccepted),
        (zipped(**{"xl/workbook.xml": b"x"}), DocumentNotAccepted),
        (office(**{"word/document.xml": b"x"}), DocumentNotAccepted),
        (office(**{"xl/vbaProject.bin": b"x"}), DocumentHasMacros),
        (office(**{"xl/big.xml": b"0" * (limits.UNZIPPED_BYTES_MAX + 1)}), DocumentInflates),
        (office(**{f"{n}.xml": b"" for n in range(limits.ZIP_ENTRIES_MAX)}), DocumentInflates),
        (b"a" * (limits.DOCUMENT_BYTES_MAX + 1), DocumentTooLarge),
    ],
    ids=["empty", "blank", "elf", "html", "svg", "bytes", "ole", "cut-zip", "zip", "no-types", "both", "macros",
         "bomb", "entries", "large"],
)  # fmt: skip
def test_content_type_of_what_is_refused(data: bytes, error: type[DomainError]) -> None:
    with pytest.raises(error) as refusal:
        documents.content_type_of(data, name="表.xlsx")
    assert "表.xlsx" in str(refusal.value)


@pytest.mark.django_db
def test_receive_document_keeps_the_bytes() -> None:
    data = saved(Workbook())
    file = services.receive_document(data=data, name="d:\\表.xlsx", by=SYSTEM)
    assert StoredFile.objects.get() == file
    assert selectors.open_received(file) == data
    assert (file.name, file.content_type, file.sha256_published) == ("表.xlsx", documents.XLSX, "")

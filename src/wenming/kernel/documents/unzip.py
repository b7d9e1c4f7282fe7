"""Opens a file from outside: nothing is unpacked beyond the limits named here."""

import io
import posixpath
import zipfile
import zlib
from pathlib import Path

from lxml import etree

from wenming.kernel.documents import errors
from wenming.kernel.documents.wml import Element

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_MEMBERS = 4_000
MAX_PART_BYTES = 32 * 1024 * 1024
MAX_READ_BYTES = 64 * 1024 * 1024
# Text in XML packs some twenty times; a bomb a thousand times. Small parts may do as they like.
MAX_RATIO = 200
RATIO_FREE_BYTES = 1024 * 1024

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
OFFICE_DOCUMENT = "/officeDocument"

_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class Package:
    """The parts of a .docx by name, parsed without entities and without the network."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._left = MAX_READ_BYTES
        self._zip = self._opened(self._bytes(path))

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise errors.no_file(path.name) from error
        if len(data) > MAX_FILE_BYTES:
            raise errors.too_large(path.name, MAX_FILE_BYTES)
        if data.startswith(OLE_SIGNATURE):
            raise errors.is_locked(path.name)
        return data

    def _opened(self, data: bytes) -> zipfile.ZipFile:
        try:
            package = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_FAULTS as error:
            raise errors.not_word(self.name) from error
        names = package.namelist()
        if len(names) > MAX_MEMBERS:
            raise errors.too_large(self.name, MAX_MEMBERS)
        if len(set(names)) != len(names):
            # Two parts of one name: Word and we might read different ones.
            raise errors.is_damaged(self.name)
        return package

    def has(self, part: str) -> bool:
        return part in self._zip.NameToInfo

    def names(self) -> list[str]:
        return self._zip.namelist()

    def data(self, part: str) -> bytes:
        """Raises PaperError paper.is_damaged, paper.too_large or paper.too_dense."""
        info = self._zip.NameToInfo.get(part)
        if info is None:
            raise errors.is_damaged(part)
        limit = min(MAX_PART_BYTES, self._left)
        if info.file_size > limit:
            raise errors.too_large(part, limit)
        if info.file_size > max(RATIO_FREE_BYTES, info.compress_size * MAX_RATIO):
            raise errors.too_dense(part)
        try:
            with self._zip.open(info) as member:
                data = member.read(limit + 1)
        except _ZIP_FAULTS as error:
            raise errors.is_damaged(part) from error
        if len(data) > limit:
            raise errors.too_large(part, limit)
        self._left -= len(data)
        return data

    def xml(self, part: str) -> Element:
        """Raises also PaperError paper.has_dtd."""
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(self.data(part), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise errors.is_damaged(part) from error
        if root is None:
            raise errors.is_damaged(part)
        if root.getroottree().docinfo.internalDTD is not None:
            raise errors.has_dtd(part)
        return root

    def related(self, part: str) -> list[tuple[str, str]]:
        """(kind, part) of what a part points to inside the package, by its last word."""
        folder, name = posixpath.split(part)
        relationships = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(relationships):
            return []
        found: list[tuple[str, str]] = []
        for row in self.xml(relationships):
            if row.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/" + folder, row.get("Target", "")))
            kind = (row.get("Type") or "").rpartition("/")[2]
            found.append((kind, target.lstrip("/")))
        return found

    def main_part(self) -> str:
        for kind, part in self.related(""):
            if kind == "officeDocument" and self.has(part):
                return part
        raise errors.not_word(self.name)

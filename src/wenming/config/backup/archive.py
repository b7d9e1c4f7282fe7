"""The backup file: a tar whose first two members say what follows and prove it.

`manifest.json` names every member with its size and SHA-256, the version and migrations of the installation and the
rows of each table; `manifest.sha256` proves the manifest. Files are kept under their own hash, so that the manifest can
be written before they are read; the database is packed first. A tar reader of any make can open it.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol

from wenming.config.backup.errors import Damaged, NotABackup

FORMAT: Final = "wenming-backup-1"
MANIFEST: Final = "manifest.json"
PROOF: Final = "manifest.sha256"
DATABASE: Final = "database"
# No manifest of a city comes near this: a file that claims more is not ours.
MANIFEST_BYTES_MAX: Final = 512 * 1024 * 1024
PIECE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`rows` counts each table in the same snapshot as the database; `missing` names files that no disk held any more."""

    format: str
    version: str
    made_at: str
    vendor: str
    migrations: list[str]
    rows: dict[str, int]
    members: list[Member]
    missing: list[str]

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1).encode()


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(target: IO[bytes], manifest: Manifest, sources: Mapping[str, Path]) -> None:
    """`sources` maps each member's name to the file that holds it. Raises Damaged where one is not what was announced."""
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as tar:
        text = manifest.as_bytes()
        _add(tar, MANIFEST, io.BytesIO(text), len(text))
        proof = hashlib.sha256(text).hexdigest().encode()
        _add(tar, PROOF, io.BytesIO(proof), len(proof))
        for member in manifest.members:
            with sources[member.name].open("rb") as file:
                reader = _Hashing(file)
                _add(tar, member.name, reader, member.size)
            if reader.hexdigest() != member.sha256:
                raise Damaged(member=member.name)


def read_manifest(path: Path) -> Manifest:
    """Raises NotABackup, Damaged."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            text = _small(tar, MANIFEST, path)
            proof = _small(tar, PROOF, path)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise NotABackup(path=path) from error
    if hashlib.sha256(text).hexdigest().encode() != proof:
        raise Damaged(member=MANIFEST)
    try:
        read: dict[str, Any] = json.loads(text)
        manifest = Manifest(**{**read, "members": [Member(**member) for member in read["members"]]})
    except (ValueError, TypeError, KeyError) as error:
        raise NotABackup(path=path) from error
    if manifest.format != FORMAT:
        raise NotABackup(path=path)
    return manifest


def check(path: Path, manifest: Manifest) -> None:
    """Reads the whole file once and compares every member. Raises Damaged."""
    for member, stream in _members(path, manifest):
        reader = _Hashing(stream)
        while reader.read(PIECE_BYTES):
            pass
        if reader.hexdigest() != member.sha256:
            raise Damaged(member=member.name)


def extract(path: Path, manifest: Manifest) -> Iterator[tuple[Member, IO[bytes]]]:
    """Each member with a stream of its bytes, to be read before the next one is asked for."""
    yield from _members(path, manifest)


def _members(path: Path, manifest: Manifest) -> Iterator[tuple[Member, IO[bytes]]]:
    """In the order of the manifest, which is that of the file; nothing that the manifest does not name is looked at."""
    with tarfile.open(path, mode="r:") as tar:
        for member in manifest.members:
            try:
                found = tar.next()
                while found is not None and found.name in (MANIFEST, PROOF):
                    found = tar.next()
                stream = tar.extractfile(found) if found is not None and found.isfile() else None
            except (tarfile.TarError, EOFError) as error:
                raise Damaged(member=member.name) from error
            if found is None or stream is None or found.name != member.name or found.size != member.size:
                raise Damaged(member=member.name)
            yield member, stream


def _small(tar: tarfile.TarFile, name: str, path: Path) -> bytes:
    found = tar.next()
    stream = tar.extractfile(found) if found is not None and found.name == name and found.isfile() else None
    if found is None or stream is None or found.size > MANIFEST_BYTES_MAX:
        raise NotABackup(path=path)
    return stream.read()


def _add(tar: tarfile.TarFile, name: str, source: "_Readable", size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    try:
        tar.addfile(info, source)
    except OSError as error:
        # A file shorter than announced; a full disk carries a number and is told apart by the caller.
        if error.errno is None:
            raise Damaged(member=name) from error
        raise


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class _Hashing:
    """Hands on what it reads and remembers its hash."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(size)
        self._hash.update(piece)
        return piece

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

"""A trained machine: kept as plain arrays and words, so that loading one runs nothing that is in it."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wenming.engines.triage.errors import BadModel
from wenming.engines.triage.features import Part
from wenming.engines.triage.grams import LONGEST_MAX
from wenming.engines.triage.linear import Judges

VERSION: Final = 1
BYTES_MAX: Final = 400 * 1024 * 1024
_ARRAYS: Final = {
    "body_keys": (np.uint64, 1),
    "body_rarity": (np.float32, 1),
    "head_keys": (np.uint64, 1),
    "head_rarity": (np.float32, 1),
    "pull": (np.float32, 2),
    "loudness": (np.float32, 2),
    "bias": (np.float32, 1),
    "card": (np.uint8, 1),
}


@dataclass(frozen=True, slots=True)
class Machine:
    names: tuple[str, ...]
    judges: Judges
    sharpness: float
    threshold: float | None
    card: Mapping[str, Any]


def dump(machine: Machine) -> bytes:
    """An .npz without any Python object in it; `card` is JSON in UTF-8."""
    judges = machine.judges
    head = {"version": VERSION, "names": machine.names, "longest": judges.longest, "sharpness": machine.sharpness}
    words = json.dumps({**head, "threshold": machine.threshold, "card": machine.card}, ensure_ascii=False)
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        body_keys=judges.body.keys,
        body_rarity=judges.body.rarity,
        head_keys=judges.head.keys,
        head_rarity=judges.head.rarity,
        pull=judges.pull,
        loudness=judges.loudness,
        bias=judges.bias,
        card=np.frombuffer(words.encode(), dtype=np.uint8),
    )
    return stream.getvalue()


def load(data: bytes) -> Machine:
    """Raises BadModel for whatever `dump` would not have written."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > BYTES_MAX:
                raise BadModel
        with np.load(io.BytesIO(data), allow_pickle=False) as package:
            arrays = {name: package[name] for name in _ARRAYS}
        said = json.loads(bytes(arrays["card"]))
        machine = _machine(arrays, said)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise BadModel from error
    return machine


def _machine(arrays: Mapping[str, Any], said: Mapping[str, Any]) -> Machine:
    for name, (kind, dimensions) in _ARRAYS.items():
        if arrays[name].dtype != kind or arrays[name].ndim != dimensions:
            raise BadModel
    names = tuple(str(name) for name in said["names"])
    longest = int(said["longest"])
    runs = len(arrays["body_keys"]) + len(arrays["head_keys"])
    shape = (runs, len(names))
    is_whole = (
        said["version"] == VERSION
        and 1 <= longest <= LONGEST_MAX
        and arrays["pull"].shape == arrays["loudness"].shape == shape
        and arrays["bias"].shape == (len(names),)
        and len(names) >= 2
    )
    for part in ("body", "head"):
        keys = arrays[f"{part}_keys"]
        is_whole &= len(keys) == len(arrays[f"{part}_rarity"]) and bool(np.all(keys[1:] > keys[:-1]))
    if not is_whole or not all(np.isfinite(arrays[name]).all() for name in ("pull", "loudness", "bias")):
        raise BadModel
    judges = Judges(
        longest,
        Part(arrays["body_keys"], arrays["body_rarity"]),
        Part(arrays["head_keys"], arrays["head_rarity"]),
        arrays["pull"],
        arrays["loudness"],
        arrays["bias"],
    )
    threshold = said["threshold"]
    return Machine(
        names, judges, float(said["sharpness"]), None if threshold is None else float(threshold), dict(said["card"])
    )

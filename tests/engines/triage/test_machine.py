import io
import json
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.triage.conftest import made_texts
from wenming.engines.triage import services
from wenming.engines.triage.errors import BadModel
from wenming.engines.triage.machine import Machine


def repacked(data: bytes, **changed: Any) -> bytes:
    with np.load(io.BytesIO(data)) as package:
        arrays = {name: package[name] for name in package.files}
    stream = io.BytesIO()
    np.savez(stream, **{**arrays, **changed})
    return stream.getvalue()


class Trap:
    """Unpickling one makes a folder."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (os.mkdir, (self.path,))


def test_load_answers_as_what_was_dumped(machine: Machine) -> None:
    texts, _labels = made_texts(20, seed=4)
    loaded = services.load(services.dump(machine))
    assert services.predict(loaded, texts) == services.predict(machine, texts)
    assert loaded.card == json.loads(json.dumps(machine.card))


def test_load_runs_nothing_that_is_in_the_file(machine: Machine, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    hostile = np.array([Trap(str(trap))], dtype=object)
    for data in (repacked(services.dump(machine), bias=hostile), pickle.dumps(Trap(str(trap)))):
        with pytest.raises(BadModel):
            services.load(data)
    assert not trap.exists()
    np.load(io.BytesIO(repacked(services.dump(machine), bias=hostile)), allow_pickle=True)["bias"]
    assert trap.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"bias": np.zeros(1, np.float32)},
        {"bias": np.array([np.nan] * 3, np.float32)},
        {"body_rarity": np.zeros(2, np.float32)},
        {"pull": np.zeros((2, 3), np.float32)},
        {"card": np.frombuffer(b"{}", np.uint8)},
        {"card": np.frombuffer(b"no", np.uint8)},
    ],
)
def test_load_refuses_what_does_not_fit(machine: Machine, changed: dict[str, Any]) -> None:
    with pytest.raises(BadModel):
        services.load(repacked(services.dump(machine), **changed))


def test_load_refuses_unsorted_keys_and_half_a_file(machine: Machine) -> None:
    data = services.dump(machine)
    for broken in (repacked(data, head_keys=machine.judges.head.keys[::-1]), data[: len(data) // 2], b""):
        with pytest.raises(BadModel):
            services.load(broken)


def test_dump_is_a_package_of_plain_arrays(machine: Machine) -> None:
    with zipfile.ZipFile(io.BytesIO(services.dump(machine))) as package:
        assert {name.rsplit(".")[-1] for name in package.namelist()} == {"npy"}

"""The folder of an installation, `DIR/simulators/`: what the simulators and the platform tell each other by files.

| file | written by | holds |
|---|---|---|
| `people.json` | the platform's demo story; without it the cast shipped here | who exists (`people.py`) |
| `clients.json` | the simulators, at first start; the platform may add to it | who may call (`clients.py`) |
| `endpoints.json` | the simulators, when they answer | their real addresses |
| `keys.json` | the simulators, at first start | private keys of this installation (`signing.py`) |

Files that hold secrets have mode 0600. Every write is atomic: a reader sees the old file or the new one, never a part.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Folder:
    """`root` is `DIR/simulators`."""

    root: Path

    @property
    def people(self) -> Path:
        return self.root / "people.json"

    @property
    def clients(self) -> Path:
        return self.root / "clients.json"

    @property
    def endpoints(self) -> Path:
        return self.root / "endpoints.json"

    @property
    def keys(self) -> Path:
        return self.root / "keys.json"


def write_json(path: Path, content: Any) -> None:
    """Afterwards `path` holds `content`, readable by its owner only."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)


class BadFile(ValueError):
    """A file of the folder that cannot be used; the message names the file and the place in it, never a value."""


def read_object(path: Path) -> dict[str, Any]:
    """BadFile when the file is not one JSON object."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(f"{path.name}: {type(error).__name__}") from error
    if not isinstance(content, dict):
        raise BadFile(f"{path.name}: not an object")
    return content

"""`python -m bench.directory_import FILE`: imports one extraction in this process, and prints what it took as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import django

django.setup()

from socle.base.access.actor import system  # noqa: E402
from socle.base.directory.actions.imports import import_file  # noqa: E402
from socle.deploy import pool  # noqa: E402


def main(path: Path) -> None:
    begun = time.monotonic()
    report = import_file(actor=system("annuaire"), path=path)
    taken = {
        "seconds": time.monotonic() - begun,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "report": {name: getattr(report, name) for name in ("added", "changed", "gone", "bad_count")},
    }
    pool.close()
    print(json.dumps(taken))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

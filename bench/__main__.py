"""`make bench`, or `python -m bench NAME…`: a platform of its own, the workloads, their figures in docs/performance.md."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from types import ModuleType

WORKLOADS = ("synthesis",)


def main(names: list[str]) -> int:
    chosen: list[ModuleType] = []
    folder = Path(tempfile.mkdtemp(prefix="socle-bench-"))
    folder.chmod(0o711)
    data = folder / "installation"
    os.environ |= {"SOCLE_DATA": str(data), "SOCLE_PROFILE": "demo", "DJANGO_SETTINGS_MODULE": "socle.deploy.settings"}
    from tests import running

    platform = running.start(data, "--no-story", extra={"SOCLE_STRICT_TEMPLATES": "", "SOCLE_PROFILE": "demo"})
    try:
        import django

        django.setup()
        chosen = [import_module(f"bench.{name}") for name in names or WORKLOADS]
        from bench import figures

        for module in chosen:
            command = f"python -m bench {module.__name__.removeprefix('bench.')}"
            figures.keep(module.NAME, module.TITLE, module.DATASET, command, list(module.run(platform)))
    finally:
        from django.db import connections

        connections.close_all()
        platform.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make bench`, or `python -m bench [--full] NAME…`: a platform of its own, the workloads, their figures in docs/performance.md.

`--full` takes the sizes and times of the targets (about an hour); without it each workload is as short as it can be and still
measure the same thing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

WORKLOADS = ("synthesis", "fhir", "saturation", "directory", "memory")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", choices=[[], *WORKLOADS], metavar="NAME", help=", ".join(WORKLOADS))
    parser.add_argument("--full", action="store_true", help="sizes and times of the targets")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="socle-bench-"))
    folder.chmod(0o711)
    data = folder / "installation"
    os.environ |= {"SOCLE_DATA": str(data), "SOCLE_PROFILE": "demo", "DJANGO_SETTINGS_MODULE": "socle.deploy.settings"}
    from bench.processes import Machine

    first = Machine.now()
    from tests import running

    platform = running.start(data, "--no-story", extra={"SOCLE_STRICT_TEMPLATES": "", "SOCLE_PROFILE": "demo"})
    try:
        import django

        django.setup()
        from bench import figures

        for name in asked.names or WORKLOADS:
            module = import_module(f"bench.{name}")
            begun = Machine(first.load, *Machine.now().seconds)
            measured = list(module.run(platform, asked.full))
            command = " ".join(["python -m bench", *(["--full"] if asked.full else []), name])
            figures.keep(module.NAME, module.TITLE, module.dataset(asked.full), command, measured, begun)
    finally:
        from socle.deploy import demotion, pool

        pool.close()
        platform.stop()
        demotion.remove_place(data / "postgres")
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

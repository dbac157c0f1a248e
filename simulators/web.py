"""The WSGI application of the worker process."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from django.core.wsgi import get_wsgi_application

_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Afterwards this worker is told to stop when the process that started it dies, even by SIGKILL: no port stays taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


os.environ["DJANGO_SETTINGS_MODULE"] = "simulators.settings"
_end_with_parent()
application = get_wsgi_application()

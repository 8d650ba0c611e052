"""Programs of the machine that some tests need."""

from __future__ import annotations

import os
import shutil

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
"""PgBouncer, None where it is not installed (`apt install pgbouncer`)."""

"""A project of files, and the fingerprints of its workflows as whoever has only files finds them."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from holdfast_rules.fingerprint import HOLDFAST, Boundaries, Fingerprint, Fingerprints, Located


class Files:
    """Modules below one folder, imported by their dotted names from it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def locate(self, module: str, level: int, importer: str) -> Located | None:
        start = self.root
        if level:
            start = Path(importer).parent
            for _ in range(level - 1):
                start = start.parent
        for found in (self.root / "site-packages", start) if not level else (start,):
            target = found.joinpath(*module.split(".")) if module else found
            for path in (target / "__init__.py", target.with_suffix(".py")):
                if path.exists():
                    return Located(str(path), str(path))
            if target.is_dir():
                return Located(str(target), str(target))
        return None

    def source(self, key: str) -> bytes | None:
        return Path(key).read_bytes() if key.endswith(".py") else None


Fingerprinted = Callable[..., Fingerprint]


@pytest.fixture
def fingerprint(tmp_path: Path) -> Fingerprinted:
    """Write files and return the fingerprint of `wf` in `app.py`, or of another unit."""
    runs = iter(range(1_000_000))

    def find(
        files: Mapping[str, str],
        unit: str = "app.py:wf",
        *,
        boundaries: Boundaries = HOLDFAST,
        packages: tuple[str, ...] = (),
    ) -> Fingerprint:
        root = tmp_path / str(next(runs))
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        path, _, qualname = unit.partition(":")
        file = os.path.join(root, path)
        found = Fingerprints(Files(root), boundaries, packages).of(Located(file, file), qualname)
        assert found is not None
        return found

    return find

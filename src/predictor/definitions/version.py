"""Who we are among distributions: one name, one version, both written in `pyproject.toml` and nowhere else.

Run from a checkout the project file itself is read, because what an older installation left behind would tell an old version;
elsewhere the description that pip installed.
"""

from __future__ import annotations

import importlib.metadata
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

DISTRIBUTION = "kol-predictor"  # the name on an index; `predictor` there is somebody else's package
UNKNOWN = "0+unknown"


@cache
def package_version() -> str:
    """Our version, or `0+unknown` where the files were copied without any description."""
    project = source_project()
    if project is not None:
        return str(project["version"])
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return UNKNOWN


def source_project() -> dict[str, Any] | None:
    """The table `project` of our checkout's `pyproject.toml`; none where we are installed."""
    folder = source_folder()
    return _project(folder / "pyproject.toml") if folder is not None else None


def source_folder() -> Path | None:
    """Our checkout, where the package is run from one."""
    folder = Path(str(files("predictor"))).parents[1]
    return folder if _project(folder / "pyproject.toml") is not None else None


def _project(file: Path) -> dict[str, Any] | None:
    """The table `project`, if the file is ours."""
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("project", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return table if table.get("name") == DISTRIBUTION else None

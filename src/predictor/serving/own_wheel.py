"""Our own package as a wheel, written from the files that run: it travels inside every logged model.

A model that asked an index for us by name would be given what the owner of that name likes. A wheel is a zip of the package's
files, its description, and a list of both with checksums; equal files give equal bytes.
"""

from __future__ import annotations

import csv
import importlib.metadata
import io
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from predictor.definitions.version import DISTRIBUTION, package_version, source_folder, source_project
from predictor.errors import Fault, RowsError

WRITTEN = (2020, 2, 2, 0, 0, 0)  # of every file in the zip, so that the bytes do not depend on the day
LEFT_OUT = {"__pycache__", "trained", "README.md"}  # never part of the package, as in `pyproject.toml`
PARTS = ("METADATA", "entry_points.txt")
WHEEL = "Wheel-Version: 1.0\nGenerator: {generator}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_wheel(folder: Path) -> Path:
    """Write the running package, with the shipped definitions, as a wheel into `folder`.

    Raises
    ------
    RowsError
        Where the package runs from copied files that say nothing about its requirements.
    """
    name = f"{DISTRIBUTION.replace('-', '_')}-{package_version()}"
    info = f"{name}.dist-info"
    content = dict(sorted(_package()))
    for part, text in _description().items():
        content[f"{info}/{part}"] = text.encode()
    content[f"{info}/WHEEL"] = WHEEL.format(generator=DISTRIBUTION).encode()
    content[f"{info}/RECORD"] = _record(content, f"{info}/RECORD")
    path = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for place, data in content.items():
            entry = zipfile.ZipInfo(place, WRITTEN)
            entry.external_attr = 0o100644 << 16
            wheel.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return path


def requirements(wheel: Path, versions: Mapping[str, str]) -> list[str]:
    """What a logged model needs: our wheel, beside it in MLflow's folder `code`, and the libraries that it learned with."""
    return [
        f"code/{wheel.name}",
        *(f"{name}=={number}" for name, number in versions.items() if name not in ("python", "predictor")),
    ]


def _package() -> Iterator[tuple[str, bytes]]:
    """Every file of the package with its place in the wheel; from a checkout the definitions lie beside it."""
    yield from _tree(files("predictor"), "predictor")
    checkout = source_folder()
    if checkout is not None:
        for kind in ("features", "models"):
            shipped = _tree(checkout / kind, f"predictor/_definitions/{kind}")
            yield from ((place, data) for place, data in shipped if place.endswith(".yaml"))  # whatever else somebody lays there


def _tree(folder: Traversable, place: str) -> Iterator[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.name in LEFT_OUT or one.name.startswith("."):
            continue
        if one.is_dir():
            yield from _tree(one, f"{place}/{one.name}")
        else:
            yield f"{place}/{one.name}", one.read_bytes()


def _description() -> dict[str, str]:
    """Name, requirements and command: from the checkout's project file, or as they were installed."""
    project = source_project()
    if project is not None:
        return {"METADATA": _metadata(project), "entry_points.txt": _entry_points(project)}
    try:
        installed = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        problem = f"runs from copied files that do not say what it requires; install {DISTRIBUTION}, then log the model again."
        raise RowsError([Fault("predictor", problem)]) from None
    return {part: text for part in PARTS if (text := installed.read_text(part)) is not None}


def _metadata(project: Mapping[str, Any]) -> str:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {project['name']}",
        f"Version: {project['version']}",
        f"Summary: {project['description']}",
        f"Keywords: {','.join(project['keywords'])}",
        *(f"Classifier: {one}" for one in project["classifiers"]),
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {one}" for one in project["dependencies"]),
    ]
    for extra, needed in project["optional-dependencies"].items():
        lines += [f"Provides-Extra: {extra}", *(f"Requires-Dist: {one}; extra == '{extra}'" for one in needed)]
    return "\n".join(lines) + "\n"


def _entry_points(project: Mapping[str, Any]) -> str:
    return "\n".join(["[console_scripts]", *(f"{name} = {place}" for name, place in project["scripts"].items())]) + "\n"


def _record(content: Mapping[str, bytes], own: str) -> bytes:
    """The list of all files with checksum and size; of itself it can say neither."""
    lines = io.StringIO()
    rows = csv.writer(lines, lineterminator="\n")
    for place, data in content.items():
        rows.writerow([place, f"sha256={urlsafe_b64encode(sha256(data).digest()).rstrip(b'=').decode()}", len(data)])
    rows.writerow([own, "", ""])
    return lines.getvalue().encode()

"""What the cells of an .xlsx hold besides what they show: links set on them or by HYPERLINK formulas, and comments."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from openpyxl.utils import range_boundaries

from predictor.tables.sheet_sizes import Place, sheet_names

LINK = re.compile(r"<(?:\w+:)?hyperlink\s(?P<attributes>[^>]*)>")
ATTRIBUTE = re.compile(r"(?P<name>[\w:]+)=(?P<quote>[\"'])(?P<value>.*?)(?P=quote)")
FORMULA = re.compile(
    r"<c\s[^>]*?\br=\"(?P<ref>[A-Z]{1,3}\d{1,7})\"[^>]*>\s*<f[^>]*>\s*HYPERLINK\((?:\"|&quot;)(?P<target>[^\"<]*?)(?:\"|&quot;)\s*[,)]"
)


def hyperlinks(path: Path) -> dict[str, dict[Place, str]]:
    """The addresses that cells lead to, by the name of the sheet and their place in it; of several cells the first."""
    with zipfile.ZipFile(path) as archive:
        return {name: _of_sheet(archive, part) for part, name in sheet_names(archive).items() if part in archive.namelist()}


def _of_sheet(archive: zipfile.ZipFile, part: str) -> dict[Place, str]:
    sheet, targets = archive.read(part).decode("utf-8", "replace"), _targets(archive, part)
    found = {_place(one["ref"]): html.unescape(one["target"]) for one in FORMULA.finditer(sheet)} if "HYPERLINK(" in sheet else {}
    for link in LINK.finditer(sheet) if targets else ():
        said = {one["name"].rpartition(":")[2]: one["value"] for one in ATTRIBUTE.finditer(link["attributes"])}
        if said.get("id") in targets and "ref" in said:
            found[_place(said["ref"])] = targets[said["id"]]
    return found


def comments(path: Path) -> dict[str, dict[Place, str]]:
    """The comments on cells, by the name of the sheet and their place in it."""
    with zipfile.ZipFile(path) as archive:
        return {name: _comments_of(archive, part) for part, name in sheet_names(archive).items()}


def _comments_of(archive: zipfile.ZipFile, part: str) -> dict[Place, str]:
    found = {}
    for target in _targets(archive, part, "/comments").values():
        file = (
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
        )
        every = ElementTree.fromstring(archive.read(file)) if file in archive.namelist() else ()
        for one in (one for part in every for one in part if one.tag.endswith("}comment")):
            said = "".join(piece.text or "" for piece in one.iter() if piece.tag.endswith("}t"))
            found[_place(one.get("ref", "A1"))] = " ".join(said.split())
    return {place: said for place, said in found.items() if said}


def _targets(archive: zipfile.ZipFile, part: str, kind: str = "/hyperlink") -> dict[str, str]:
    """What a sheet leads to of a kind, outside of its own file, by their ids."""
    folder, name = posixpath.split(part)
    links = f"{folder}/_rels/{name}.rels"
    if links not in archive.namelist():
        return {}
    every = ElementTree.fromstring(archive.read(links))
    return {one.get("Id", ""): one.get("Target", "") for one in every if one.get("Type", "").endswith(kind)}


def _place(ref: str) -> Place:
    column, row, _, _ = range_boundaries(ref.replace("$", ""))
    return row or 1, column or 1

"""Workbooks of other programs: .xls and .xlsb read by their path, and refused where a cell stands far from all others."""

import base64
import struct
import zipfile
import zlib

import pandas as pd
import pytest

from builders import CATALOGUE, run
from predictor.errors import RowsError
from predictor.intake.contract import read_candidates
from predictor.tables.files import read_frame
from predictor.tables.workbooks import workbook_sheets

# A workbook of Excel 97 as xlwt writes it: the rows below in sheet 'Báo giá', dates shown as DD/MM/YYYY, and a hidden sheet 'Ẩn'.
XLS = zlib.decompress(base64.b64decode(
    "eNrtWF1IVEEU/ubu3T/zZ9c0UGG5CJmaYBGBL7olpi/tYiH9EdSqiy0re2MTSh/Msn0Mgp6KXiSDerF60aKCfOshMOwhCILdelMIgoIe1NuZs/duahu4UIJ1"
    "v8ucmTln5pu5M2d+7n0z509PPK7OYB3a4MCK4YVrlU5Q8FoZH8huGDJpxR4Kho0tBa+HJtLlxLOS1245h3K+M1DwSJ0lCXykcBrnEdYTUW0T0c59iAjZh1ah"
    "ku8puEOhFFXcr3KWfSy3s3zIZZ+zPMCa6yxbqWxanMJcMNzYYvrxCaWWbaUkBWa4znvW7EUlXkk/vnxDZMs6cTAZiwxuMUNALcYkaEq7ooloUubLcA9FQEdH"
    "cyjUfJKQRgVN9yS+GRrw1VrXLzVbv7l6AdJ/X6t3/0bvoUlcr7+pqMAYjLNCOnMKZRhRpcWN9oyuDcQyKRRj2iWdQxH3AwksYZQ04OAAehYSHogwZsmkYQh3"
    "KR6QG32nPjioX4wmL5TAotLqj4U7Gog+PJAepuhwLHGOmHti8R497oIYwmJAw35iSUrqUCRGh0JnpC/aq+txUrTsiZOfXiqSJwnvPL41O08Jr8dikv30GjLt"
    "51XpoxdfevBlPtTbHTzDmjE+bbJn0k45ADBwRdagyqVscbB0UmjkGrtZXmXWGk5Xs6ygMhTXdVeaic5xLnONrXXUzj7G2+CuVel6SqcWjzwJpD4FGyg91ZUZ"
    "qZh6F5xALQ1dP9WXzziaRJO4fUviadCKhbl7fWBZ9ctO5lF8Zt8N8+Atw7JcuwQ/y2xOjo7I5RRzrLI5B+UcuZxKOdVkFnmYBTM7zfKCmeV8jCpFvPP6UTvh"
    "Nm2S2Z2zqfQuC/MKMyt5mBVm9pjM2Rn15nKSWfbvBY+IZFZqZij9mRhVtCnlmJYEtJ//xGb4jsjJreo7Iq/vbJM3OzmqyDeqNmzYsGHDho3/A4Jvjtnbsmre"
    "l1388ZD9r7NMYcX+TfLP4ih0eobow+8QEvzZNlyQ/+yAU1hcYoN1rP+FEsep9STi6OV+xAv2X7oNi9Xvs+GKvj+3hAptf6WQfv7l9n8AuxAkdQ=="
))  # fmt: skip
ROWS = [
    ["Tên", "Nền tảng", "Followers", "Báo giá (VND)"],
    ["Linh", "TikTok", 125000.0, "từ 5tr"],
    ["Mai", "Facebook", "80k", 3000000.0],
]


def record(kind, body=b""):
    """A record of .xlsb: its number and the length of its body in seven bits a byte, and the body."""
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, left = b"", len(body)
    while left >= 128:
        length, left = length + bytes([left & 0x7F | 0x80]), left >> 7
    return number + length + bytes([left]) + body


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell(column, value):
    head = struct.pack("<II", column, 0)
    return record(6, head + wide(value)) if isinstance(value, str) else record(5, head + struct.pack("<d", value))


def xlsb(path, rows, name="Báo giá"):
    """A workbook of one sheet, of rows by their number from 0: lists of text, numbers and None."""
    last = max(rows), max(len(row) for row in rows.values()) - 1
    body = record(129) + record(148, struct.pack("<IIII", 0, last[0], 0, last[1])) + record(145)
    for number, row in rows.items():
        body += record(0, struct.pack("<IIHBBBI", number, 0, 320, 0, 0, 0, 0))
        body += b"".join(cell(column, value) for column, value in enumerate(row) if value is not None)
    book = (
        record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide(name)) + record(144) + record(132)
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    tie = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="%s/%s" Target="%s"/></Relationships>'
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" '
        'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", tie % (kind, "officeDocument", "xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", tie % (kind, "worksheet", "worksheets/sheet1.bin"))
        archive.writestr("xl/worksheets/sheet1.bin", body + record(146) + record(130))
    return path


@pytest.fixture(params=[".xls", ".xlsb"])
def book(request, tmp_path):
    path = tmp_path / f"list{request.param}"
    if request.param == ".xlsb":
        return xlsb(path, dict(enumerate(ROWS)))
    path.write_bytes(XLS)
    return path


def test_a_list_in_a_workbook_of_excel_97_or_in_binary_is_read_by_its_path(book, tmp_path, capsys):
    code, out, err = run(capsys, "import", book, "-o", tmp_path / "data", "--table", "candidates")
    found = pd.read_csv(tmp_path / "data" / "candidates.csv")
    assert code == 0, out + err
    assert found[["name", "platform", "followers", "fee"]].to_numpy().tolist() == [
        ["Linh", "tiktok", 125_000, 5e6], ["Mai", "facebook", 80_000, 3e6],
    ]  # fmt: skip
    assert f"Of a {book.suffix} file, number formats (such as 120.0K) and hidden rows or columns cannot be seen" in out


def test_a_clean_table_in_a_binary_workbook_is_read_as_any_other(tmp_path):
    path = xlsb(tmp_path / "candidates.xlsb", {0: ["platform", "followers", None], 2: ["tiktok", 125000.0, None]})
    assert read_candidates(path, CATALOGUE)[["platform", "followers"]].to_numpy().tolist() == [["tiktok", 125_000]]
    assert list(read_frame(path)) == ["platform", "followers"]


def test_days_of_an_excel_97_workbook_are_days_and_its_hidden_sheet_is_known(tmp_path):
    path = tmp_path / "list.xls"
    path.write_bytes(XLS)
    first, second = workbook_sheets(path)
    assert [f"{row[4]:%Y-%m-%d}" for row in first.rows[1:]] == ["2026-09-01", "2026-09-02"]
    assert (first.name, first.visible, second.name, second.visible) == ("Báo giá", True, "Ẩn", False)


@pytest.mark.parametrize("at", [(1_048_575, 3), (1_000, 16_383)])
def test_a_binary_workbook_with_a_cell_far_from_all_others_is_refused_with_its_place(tmp_path, at):
    far = {at[0]: [*[None] * at[1], "x"]}
    path = xlsb(tmp_path / "list.xlsb", dict(enumerate(ROWS)) | far)
    with pytest.raises(RowsError, match="reaches to row") as problem:
        list(workbook_sheets(path))
    assert f"row {at[0] + 1:,}, column {at[1] + 1:,}" in str(problem.value)

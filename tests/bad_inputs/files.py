"""Files that are not what they should be, built by code: workbooks, texts, JSON, archives, YAML."""

import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pandas as pd

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="KOL" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship'
    ' Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}  # fmt: skip
TITLES = ("creator_id", "platform", "followers")
ROWS = (("c1", "tiktok", 12000), ("c2", "instagram", 8000))
GOOD = "creator_id,platform,followers\nc1,tiktok,12000\nc2,instagram,8000\n"
FAR = "XFD1048576"


def xml_cell(at: str, value: object) -> str:
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{at}"><v>{value}</v></c>'


def xml_rows(*more: str) -> str:
    """The rows of a short list as sheet XML, and more of it behind them."""
    rows = [
        f'<row r="{number}">' + "".join(xml_cell(f"{letter}{number}", value) for letter, value in zip("ABC", row, strict=True)) + "</row>"
        for number, row in enumerate((TITLES, *ROWS), 1)
    ]  # fmt: skip
    return "".join([*rows, *more])


def xlsx(data: str, before: str = "", behind: str = "", **parts: bytes | str | None) -> bytes:
    """A workbook with this sheet data; `parts` replaces or removes parts by name, `.` written as `__`, `/` as `_`."""
    sheet = f'<?xml version="1.0"?><worksheet {MAIN}>{before}<sheetData>{data}</sheetData>{behind}</worksheet>'
    named: dict[str, bytes | str | None] = {**PARTS, "xl/worksheets/sheet1.xml": sheet, **parts}
    return packed({name: part for name, part in named.items() if part is not None})


def packed(parts: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def laughs(root: str, levels: int = 10) -> str:
    """XML whose entities name each other ten times a level."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY e0 "ha">{entities}]>'


ODS = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    "</manifest:manifest>",
}


def ods(rows: str, name: str = "KOL") -> bytes:
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet><table:table '
        f'table:name="{name}">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return packed({**ODS, "content.xml": content})


def ods_row(*values: object, times: int = 1, last: int = 1) -> str:
    cells = [
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{last if at == len(values) else 1}">'
        f"<text:p>{value}</text:p></table:table-cell>"
        for at, value in enumerate(values, 1)
    ]  # fmt: skip
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def parquet(**columns: object) -> bytes:
    file = io.BytesIO()
    pd.DataFrame(columns).to_parquet(file)
    return file.getvalue()


ODS_LIST = ods_row(*TITLES) + ods_row("c1", "tiktok", "12000")
SPREADSHEETS = {  # refused, or read by what is in them
    "one cell at the far corner.xlsx": xlsx(xml_rows(f'<row r="1048576">{xml_cell(FAR, 1)}</row>')),
    "a cell far down.xlsx": xlsx(xml_rows(f'<row r="1048576">{xml_cell("A1048576", 1)}</row>')),
    "a cell far right.xlsx": xlsx(xml_rows(f'<row r="4">{xml_cell("XFD4", 1)}</row>')),
    "far cells in many rows.xlsx": xlsx(
        xml_rows(*(f'<row r="{row}">{xml_cell(f"XFD{row}", 1)}</row>' for row in range(4, 3000)))
    ),
    "rows that no sheet has.xlsx": xlsx(xml_rows(f'<row r="99999999999">{xml_cell("A99999999999", 1)}</row>')),
    "a row that is no number.xlsx": xlsx(xml_rows(f'<row r="x">{xml_cell("A4", 1)}</row>')),
    "a cell without a row.xlsx": xlsx(xml_rows(f'<row r="4">{xml_cell("A", 1)}</row>')),
    "a cell in row 0.xlsx": xlsx(xml_rows(f'<row r="0">{xml_cell("A0", 1)}</row>')),
    "a text that is not there.xlsx": xlsx(xml_rows('<row r="4"><c r="A4" t="s"><v>99</v></c></row>')),
    "entities in the sheet.xlsx": xlsx("", **{"xl/worksheets/sheet1.xml": laughs("worksheet") + f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row></sheetData></worksheet>'}),
    "entities in the book.xlsx": xlsx(xml_rows(), **{"xl/workbook.xml": laughs("workbook") + PARTS["xl/workbook.xml"].replace('name="KOL"', 'name="&e9;"')}),
    "a bomb.xlsx": xlsx(xml_rows(), **{"xl/sharedStrings.xml": b" " * 600_000_000}),
    "no sheets.xlsx": xlsx("", **{"xl/workbook.xml": f"<workbook {MAIN}><sheets/></workbook>"}),
    "no book.xlsx": xlsx("", **{"xl/workbook.xml": None}),
    "no sheet file.xlsx": xlsx("", **{"xl/worksheets/sheet1.xml": None}),
    "cut XML.xlsx": xlsx("", **{"xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData><row"}),
    "no rows.xlsx": xlsx(""),
    "cut off.xlsx": xlsx(xml_rows())[:700],
    "not packed.xlsx": b"platform,followers\ntiktok,5\n",
    "with a password.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "only NUL.xlsx": b"\0" * 1000,
    "a cell repeated everywhere.ods": ods(ODS_LIST + ods_row("x", times=1_048_576, last=16_384)),
    "a cell repeated down.ods": ods(ODS_LIST + ods_row("x", times=200_000_000)),
    "a cell behind a wide gap.ods": ods(ODS_LIST + '<table:table-row><table:table-cell table:number-columns-repeated="2000000000"/>'
        '<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>'),
    "a cell behind a deep gap.ods": ods(ODS_LIST + '<table:table-row table:number-rows-repeated="4000000000"><table:table-cell/>'
        "</table:table-row>" + ods_row("x")),
    "entities.ods": packed({**ODS, "content.xml": laughs("office:document-content") + "<a>&e9;</a>"}),
    "no content.ods": packed(ODS),
    "a bomb.ods": packed({**ODS, "content.xml": b" " * 600_000_000}),
    "no book.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000,
    "text.xls": b"<html><table><tr><td>platform</td></tr></table></html>",
    "text.xlsb": b"platform\n",
    "empty archive.xlsb": packed({"a": "b"}),
}  # fmt: skip
READ = {  # read by the cells that are filled
    "NaN.json": b'[{"creator_id": "c1", "platform": "tiktok", "followers": NaN}]',
    "a merge over everything.xlsx": xlsx(xml_rows(), behind=f'<mergeCells><mergeCell ref="A5:{FAR}"/></mergeCells>'),
    "a merge of a column.xlsx": xlsx(xml_rows(), behind='<mergeCells><mergeCell ref="E1:E1048576"/></mergeCells>'),
    "a claim of everything.xlsx": xlsx(xml_rows(), before=f'<dimension ref="A1:{FAR}"/>'),
    "an empty cell at the far corner.xlsx": xlsx(xml_rows(f'<row r="1048576"><c r="{FAR}" s="0"/></row>')),
    "formats to the far right in many rows.xlsx": xlsx(
        xml_rows(*(f'<row r="{row}"><c r="XFD{row}" s="0"/></row>' for row in range(4, 3000)))
    ),
    "empty rows to the end.xlsx": xlsx(xml_rows(*(f'<row r="{row}" ht="15"/>' for row in range(4, 200_000)))),
    "hidden columns to the end.xlsx": xlsx(xml_rows(), before='<cols><col min="5" max="16384" hidden="1" width="9"/></cols>'),
    "empty cells repeated everywhere.ods": ods(ODS_LIST + '<table:table-row table:number-rows-repeated="1048573"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'),
}  # fmt: skip
TEXTS = {
    "empty.csv": b"",
    "only spaces.csv": b"   \n  \n",
    "only NUL.csv": b"\0" * 500,
    "only titles.csv": b"creator_id,platform,followers\n",
    "random.csv": bytes(range(128, 256)) * 40,
    "an open quote.csv": GOOD.encode() + b'"c3,tiktok,5\n',
    "one long line.csv": b"platform," + b"x" * 12_000_000,
    "20,000 columns.csv": ",".join(f"column{n}" for n in range(20_000)).encode() + b"\n" + b"," * 19_999 + b"\n",
    "3,000 unknown columns.csv": ("platform," + ",".join(f"followers{n}" for n in range(3_000)) + "\ntiktok\n").encode(),
    "a longer row.csv": GOOD.encode() + b"c3,tiktok,5,6,7\n",
    "equal titles.csv": b"platform,platform,followers\ntiktok,tiktok,5\n",
    "no title.csv": b"platform,,followers\ntiktok,x,5\n",
    "UTF-16 cut off.csv": "platform,followers\ntiktok,5".encode("utf-16")[:-1],
    "a JSON list.csv": b'[{"platform": "tiktok"}]',
    "deep.json": b"[" * 200_000 + b"]" * 200_000,
    "deep objects.json": b'[{"platform": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}]",
    "a number of 5,000 digits.json": b'[{"platform": "tiktok", "followers": ' + b"9" * 5000 + b"}]",
    "the same key twice.json": b'[{"platform": "tiktok", "followers": 5, "followers": 7}]',
    "text for a number.json": b'[{"platform": "tiktok", "followers": "many"}]',
    "Infinity.json": b'[{"platform": "tiktok", "followers": Infinity}]',
    "a number.json": b"7",
    "an object.json": b'{"platform": "tiktok"}',
    "a list of lists.json": b'[["platform"], ["tiktok"]]',
    "an empty list.json": b"[]",
    "cut off.json": b'[{"platform": "tiktok"',
    "random.json": bytes(range(128, 256)),
    "half a line.jsonl": b'{"platform": "tiktok", "followers": 5}\n{"platform": "tik\n',
    "deep.jsonl": b"[" * 100_000,
    "3,000 keys.jsonl": b"".join(b'{"platform": "tiktok", "key%d": 1}\n' % n for n in range(3_000)),
    "not parquet.parquet": b"PAR1" + b"\0" * 100 + b"PAR1",
    "cut off.parquet": parquet(platform=["tiktok"], followers=[5])[:300],
    "lists.parquet": parquet(platform=["tiktok"], followers=[[5, 6]]),
    "3,000 columns.parquet": parquet(platform=["tiktok"], **{f"column{n}": [n] for n in range(3_000)}),
}  # fmt: skip
LONG_LISTS = {  # read in batches only
    "cut off.csv.gz": gzip.compress(GOOD.encode() * 100)[:-20],
    "not packed.csv.gz": GOOD.encode(),
    "one long line.csv.gz": gzip.compress(b"platform," + b"x" * 300_000_000, 1),
    "one long line of NUL.csv.gz": gzip.compress(b"\0" * 300_000_000, 1),
    "one long row below titles.csv.gz": gzip.compress(b"platform,followers\ntiktok," + b"5" * 300_000_000, 1),
    "one long quoted cell.csv.gz": gzip.compress(b'platform,followers\ntiktok,"' + b"5\n" * 30_000_000, 1),
    "empty.csv.gz": gzip.compress(b""),
    "not Arrow.arrow": b"ARROW1" + b"\0" * 100,
    "cut off.feather": b"ARROW1\0\0",
}
YAMLS = {
    "aliases.yaml": "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)),
    "an alias of itself.yaml": "a: &a\n  b: *a\n",
    "deep.yaml": "[" * 5_000,
    "deep blocks.yaml": "".join(" " * n + "a:\n" for n in range(2_000)),
    "the same key twice.yaml": "budget: 500tr\nbudget: 5tr\n",
    "no mapping.yaml": "7\n",
    "a list.yaml": "- budget\n",
    "empty.yaml": "",
    "only NUL.yaml": "\0\0",
    "tabs.yaml": "budget:\n\t5tr\n",
    "cut off.yaml": "budget: [5tr\n",
    "two documents.yaml": "budget: 5tr\n---\nbudget: 6tr\n",
    "a tag.yaml": "budget: !!python/object/apply:os.system ['true']\n",
    "an unknown key.yaml": "bugdet: 5tr\n",
    "a key that is a list.yaml": "? [a, b]\n: 5\n",
    "a day that is not there.yaml": "starts_on: 2026-02-30\n",
    "a month that is not there.yaml": "starts_on: 2026-13-01\n",
    "a number of 5,000 digits.yaml": "budget: " + "9" * 5_000 + "\n",
    "nan.yaml": "budget: .nan\n",
    "infinite.yaml": "budget: .inf\n",
    "a megabyte.yaml": "".join(f"key{n}: value of some length that fills the line\n" for n in range(30_000)),
}  # fmt: skip


def lay(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def odd_paths(folder: Path) -> dict[str, Path]:
    """Names under which there is no file to read: each with what it is."""
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "gone.csv").symlink_to(folder / "nowhere.csv")
    (folder / "folder.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    os.mkfifo(folder / "pipe.csv.gz")
    return {
        "a link to itself": folder / "loop.csv",
        "a link to nowhere": folder / "gone.csv",
        "a folder": folder / "folder.csv",
        "a pipe": folder / "pipe.csv",
        "a packed pipe": folder / "pipe.csv.gz",
        "a name that is too long": folder / ("x" * 300 + ".csv"),
        "a name with NUL": Path(f"{folder}/a\0b.csv"),
        "below a file": Path("/etc/hostname/list.csv"),
        "a device": Path("/dev/zero"),
    }


def plan_json(**change: object) -> str:
    """A plan as `lineup --json` prints it, or nearly so: a key that is None is left out."""
    bookings = [{"creator_id": "c1", "name": "A", "expected": 100, "p10": 50, "p50": 90, "p90": 200}]
    body: dict[str, object] = {"target": "engagement", "proposed": "mix", "plans": [{"name": "mix", "bookings": bookings}]}
    return json.dumps({key: value for key, value in {**body, **change}.items() if value is not None})

"""Text tables are read in one way by every reader: as record batches, as a grid of rows, and by the commands."""

import csv
import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.errors import RowsError
from predictor.tables.delimited import as_utf8, delimiter_of, grid_rows, record_batches
from predictor.tables.files import read_frame


def batches(content: bytes, encoding: str | None = None) -> list[list[str | None]]:
    """The rows that the reader of record batches finds, blanks at their ends left out."""
    with as_utf8(io.BytesIO(content), "f.csv", encoding) as plain:
        table = pa.Table.from_batches(list(record_batches(plain, "f.csv")))
    rows = [list(row) for row in zip(*table.to_pydict().values(), strict=True)]
    return [row[: max((place + 1 for place, cell in enumerate(row) if cell is not None), default=0)] for row in rows]


def grid(content: bytes, encoding: str | None = None) -> list[list[str | None]]:
    with as_utf8(io.BytesIO(content), "f.csv", encoding) as plain:
        return grid_rows(plain, "f.csv")[0]


@pytest.mark.parametrize("read", [batches, grid])
def test_only_cr_lf_and_crlf_end_a_row(read):
    content = 'id,text\r1,a\u2028b\u0085c\x0bd\x0ce\u2029f\r\n2,"two\nlines"\n3,x'.encode()
    assert read(content) == [["id", "text"], ["1", "a\u2028b\u0085c\x0bd\x0ce\u2029f"], ["2", "two\nlines"], ["3", "x"]]


@pytest.mark.parametrize("read", [batches, grid])
def test_a_shorter_row_is_blank_at_its_end_and_a_blank_line_is_a_row_of_nothing(read):
    assert read(b"a,b,c\n1,2\n\n4,5,6,,\n7\n") == [["a", "b", "c"], ["1", "2"], [], ["4", "5", "6"], ["7"]]


def test_rows_longer_than_the_titles_are_refused_with_their_numbers():
    with pytest.raises(RowsError) as told:
        batches(b"Name,Followers\nA,12,000\nB,5\nC,1,2,3\n")
    assert [(fault.row, fault.problem[:38]) for fault in told.value.faults] == [
        (2, "has 3 cells where the titles are 2; pu"), (4, "has 4 cells where the titles are 2; pu")
    ]  # fmt: skip


@pytest.mark.parametrize("read", [batches, grid])
@pytest.mark.parametrize("content", [b'a,b\n1,2\n"x,1\n2,3\n', b'a,b\n1,2\n3,"x\n2,3\n'])
def test_a_quote_that_is_never_closed_is_refused_with_its_row(read, content):
    with pytest.raises(RowsError, match=r"f\.csv, row 3: opens a quote \(\"\) that is never closed"):
        read(content)


@pytest.mark.parametrize("read", [batches, grid])
def test_a_quote_inside_a_cell_is_a_character(read):
    assert read(b'a,b\n5",6"\nx"y"z,"say ""hi"""\n') == [["a", "b"], ['5"', '6"'], ['x"y"z', 'say "hi"']]


@pytest.mark.parametrize(
    ("head", "mark"),
    [
        ("name;fee;posts, reels\n", ";"),
        ('id;text\n1;"a, b, c, d, e"\n2;"f, g, h, i, j"\n', ";"),
        ("name;rate\nA;1,5\nB;2,5\nC;3,5\n", ";"),
        ("name,niche\nA,beauty;food;travel\nB,x;y;z\n", ","),
        ("name\tfee\nA, B, C\t5\nD, E, F\t6\n", "\t"),
        ("name|fee\nA|5\n", "|"),
        ("List of July, 2026\n\nname;fee;link\nA;5;x\nB;6;y\n", ";"),
        ('a,b\n"x;y;z;w",2\n"x;y",3\n', ","),
        ("name\nA\n", ","),
        ('"id";"n";"niche";"rate"\n"a";"0,5";"x\ny";"0,1"\n"b";"0,5";"x\ny";"0,1"\n', ";"),
    ],
)
def test_the_mark_between_cells_is_the_one_that_gives_rows_of_one_length(head, mark):
    assert delimiter_of(head) == mark


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("read", [batches, grid])
def test_text_with_a_byte_order_mark_is_decoded_by_it(read, encoding):
    assert read("tên,phí\nLê 阿\u2028x,5\n".encode(encoding)) == [["tên", "phí"], ["Lê 阿\u2028x", "5"]]


FOREIGN = {
    "gbk": "姓名,平台,粉丝数,报价\n张三,抖音,120000,5000\n李四,小红书,23000,800\n",
    "big5": "姓名,平台,粉絲數,報價\n張三,Instagram,120000,5000\n李四,小紅書,23000,800\n",
    "shift_jis": "名前,プラットフォーム,フォロワー,料金\n山田太郎,インスタ,12000,50000\n鈴木,ユーチューブ,3000,10000\n",
    "euc_kr": "이름,플랫폼,팔로워,단가\n김철수,인스타그램,12000,500000\n",
    "cp874": "ชื่อ,แพลตฟอร์ม,ผู้ติดตาม,ราคา\nสมชาย,ติ๊กต็อก,12000,5000\n",
    "utf-16-le": "Name,Platform\nA,TikTok\n",
}


@pytest.mark.parametrize("read", [batches, grid])
@pytest.mark.parametrize(("encoding", "text"), FOREIGN.items())
def test_text_in_another_encoding_is_asked_about_and_read_once_it_is_named(read, encoding, text):
    with pytest.raises(RowsError) as told:
        read(text.encode(encoding))
    assert f"is not UTF-8 text. As {encoding} it reads: {text.splitlines()[0]}" in str(told.value)
    assert f"write `encoding: {encoding}` for this table in a mapping" in str(told.value)
    assert read(text.encode(encoding), encoding) == [line.split(",") for line in text.splitlines()]


def test_windows_1258_is_asked_about_and_its_letters_are_put_together():
    content = "Tên,Phí\nNguyê\u0303n Thi\u0323 Hô\u0300ng,5\nLê Va\u0306n,6\n".replace("a\u0306", "ă").encode("cp1258")
    with pytest.raises(RowsError, match="As windows-1258 it reads: Tên,Phí / Nguyễn Thị Hồng,5"):
        grid(content)
    assert batches(content, "windows-1258")[1] == ["Nguyễn Thị Hồng", "5"]


def test_a_file_that_is_utf_8_but_for_one_row_gets_no_proposal():
    with pytest.raises(RowsError, match=r"f\.csv, row 3: is not UTF-8 text; save it as 'CSV UTF-8'"):
        grid("tên,phí\nLê,5\n".encode() + b"x\xe9,6\n")


CELLS = st.text(st.sampled_from("ab1é阿 ,;\t|\"'\n\r\u2028\u0085.$-"), max_size=8).map(lambda cell: cell if cell.strip() else "")


@settings(max_examples=150)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    mark=st.sampled_from(",;\t"),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_table_written_in_any_way_is_read_back_by_both_readers(rows, mark, ends, encoding, quoting):
    if any({*"\r\n"} & {*cell} for row in rows for cell in row):  # csv.writer quotes only the line end that it writes itself
        quoting = csv.QUOTE_ALL
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark, lineterminator=ends, quoting=quoting).writerows([["id", "text", "last"], *rows])
    content, there = text.getvalue().encode(encoding), [["id", "text", "last"], *rows]
    expected = [[cell or None for cell in row] for row in there]
    expected = [row[: max((at + 1 for at, cell in enumerate(row) if cell), default=0)] for row in expected]
    if (
        delimiter_of(text.getvalue()) == mark
    ):  # cells full of other marks may outvote it: then the titles are one cell, and asked about
        assert batches(content) == grid(content) == expected


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".ods"])
def test_every_kind_of_file_gives_the_same_table(tmp_path, suffix):
    frame = pd.DataFrame({"name": ["Lê, A", "B"], "followers": [1200.0, np.nan]})
    path = tmp_path / f"list{suffix}"
    writes = {
        ".csv": lambda: frame.to_csv(path, index=False),
        ".tsv": lambda: frame.to_csv(path, index=False, sep="\t"),
        ".txt": lambda: frame.to_csv(path, index=False, sep="\t", encoding="utf-16"),
        ".json": lambda: frame.to_json(path, orient="records", force_ascii=False),
        ".jsonl": lambda: frame.to_json(path, orient="records", lines=True, force_ascii=False),
        ".xlsx": lambda: frame.to_excel(path, index=False),
        ".ods": lambda: _write_ods(frame, path),
    }
    writes[suffix]()
    read = read_frame(path)
    assert read["name"].tolist() == ["Lê, A", "B"]
    assert pd.to_numeric(read["followers"]).tolist() == pytest.approx([1200, np.nan], nan_ok=True)


def _write_ods(frame: pd.DataFrame, path) -> None:
    """A spreadsheet of OpenDocument with one sheet, written by hand."""
    import zipfile

    def cell(value):
        if pd.isna(value):
            return "<table:table-cell/>"
        kind = 'office:value-type="string"' if isinstance(value, str) else f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    rows = "".join(
        f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in [list(frame), *frame.itertuples(index=False)]
    )
    names = "".join(f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text"))
    body = f"<office:body><office:spreadsheet><table:table table:name='S'>{rows}</table:table></office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<?xml version='1.0'?><manifest/>")
        archive.writestr("content.xml", f"<?xml version='1.0'?><office:document-content{names}>{body}</office:document-content>")

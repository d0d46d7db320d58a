"""Text tables in other encodings than UTF-8: what their titles prove is read alike by every command that reads lists."""

import unicodedata

import pytest

from builders import CATALOGUE, run
from predictor.errors import RowsError
from predictor.intake.contract import check, frame_of, read_candidates, read_tables
from predictor.intake.mapping import Mapping, TableMapping
from predictor.intake.reader import encoding_of

LISTS = {  # titles of a list of candidates, and its name
    "gbk": ("昵称,平台,粉丝数,形式", "陈晓"),
    "shift_jis": ("名前,プラットフォーム,フォロワー,投稿形式", "山田"),
    "big5": ("名稱,平台,粉絲數,形式", "王小明"),
    "euc_kr": ("이름,플랫폼,팔로워,콘텐츠 유형", "김민수"),
    "cp1258": ("Tên,Nền tảng,Người theo dõi,Định dạng", "Lan"),
    "cp874": ("ชื่อ,แพลตฟอร์ม,ผู้ติดตาม,รูปแบบ", "เมย์"),
    "utf-16": ("昵称,平台,粉丝数,形式", "陈晓"),
}


@pytest.fixture(params=[*LISTS])
def listed(request, tmp_path):
    """A list in one encoding, and whom it names."""
    titles, name = LISTS[request.param]
    path = tmp_path / "candidates.csv"
    path.write_bytes(_windows(f"{titles}\n{name},tiktok,5000,video\n", request.param))
    return path, name


def _windows(text, encoding):
    """Text in an encoding; Windows' own of Vietnamese parts some letters from their marks."""
    if encoding != "cp1258":
        return text.encode(encoding)
    out = bytearray()
    for letter in text:
        try:
            out += letter.encode(encoding)
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", letter)
            tone = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
            shape = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in tone))
            out += (shape + "".join(tone)).encode(encoding)
    return bytes(out)


def test_candidates_are_read_and_checked_in_the_encoding_that_their_titles_prove(listed):
    path, name = listed
    assert list(read_candidates(path, CATALOGUE)["name"]) == [name]
    assert list(frame_of(path, CATALOGUE).iloc[0])[:2] == [name, "tiktok"]
    assert check([path], CATALOGUE) == []


def test_the_check_command_accepts_such_a_list(listed, capsys):
    path, _ = listed
    code, out, err = run(capsys, "check", path)
    assert code == 0 and "UTF-8" not in out + err


def test_a_history_in_one_file_is_read_in_the_encoding_that_its_titles_prove(tmp_path):
    path = tmp_path / "bookings.csv"
    path.write_bytes("创作者,平台,粉丝数,预订时间,互动量\n陈晓,tiktok,5000,2026-03-02,120\n".encode("gbk"))
    mapping = {"创作者": "creator_id", "预订时间": "booked_at", "互动量": "engagements"}
    tables = read_tables(path, CATALOGUE, Mapping(tables={"bookings": TableMapping(columns=mapping)}))
    assert list(tables.frames["bookings"]["creator_id"]) == ["陈晓"]


def test_titles_that_prove_no_encoding_leave_the_list_refused_with_a_proposal(tmp_path):
    path = tmp_path / "candidates.csv"
    path.write_bytes("name,platform,followers\n陈晓的美食日记,tiktok,5000\n".encode("gbk"))
    with pytest.raises(RowsError, match="is not UTF-8 text"):
        read_candidates(path, CATALOGUE)


def test_an_encoding_that_a_mapping_names_is_the_one(tmp_path):
    path = tmp_path / "candidates.csv"
    path.write_bytes("昵称,平台,粉丝数\n陈晓,tiktok,5000\n".encode("gbk"))
    named = Mapping(tables={"candidates": TableMapping(encoding="gb18030")})
    assert encoding_of(path, CATALOGUE, named) == "gb18030" and encoding_of(path, CATALOGUE, Mapping()) == "gbk"
    assert encoding_of(tmp_path / "none.csv", CATALOGUE, Mapping()) is None

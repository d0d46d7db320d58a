"""Large tables checked a column at a time are told the same faults as tables read whole."""

import pandas as pd
import pytest

from predictor.definitions.loader import load_catalogue
from predictor.intake.contract import check
from predictor.intake.mapping import Mapping, TableMapping

LEAST = 0  # bytes: every table counts as large
POSTS = """post_id;creator_id;published_at;format;caption;likes;bình luận;saves;counted_at;lieks;note;kind of
p1;c1;13/04/2025;video;"a; ""b""
c";1.234;3;1;2025-04-01;1;;x
;;;;;;;;;;;
p1;c9;03/04/2025;vidoe;;-5;3;;2025-05-01;1;;x
p3;;05/14/2025;photo; ;1,5;n/a;2;03/04/25;1;;
;c1;2025-02-30;photo;ok;12 tr;x;2;2025-05-01;1;;x
"""


@pytest.fixture(scope="module")
def catalogue(project):
    return load_catalogue(project)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "creators.csv").write_text("creator_id,platform,audience_interests\nc1,tiktok,beauty:140%\nc1,tiktok,food\n")
    (tmp_path / "campaigns.csv").write_text("campaign_id,starts_on,ends_on\nk1,2025-03-02,2025-03-01\n")
    (tmp_path / "bookings.csv").write_text(
        "booking_id,campaign_id,creator_id,booked_at,post_id\nb1,k1,c1,2025-05-01,p1\nb2,k9,c1,x,p3\n"
    )
    return tmp_path


def both(path, catalogue, mapping=None):
    """What is told of tables read whole, once it is the same as of those read a column at a time."""
    whole = check([path], catalogue, mapping)
    assert check([path], catalogue, mapping, large=LEAST) == whole
    return [str(fault) for fault in whole]


def test_text_with_faults_of_every_kind_is_told_the_same(folder, catalogue):
    (folder / "posts.csv").write_text("\ufeff" + POSTS, encoding="utf-8")
    told = "\n".join(both(folder, catalogue))
    for part in ("row 6, column 'published_at': got '2025-02-30'", "column 'lieks'", "'p1'", "'c9'", "cannot be published"):
        assert part in told, part


def test_a_mapping_that_ignores_adds_up_and_fills_is_followed_the_same(folder, catalogue):
    (folder / "posts.csv").write_text(POSTS, encoding="utf-8")
    one = TableMapping(
        columns={"kind of": "brand"}, ignore=("lieks", "note", "likes", "saves"), constants={"sponsored": "maybe"},
        values={"format": {"vidoe": "video"}}, sums={"engagements": ("comments", "lieks", "thanks")},
        day_first=True,
    )  # fmt: skip
    told = "\n".join(both(folder, catalogue, Mapping(tables={"posts": one})))
    assert "got 'maybe'" in told and "vidoe" not in told and "'thanks', which a mapping's `sums:` adds up, is missing" in told
    assert "'lieks', which" not in told  # used, though it is ignored too


@pytest.mark.parametrize("index", [None, "post_id"])
def test_typed_columns_are_told_the_same(folder, catalogue, index):
    rows = {"post_id": ["p1", "p2", None], "creator_id": ["c1", "c8", None], "likes": [1.5, 2.0, None]}
    frame = pd.DataFrame(rows | {"published_at": pd.to_datetime(["2025-01-01", None, None])})
    (frame if index is None else frame.set_index(index)).to_parquet(folder / "posts.parquet")
    told = both(folder, catalogue)
    assert any("column 'published_at'" in one for one in told) and any("got 1.5" in one for one in told)


@pytest.mark.parametrize("content", ["", "post_id,creator_id\n", "post_id,,x\np,1,2\n", "a,b\n1,2,3\n", "a\n\xff\xfe\n"])
def test_a_file_that_is_no_table_is_refused_the_same(tmp_path, catalogue, content):
    (tmp_path / "posts.csv").write_bytes(content.encode("latin-1"))
    assert len(both(tmp_path / "posts.csv", catalogue)) == 1

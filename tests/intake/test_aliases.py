"""Creators who changed their id: one record, under the id that they have now."""

import pandas as pd
import pytest

import predictor as pr
from builders import run
from predictor.asof.identity import known_by_history
from predictor.intake.aliases import current_ids

DAYS = pd.date_range("2026-01-01", periods=12, freq="7D")


def posts(ids):
    return pd.DataFrame(
        {"creator_id": ids, "published_at": DAYS, "likes": range(100, 112), "post_id": [f"p{n}" for n in range(12)]}
    )


def creators(*ids):
    return pd.DataFrame({"creator_id": ids, "platform": "tiktok", "followers": 5000})


def aliases(*pairs):
    return pd.DataFrame(pairs, columns=["old_id", "new_id"])


RENAMED = posts(["linh.old"] * 6 + ["linh"] * 6)


def test_a_renamed_creator_has_the_record_of_both_ids(catalogue):
    found = pr.history(posts=RENAMED, creators=creators("linh"), creator_aliases=aliases(("linh.old", "linh")))
    plain = pr.history(posts=posts(["linh"] * 12), creators=creators("linh"))
    pd.testing.assert_frame_equal(found.get("posts"), plain.get("posts"))
    pd.testing.assert_frame_equal(pr.training_examples(found, catalogue), pr.training_examples(plain, catalogue))
    assert repr(found) == "History: 1 creators, 12 posts, 1 creator aliases"


def test_whoever_was_renamed_twice_goes_by_the_last_id():
    assert current_ids(aliases(("a", "b"), ("b", "c"), ("x", "y"))) == {"a": "c", "b": "c", "x": "y"}
    found = pr.history(
        posts=posts(["a"] * 4 + ["b"] * 4 + ["c"] * 4), creators=creators("c"), creator_aliases=aliases(("a", "b"), ("b", "c"))
    )
    assert {*found.get("posts")["creator_id"]} == {"c"}


def test_of_a_creator_who_is_listed_under_both_ids_the_new_row_counts_and_the_old_one_fills_its_gaps():
    both = creators("linh.old", "minh", "linh").assign(followers=[1000, 20, None], name=["Linh cũ", "Minh", "Linh"])
    counts = pd.DataFrame({"creator_id": ["linh.old", "linh", "minh"], "at": DAYS[0], "followers": [900, 950, 20]})
    found = pr.history(posts=RENAMED, creators=both, creator_snapshots=counts, creator_aliases=aliases(("linh.old", "linh")))
    listed = found.get("creators").set_index("creator_id")
    assert listed["followers"].to_dict() == {"linh": 1000, "minh": 20} and listed.loc["linh", "name"] == "Linh"
    assert found.get("creator_snapshots").set_index("creator_id")["followers"].to_dict() == {"linh": 950, "minh": 20}
    alone = pr.history(posts=RENAMED, creators=creators("linh.old"), creator_aliases=aliases(("linh.old", "linh")))
    assert [*alone.get("creators")["creator_id"]] == ["linh"]


def test_a_candidate_under_an_old_id_is_the_creator_and_it_is_told():
    tables = pr.history(posts=RENAMED, creators=creators("linh"), creator_aliases=aliases(("linh.old", "linh")))
    found, (said,) = known_by_history(pd.DataFrame({"creator_id": ["linh.old", "somebody", None]}), tables)
    assert found["creator_id"].tolist()[:2] == ["linh", "somebody"] and found["creator_id"].isna().tolist() == [
        False,
        False,
        True,
    ]
    assert said.key == "same_creator" and "linh.old" in str(said.values)


def test_ids_in_a_circle_twice_renamed_or_of_nobody_are_refused_all_at_once():
    wrong = aliases(("a", "b"), ("b", "a"), ("c", "c"), ("d", "e"), ("linh.old", "linh"), ("linh.old", "lin"))
    with pytest.raises(pr.RowsError) as refused:
        pr.history(posts=RENAMED, creators=creators("linh"), creator_aliases=wrong)
    said = str(refused.value)
    assert "creator_aliases, row 2, column 'old_id': leads in a circle (a → b → a), so nobody knows the id that it has" in said
    assert "row 3, column 'old_id': leads in a circle (b → a → b)" in said
    assert "row 4, column 'old_id': leads in a circle (c → c)" in said
    assert "row 5, column 'new_id': got 'e', which creators does not have; correct it, or add it there" in said
    assert "row 7, column 'old_id': got 'linh.old', which row 6 has already" in said


@pytest.mark.parametrize(("lang", "says"), [("en", "1 old id counts for the id that"), ("vi", "1 mã cũ được tính cho mã mới")])
def test_check_reads_the_table_in_a_folder_by_other_titles_and_names_it(tmp_path, capsys, lang, says):
    RENAMED.to_csv(tmp_path / "posts.csv", index=False)
    creators("linh").to_csv(tmp_path / "creators.csv", index=False)
    (tmp_path / "creator_aliases.csv").write_text("mã cũ,new handle\nlinh.old,linh\n", "utf-8")
    code, out, _ = run(capsys, "check", tmp_path, "--lang", lang)
    assert code == 0 and says in out
    (tmp_path / "creator_aliases.csv").write_text("old id,new id\nlinh.old,linh.old\n", "utf-8")
    code, _, err = run(capsys, "check", tmp_path, "--lang", lang)
    assert code == 2 and "creator_aliases.csv" in err and "linh.old" in err


@pytest.mark.parametrize("old", ["@linh.old", "Linh.Old", "https://www.tiktok.com/@linh.old?lang=vi"])
def test_an_old_id_is_the_account_however_it_is_typed_in_the_table_and_among_candidates(old):
    tables = pr.history(posts=RENAMED, creators=creators("linh"), creator_aliases=aliases((old, "@Linh")))
    assert {*tables.get("posts")["creator_id"]} == {"linh"}
    for typed in ("linh.old", "@linh.old", "Linh.Old", "https://www.tiktok.com/@linh.old", "linh.old @ tiktok"):
        found, (said,) = known_by_history(pd.DataFrame({"creator_id": [typed], "platform": "tiktok"}), tables)
        assert found["creator_id"].tolist() == ["linh"] and said.key == "same_creator"
    found, _ = known_by_history(pd.DataFrame({"name": ["linh.old"], "platform": "tiktok"}), tables)
    assert found["creator_id"].tolist() == ["linh"]


def test_an_old_handle_on_another_platform_is_another_account():
    tables = pr.history(posts=RENAMED, creators=creators("linh"), creator_aliases=aliases(("linh.old", "linh")))
    found, said = known_by_history(pd.DataFrame({"creator_id": ["linh.old"], "platform": "youtube"}), tables)
    assert found["creator_id"].tolist() == ["linh.old"] and "same_creator" not in [one.key for one in said]
    with pytest.raises(pr.RowsError, match="got 'https://youtube.com/@linh.old', an old id that no other table has"):
        both = creators("linh.old", "linh")
        pr.history(posts=RENAMED, creators=both, creator_aliases=aliases(("https://youtube.com/@linh.old", "linh")))


def test_an_old_id_that_no_table_has_is_refused_with_the_nearest_and_two_spellings_of_one_too():
    wrong = aliases(("linh.odl", "linh"), ("linh.old", "linh"), ("@Linh.Old", "minh"))
    with pytest.raises(pr.RowsError) as refused:
        pr.history(posts=RENAMED, creators=creators("linh", "minh"), creator_aliases=wrong)
    said = str(refused.value)
    assert "row 2, column 'old_id': got 'linh.odl', an old id that no other table has; did you mean 'linh.old'?" in said
    assert "row 4, column 'old_id': got 'linh.old', which row 3 has already" in said


def test_posts_that_were_exported_under_both_ids_count_once_with_the_counts_of_the_new_one(catalogue):
    whole = posts(["linh"] * 12).drop(columns="post_id")
    before = whole.head(6).assign(creator_id="linh.old", likes=1, comments=7)
    both = pr.history(posts=pd.concat([before, whole]), creators=creators("linh"), creator_aliases=aliases(("linh.old", "linh")))
    found = both.get("posts").sort_values("published_at")
    assert found["likes"].tolist() == whole["likes"].tolist() and found["comments"].head(6).tolist() == [7] * 6
    once = pr.history(posts=whole, creators=creators("linh"))
    assert len(pr.training_examples(both, catalogue)) == len(pr.training_examples(once, catalogue))


def test_posts_of_one_day_stay_as_many_as_one_id_has_of_them():
    day = pd.DataFrame({"creator_id": "linh", "published_at": DAYS[0], "likes": [1, 2, 3]})
    old = day.head(2).assign(creator_id="linh.old")
    tied = aliases(("linh.old", "linh"))
    found = pr.history(posts=pd.concat([old, day]), creators=creators("linh"), creator_aliases=tied)
    assert found.get("posts")["likes"].tolist() == [1, 2, 3]
    named = pd.concat([old, day]).assign(post_id=[*"abcde"])
    assert len(pr.history(posts=named, creators=creators("linh"), creator_aliases=tied).get("posts")) == 5


def test_what_is_missing_of_a_creator_does_not_come_from_another_platform():
    both = creators("linh.old", "linh").assign(platform=["instagram", "tiktok"], followers=[900_000, None], name=["Cũ", None])
    found = pr.history(posts=RENAMED, creators=both, creator_aliases=aliases(("linh.old", "linh"))).get("creators")
    assert found["platform"].tolist() == ["tiktok"] and found[["followers", "name"]].isna().all(axis=None)


def test_check_of_the_file_alone_names_circles_by_their_way_round(tmp_path, capsys):
    (tmp_path / "creator_aliases.csv").write_text("old_id,new_id\na,b\nb,a\nd,a\nx,y\n", "utf-8")
    code, _, err = run(capsys, "check", tmp_path / "creator_aliases.csv")
    assert code == 2 and "row 5" not in err
    assert "row 4, column 'old_id': leads in a circle (d → a → b → a), so nobody knows" in err


def test_a_sheet_of_old_and_new_ids_in_a_workbook_is_imported_as_such(tmp_path, capsys):
    with pd.ExcelWriter(tmp_path / "all.xlsx") as book:
        creators("linh").to_excel(book, sheet_name="creators", index=False)
        RENAMED.to_excel(book, sheet_name="posts", index=False)
        aliases(("linh.old", "linh")).set_axis(["mã cũ", "New ID"], axis=1).to_excel(book, sheet_name="renamed", index=False)
    code, out, err = run(capsys, "import", tmp_path / "all.xlsx", "-o", tmp_path / "data")
    assert code == 0, err
    assert "Sheet 'renamed' holds old and new ids (table creator_aliases): 1 row" in out
    code, out, err = run(capsys, "check", tmp_path / "data")
    assert code == 0 and "1 old id counts for the id that" in out, err

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
    assert "creator_aliases, row 2, column 'old_id': leads back to 'a' itself, so nobody knows the id that it has now" in said
    assert "row 3, column 'old_id': leads back to 'b' itself" in said
    assert "row 4, column 'old_id': leads back to 'c' itself" in said
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

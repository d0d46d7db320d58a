import pytest

from predictor.by_group import by_group


@pytest.fixture(scope="module")
def told(training):
    rows = training.judged.predictions
    newest = rows[(rows["target"] == "engagement") & (rows["split"] == "time")].reset_index(drop=True)
    return newest, by_group(newest, training.bundle.catalogue.recipes["engagement"])


def test_groups_have_enough_rows_and_add_up(told):
    newest, groups = told
    assert (groups["rows"] >= 20).all()
    assert groups.loc[groups["by"] == "kind", "rows"].sum() == len(newest)
    assert set(groups["by"]) >= {"record", "platform", "tier", "kind", "niche", "format", "source"}


def test_a_group_is_judged_by_its_own_rows(told):
    newest, groups = told
    video = newest[newest["format"] == "video"]
    row = groups[(groups["by"] == "format") & (groups["group"] == "video")].squeeze()
    assert row["coverage"] == pytest.approx(video["actual"].between(video["p10"], video["p90"]).mean())
    assert row["creators"] == video["creator_id"].nunique()


def test_too_small_groups_are_left_out(told, training):
    newest, _ = told
    assert by_group(newest.head(10), training.bundle.catalogue.recipes["engagement"]).empty

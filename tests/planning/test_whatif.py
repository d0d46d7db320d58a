from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from builders import CATALOGUE, phrases, run, scored
from predictor.errors import RowsError
from predictor.planning.joint_outcomes import load_assumption
from predictor.planning.whatif import swap, what_if, with_changes
from predictor.reporting.whatif_words import in_words
from predictor.scoring.score import score

DAY = pd.Timestamp("2026-07-01")
LIST = """\
Tên,Nền tảng,Loại,Số người theo dõi,Định dạng,Số bài,Báo giá,Tiền tệ
An,tiktok,kol,120000,video,1,80tr,VND
Bình,tiktok,influencer,20000,video,2,5tr,VND
,,,,,,,
Chi,instagram,influencer,15000,image,1,3tr,VND
Dũng,instagram,influencer,30000,image,1,200,USD
"""


def rows():
    """Three candidates as the contract returns them, by their line in a file."""
    columns = {"platform": "tiktok", "kind": ["kol", "influencer", "influencer"], "followers": [120_000.0, 20_000.0, 8_000.0]}
    more = {"format": "video", "posts": 1.0, "fee": [80e6, 5e6, 1e6], "currency": "VND", "creator_id": ["a", "b", "c"]}
    return pd.DataFrame({**columns, **more}, index=pd.Index([2, 3, 4]))


def changed(bundle, goal="engagement", lines=(2, 3, 4), **values):
    after = with_changes(rows(), {name: str(value) for name, value in values.items()}, lines, bundle.catalogue)
    return what_if(rows(), after, bundle, goal, on=DAY, assumption=load_assumption())


def market(tiers=("macro", "micro", "micro", "micro"), **columns):
    """Scored candidates of some tiers; the first is dear."""
    fees = [50e6, *[10e6] * (len(tiers) - 1)]
    frame = scored(influencers=len(tiers), kols=0, tier=list(tiers), fee=fees)
    return frame.assign(**columns)


@pytest.mark.parametrize("goal", ["awareness", "engagement", "traffic", "sales"])
def test_nothing_changed_is_exactly_nothing(bundle, goal):
    found = changed(bundle, goal, posts=1)
    assert (found.difference, found.low, found.high, found.better) == (0, 0, 0, 0.5)
    assert found.before == found.after and found.doubts == ()


@pytest.mark.parametrize("goal", ["awareness", "sales"])
def test_a_higher_fee_raises_the_cost_and_leaves_every_outcome_as_it_is(bundle, goal):
    costs = [changed(bundle, goal, fee=fee) for fee in ("90tr", "500tr")]
    assert all((one.difference, one.low, one.high) == (0, 0, 0) for one in costs)
    assert np.all(np.diff([one.after.cost for one in costs]) > 0) and np.all(np.diff([one.per_money for one in costs]) <= 0)


@pytest.mark.parametrize("goal", ["traffic", "sales"])
def test_the_likely_range_of_one_booking_is_that_of_its_own_forecast_though_the_outcome_is_rare(bundle, goal):
    one = rows().loc[[3]]
    found = what_if(one, with_changes(one, {"fee": "9tr"}, (3,), bundle.catalogue), bundle, goal, on=DAY)
    target = next(name for name, model in bundle.models.items() if model.recipe.goal == goal)
    own = score(one, bundle, on=DAY).iloc[0]
    assert (found.before.low, found.before.high) == (own[f"{target}_p10"], own[f"{target}_p90"])
    assert (found.after.low, found.after.high) == (found.before.low, found.before.high)


def test_more_posts_bring_more_but_for_people_less_than_in_proportion(bundle):
    people = changed(bundle, "awareness", lines=(2,), posts=3)
    assert people.after.posts == 5 and people.difference > 0
    alone = what_if(rows()[:1], with_changes(rows()[:1], {"posts": "3"}, (2,), bundle.catalogue), bundle, "awareness", on=DAY,
                    assumption=load_assumption())  # fmt: skip
    assert alone.after.expected < 3 * alone.before.expected


def test_a_change_is_surer_than_two_forecasts_that_do_not_share_their_luck(bundle):
    found = changed(bundle, posts=2)
    apart = np.hypot(found.before.high - found.before.low, found.after.high - found.after.low)
    assert 0 < found.high - found.low < apart / 2


def test_the_difference_in_a_plan_is_that_of_the_booking_which_changes(bundle):
    whole = changed(bundle, lines=(3,), posts=2)
    alone = what_if(rows().loc[[3]], with_changes(rows(), {"posts": "2"}, (3,), bundle.catalogue).loc[[3]], bundle, "engagement",
                    on=DAY)  # fmt: skip
    assert whole.difference == pytest.approx(alone.difference) and whole.before.bookings == 3


def test_what_the_model_has_never_seen_is_said_of_the_change(bundle):
    found = changed(bundle, lines=(2,), format="hologram")
    assert any("hologram" in doubt for doubt in found.doubts)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"lượt thích": "5"}, "--set, column 'lượt thích': 'likes' is known only after booking, so a candidate cannot have it"),
        ({"folowers": "5"}, "--set, column 'folowers': unknown column; did you mean 'followers'?"),
        ({"posts": "-2"}, "--set, column 'posts': got -2; Number of posts lies between 1 and 1000"),
        ({"starts_on": "2026-08-01", "ends_on": "2026-07-01"}, "before starts_on 2026-08-01; the campaign ends before it starts"),
    ],
)
def test_values_that_no_candidate_can_have_get_the_sentence_of_the_contract(values, sentence):
    with pytest.raises(RowsError) as problem:
        with_changes(rows(), values, (2,), CATALOGUE)
    assert sentence in str(problem.value)


def test_only_the_rows_named_change_and_a_blank_takes_a_value_away():
    after = with_changes(rows(), {"báo giá": "7tr", "posts": "", "planned_on": "2026-08-01"}, (3,), CATALOGUE)
    assert after["fee"].tolist() == [80e6, 7e6, 1e6] and after["posts"].isna().tolist() == [False, True, False]
    assert after["planned_on"].notna().tolist() == [False, True, False]
    pd.testing.assert_frame_equal(after.loc[[2, 4], list(rows())], rows().loc[[2, 4]])


def test_a_swap_into_the_same_booking_is_exactly_nothing():
    found = swap(market(), "engagement", CATALOGUE, 2, (2,), plan=(2, 3))
    assert (found.difference, found.low, found.high, found.per_money) == (0, 0, 0, 0.5)


def test_as_many_come_as_the_fee_buys_and_the_plan_keeps_the_others():
    found = swap(market(("macro", *["micro"] * 9)), "engagement", CATALOGUE, 2, "micro", plan=(2, 3))
    assert found.came["line"].tolist() == [4, 5, 6, 7, 8] and found.went["line"].tolist() == [2]
    assert (found.before.bookings, found.after.bookings) == (2, 6) and found.after.spend == found.before.spend == 60e6
    assert found.better > 0.9 and found.difference == pytest.approx(4000)


def test_quotes_in_another_currency_and_people_of_the_plan_never_come():
    rows = market(creator_id=["a", "b", "a", "d"], currency=["VND", "USD", "VND", "VND"])
    assert swap(rows, "engagement", CATALOGUE, 2, "micro").came["creator_id"].tolist() == ["d"]
    twice = market(person_id=["p", "q", "q", "q"])
    assert len(swap(twice, "engagement", CATALOGUE, 2, "micro").came) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((2, "micro", 4), "the list has 3 others of tier 'micro' with a quote in the same currency; name another tier"),
        ((2, "mega"), "the list has 0 others of tier 'mega' with a quote in the same currency, none for this fee"),
        ((2, "mcro"), "got the tier 'mcro'; allowed: nano, micro, mid, macro, mega"),
        ((2, (9,)), "row 9 is not in the list, or has no forecast of this goal"),
        ((9, "micro"), "row 9 is not in the list"),
    ],
)
def test_swaps_that_cannot_be_are_refused(arguments, sentence):
    with pytest.raises(RowsError) as problem:
        swap(market(), "engagement", CATALOGUE, *arguments)
    assert sentence in str(problem.value)


def test_a_plan_without_the_one_that_goes_or_with_the_one_that_comes_is_refused():
    with pytest.raises(RowsError, match="row 2 is not in the plan; it has the rows 3, 4"):
        swap(market(), "engagement", CATALOGUE, 2, "micro", plan=(3, 4))
    with pytest.raises(RowsError, match="a row that comes is in the plan already"):
        swap(market(), "engagement", CATALOGUE, 2, (3,), plan=(2, 3))


def test_a_swap_of_a_booking_without_a_fee_needs_a_number():
    free = market(fee=[None, 10e6, 10e6, 10e6])
    with pytest.raises(RowsError, match="row 2 has no fee, so it buys nobody; say how many are to come"):
        swap(free, "engagement", CATALOGUE, 2, "micro")
    assert len(swap(free, "engagement", CATALOGUE, 2, "micro", 2).came) == 2


SAID = {
    "en": ("As it is", "need not come from it", "The number of posts is ×2"),
    "vi": ("Hiện tại", "chưa chắc ra đúng thế", "Số bài bằng 2 lần hiện tại"),
}


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_command_answers_in_words_for_a_list_with_titles_of_its_own(tmp_path, capsys, saved_bundle, lang):
    (tmp_path / "list.csv").write_text(LIST)
    arguments = [
        "whatif",
        tmp_path / "list.csv",
        "--model",
        saved_bundle,
        "--on",
        "2026-07-01",
        "--goal",
        "engagement",
        "--lang",
        lang,
    ]
    code, out, _ = run(capsys, *arguments, "--row", 5, "--set", "Số bài=2", "--set", "Báo giá=4tr")
    assert code == 0 and all(words in out for words in SAID[lang])
    assert "3M ₫" in out and "4M ₫" in out if lang == "en" else "3 triệu ₫" in out and "4 triệu ₫" in out
    code, out, _ = run(capsys, *arguments, "--row", 2, "--swap-for", "3,5")
    assert code == 0 and "Bình" in out and "Chi" in out and "An" in out


def test_a_creator_of_the_history_under_another_spelling_is_said_to_be_that_creator(tmp_path, capsys, saved_bundle, world):
    (tmp_path / "list.csv").write_text("creator_id,platform,posts\n@C0001,tiktok,1\n")
    options = ("--model", saved_bundle, "--on", "2026-07-01", "--goal", "engagement", "--history", world, "--set", "posts=2")
    code, _, err = run(capsys, "whatif", tmp_path / "list.csv", *options)
    assert code == 0 and "@C0001 = c0001" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--row", 4, "--set", "posts=2"], "--row: got 4, which is blank or not in the file; its rows go from 2 to 6."),
        (["--row", 2], "whatif: say what changes: --set fee=50tr (with --row 3), or one --row with --swap-for micro."),
        (["--row", 2, "--set", "fee"], "--set: got 'fee'; write a column and a value, such as fee=50tr."),
        (["--row", 2, "--set", "fee=1", "--plan", "3,x"], "--plan: got '3,x'; write rows of the file with commas between them"),
        (["--row", 2, "--set", "fee=1", "--plan", "3,9"], "--plan: got 9, which is blank or not in the file"),
        (["--row", 2, "--set", "fee=1", "--plan", "3"], "--row: got 2, which is not in the plan; add it to --plan."),
        (["--row", 2, "--swap-for", "3", "--number", 2], "--number: goes with a tier"),
    ],
)
def test_commands_that_make_no_sense_end_in_a_sentence(tmp_path, capsys, saved_bundle, arguments, sentence):
    (tmp_path / "list.csv").write_text(LIST)
    code, out, err = run(capsys, "whatif", tmp_path / "list.csv", "--model", saved_bundle, "--goal", "engagement", *arguments)
    assert (code, out) == (2, "") and sentence in err


def test_without_a_goal_or_a_forecast_the_reason_is_given(tmp_path, capsys, saved_bundle, bundle):
    (tmp_path / "list.csv").write_text("creator_id\nc1\n")
    code, _, err = run(capsys, "whatif", tmp_path / "list.csv", "--model", saved_bundle, "--set", "posts=2")
    assert code == 2 and "no goal is named; add --goal engagement" in err
    with pytest.raises(RowsError, match="the platform is not known; give it, or the history that knows this creator"):
        what_if(rows().drop(columns="platform"), rows().drop(columns="platform"), bundle, "engagement", on=DAY)
    without_clicks = replace(bundle, models={name: model for name, model in bundle.models.items() if name != "clicks"})
    with pytest.raises(RowsError, match="this model forecasts nothing for the goal 'traffic'; allowed: "):
        what_if(rows(), rows(), without_clicks, "traffic", on=DAY)


def test_a_change_of_the_fee_alone_says_what_an_outcome_costs(bundle):
    said = in_words(changed(bundle, lines=(2,), fee="160tr"), phrases("en", bundle.catalogue))
    assert "Nothing changes in the engagements" in said and "Cost per engagement: " in said and "(+93%)" in said

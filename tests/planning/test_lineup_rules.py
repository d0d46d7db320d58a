from datetime import date

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from builders import CATALOGUE, phrases, scored
from predictor.cli.main import main
from predictor.errors import DefinitionError, RowsError
from predictor.planning.lineup import lineup
from predictor.planning.rules import (
    Between,
    LineupConstraints,
    absent,
    called,
    candidate_ids,
    constraints,
    persons,
    unchecked,
    with_brief,
)
from predictor.planning.rules_file import read_rules
from predictor.reporting.lineup_words import caveats

CAMPAIGN = {"starts_on": date(2026, 7, 5), "ends_on": date(2026, 7, 20)}


def written(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return read_rules(path, CATALOGUE)


def rows(**columns):
    base = {"creator_id": ["a", "b", "c"], "platform": "tiktok", "tier": "micro", "kind": "kol", "country": "VN", "fee": 5.0}
    return pd.DataFrame(base | {"line": [2, 3, 4]} | columns)


def barred(rules, name, **columns):
    found = {rule.name: rule for rule in constraints(rows(**columns), rules)}
    return found[name].rows.toarray()[0].tolist() if name in found else None


def test_rules_are_read_as_people_write_them(tmp_path):
    rules = written(tmp_path, "budget: 500tr\ncurrency: VND\nnumber: {min: 3}\nplatform: {tiktok: {max: 4}}\nat_least: 20\n")
    assert (rules.budget, rules.currency, rules.number.min, rules.platform["tiktok"].max) == (500e6, "VND", 3, 4)
    assert rules.one_per_person and rules.risk == "expected"


AS_PEOPLE_WRITE = """\
Ngân sách: 500.000.000đ
số booking: 5-10
Nền tảng: {TikTok: ít nhất 3, FACEBOOK: tối đa 2, YT: 0}
kind: {KOLs: 3+, Influencers: "≥ 2"}
tier: {Nano: "<= 4 người"}
country: {Việt Nam: 5 trở lên}
phải có: "@linh.review, Minh Anh"
excluded: [123, Nguyễn Văn A]
largest_share: 25%
at_least: 200k
most_bookings_90_days: 2 lần
risk: an toàn
one_per_person: không
starts_on: 21/07/2026
"""


def test_rules_are_read_in_peoples_own_notation_and_in_vietnamese(tmp_path):
    rules = written(tmp_path, AS_PEOPLE_WRITE)
    assert (rules.budget, rules.currency, rules.number) == (500e6, "VND", Between(min=5, max=10))
    assert rules.platform == {"tiktok": Between(min=3), "facebook": Between(max=2), "youtube": Between(min=0, max=0)}
    assert (rules.kind, rules.tier) == ({"kol": Between(min=3), "influencer": Between(min=2)}, {"nano": Between(max=4)})
    assert (rules.country, rules.must_have) == ({"VN": Between(min=5)}, ("@linh.review", "Minh Anh"))
    assert (rules.excluded, rules.largest_share, rules.at_least) == (("123", "Nguyễn Văn A"), 0.25, 200_000)
    assert (rules.most_bookings_90_days, rules.risk, rules.one_per_person) == (2, "safe", False)
    assert rules.starts_on == date(2026, 7, 21)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("5", 5, 5), ("5 - 10", 5, 10), ("từ 5 đến 10 người", 5, 10), ("[3, 5]", 3, 5), ("at least 3", 3, None),
        ("tối đa 4 KOL", None, 4), ("> 3", 4, None), (">= 3", 3, None), ("dưới 3", None, 2),
        ("{ít nhất: 2, tối đa: 3 booking}", 2, 3),
    ],
)  # fmt: skip
def test_how_many_bookings_is_read_as_people_say_it(tmp_path, text, least, most):
    assert written(tmp_path, f"number: {text}").number == Between(min=least, max=most)


def test_handles_and_signs_need_no_quotes(tmp_path):
    rules = written(tmp_path, "must_have: [@linh.review, Minh Anh]\nexcluded:\n- @an\nkind: {kol: >=2, influencer: > 3}")
    assert (rules.must_have, rules.excluded) == (("@linh.review", "Minh Anh"), ("@an",))
    assert rules.kind == {"kol": Between(min=2), "influencer": Between(min=4)}


def test_an_amount_with_points_between_thousands_is_no_fraction(tmp_path):
    rules = written(tmp_path, "budget: 500.000\nat_least: 20.000")
    assert (rules.budget, rules.at_least) == (500_000, 20_000)


def test_faults_of_a_file_are_told_in_vietnamese_by_the_command(tmp_path, capsys):
    scored(better=2.0).to_csv(tmp_path / "scored.csv", index=False)
    (tmp_path / "rules.yaml").write_text("budget: nhiều\nlargest_share: 25\nplatform: tiktok\nnumber: nhiều")
    asked = ["lineup", f"{tmp_path}/scored.csv", "--goal", "engagement", "--rules", f"{tmp_path}/rules.yaml", "--lang", "vi"]
    with pytest.raises(SystemExit) as ended:
        main(asked)
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "rules.yaml: budget: đang ghi 'nhiều'; cần một số tiền như 500tr" in said
    assert "rules.yaml: largest_share: đang ghi 25" in said and "hãy ghi 25% hoặc 0.25" in said
    assert "như `platform: {facebook: 3-5}`" in said and "number: đang ghi 'nhiều'; cần số booking" in said


@pytest.mark.parametrize("name", ["b", "Minh Anh", "minh anh", "@Linh", "https://www.tiktok.com/@b"])
def test_somebody_is_meant_by_id_name_handle_or_link(name):
    people = rows(name=["An", "Minh Anh", "Chi"], handle=["an", "linh", "chi"])
    assert called(people, name).tolist() == [False, True, False]


def test_a_name_that_two_candidates_have_is_asked_about_by_their_ids():
    with pytest.raises(RowsError, match="excluded: 'An' may be any of a, b; write the id that is meant"):
        constraints(rows(name=["An", "An", "Chi"]), LineupConstraints(excluded=("An",)))


def test_whom_the_rules_exclude_and_the_list_does_not_have_is_told():
    found = lineup(scored(better=2.0), "engagement", LineupConstraints(budget=1e9, excluded=("Nobody",)), CATALOGUE)
    assert any("nobody of the list goes by this name: Nobody" in said for said in caveats(found, phrases("en")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("budgets: 5tr", "unknown key 'budgets'; allowed: budget, currency"),
        ("budget: much", "budget: got 'much'; expected an amount such as 500tr"),
        ("platform: {tictok: {min: 1}}", "platform: got 'tictok'; allowed: facebook, instagram"),
        ("platform: {tictok: {min: 1}}", "did you mean 'tiktok'"),
        ("kind: {kol: {least: 1}}", "unknown key 'least'; allowed: min, max"),
        ("number: {min: 5, max: 2}", "number: got min 5 above max 2"),
        ("must_have: [a]\nexcluded: [a]", "'a' is both in must_have and in excluded"),
        ("risk: chance", "got 'chance' without a count to reach"),
        ("risk: bold", "got 'bold'; allowed: expected, safe, chance"),
        ("largest_share: 40", "largest_share: got 40"),
        ("- budget", "expected lines such as `budget: 500tr`"),
    ],
)
def test_a_wrong_rule_is_told_with_what_is_allowed(tmp_path, text, message):
    with pytest.raises(DefinitionError) as problem:
        written(tmp_path, text)
    assert message in str(problem.value)


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    with pytest.raises(DefinitionError) as problem:
        written(tmp_path, "budget: much\ntier: {giant: {max: 1}}\nrisk: bold\nextra: 1\n")
    assert all(f"rules.yaml: {what}" in str(problem.value) for what in ("budget", "tier", "risk", "unknown key 'extra'"))


def test_the_brief_fills_in_what_the_rules_do_not_say():
    brief = {"budget": 9.0, "currency": "USD", "starts_on": pd.Timestamp(2026, 7, 1), "niche": "food"}
    rules = with_brief(LineupConstraints(budget=5.0), brief)
    assert (rules.budget, rules.currency, rules.starts_on) == (5.0, "USD", date(2026, 7, 1))


def test_whoever_is_busy_on_a_day_of_the_campaign_is_left_out():
    busy = ["2026-07-01..2026-07-05; 2026-09-01", "2026-06-01..2026-07-04", None]
    assert barred(LineupConstraints(**CAMPAIGN), "busy", busy=busy) == [1, 0, 0]
    assert barred(LineupConstraints(**CAMPAIGN, skip_busy=False), "busy", busy=busy) is None


def test_busy_days_without_a_year_are_those_of_the_campaigns_year_and_may_last_over_new_year():
    campaign = LineupConstraints(starts_on=date(2027, 1, 2), ends_on=date(2027, 1, 10))
    assert barred(campaign, "busy", busy=["28/12-03/01", "05/01-06/01", "15/01-20/01"]) == [1, 1, 0]


def test_every_unreadable_busy_day_is_told_with_its_row():
    with pytest.raises(RowsError) as problem:
        constraints(rows(busy=["July", "2026-07-09..2026-07-01", "2026-02-30"]), LineupConstraints(**CAMPAIGN))
    assert [fault.row for fault in problem.value.faults] == [2, 3, 4]
    assert "expected days such as 2026-07-01..2026-07-10" in str(problem.value)


def test_flags_avoided_bar_whoever_carries_one():
    flags = ["alcohol; Gambling", "politics", None]
    assert barred(LineupConstraints(avoid_flags=("gambling",)), "avoid_flags", flags=flags) == [1, 0, 0]


def test_avoided_flags_that_nobody_recorded_are_refused_rather_than_taken_as_fine():
    with pytest.raises(RowsError, match="has no column 'flags'"):
        constraints(rows(), LineupConstraints(avoid_flags=("gambling",)))


def test_a_brand_that_booked_somebody_often_enough_may_not_again():
    assert barred(LineupConstraints(most_bookings_90_days=2), "most_bookings_90_days", booked_by_brand_90=[2, 1, None]) == [
        1,
        0,
        0,
    ]
    assert unchecked(rows(), LineupConstraints(most_bookings_90_days=2, **CAMPAIGN)) == ["busy", "booked_by_brand_90"]


def test_accounts_of_one_person_are_one_and_so_are_rows_of_one_account():
    found = {r.name: r for r in constraints(rows(creator_id=["a", "b", "b"], person_id=["p", "p", None]), LineupConstraints())}
    assert found["one_per_person"].rows.toarray().tolist() == [[1, 1, 0], [0, 0, 1]]
    found = {r.name: r for r in constraints(rows(creator_id=["a", "b", "b"]), LineupConstraints())}
    assert found["one_per_person"].rows.toarray().tolist() == [[1, 0, 0], [0, 1, 1]]


def test_whoever_must_be_booked_and_is_not_in_the_list_is_told():
    with pytest.raises(RowsError, match="must_have: got 'z', of whom the list holds no forecast"):
        constraints(rows(), LineupConstraints(must_have=("z",)))


def test_every_rule_is_a_row_of_those_it_counts_between_its_bounds():
    people = rows(creator_id=["a", "b", "c"], platform=["tiktok", "instagram", "tiktok"], fee=[5.0, np.nan, 7.0])
    rules = LineupConstraints(
        budget=12, number=Between(min=1, max=2), platform={"TikTok": Between(min=1)}, kind={"kol": Between(max=0)},
        country={"VN": Between(min=0)}, must_have=("a",), excluded=("b",), largest_share=0.6,
    )  # fmt: skip
    found = {r.name: (np.asarray(r.rows.todense()).tolist(), r.low, r.high, r.of_spend) for r in constraints(people, rules)}
    every, none = [[1, 1, 1]], -np.inf
    assert found == {
        "quote": ([[0, 1, 0]], none, 0, 0), "somebody": (every, 1, np.inf, 0), "budget": ([[5, 0, 7]], none, 12, 0),
        "number|min": (every, 1, np.inf, 0), "number|max": (every, none, 2, 0),
        "platform|TikTok|min": ([[1, 0, 1]], 1, np.inf, 0), "kind|kol|max": (every, none, 0, 0),
        "must_have|a": ([[1, 0, 0]], 1, np.inf, 0), "excluded": ([[0, 1, 0]], none, 0, 0),
        "one_per_person": ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], none, 1, 0),
        "largest_share": ([[5, 0, 0], [0, 0, 0], [0, 0, 7]], none, 0, -0.6),
    }  # fmt: skip
    assert [r.name for r in constraints(people, LineupConstraints(one_per_person=False))] == ["quote", "somebody"]


@pytest.mark.parametrize("wrong", [{"budget": 0}, {"at_least": 0}, {"largest_share": 0}, {"largest_share": 1.5}])
def test_an_amount_of_nothing_and_a_share_above_all_are_no_rules(wrong):
    with pytest.raises(ValidationError):
        LineupConstraints(**wrong)
    assert LineupConstraints(budget=0.5, at_least=0.5, largest_share=1.0).largest_share == 1.0


def test_a_row_is_of_its_person_else_of_its_creator_else_of_nobody_but_itself():
    people = rows(creator_id=["a", "a", None], person_id=["p", " ", None])
    assert persons(people).tolist() == ["p", "a", "#2"]
    assert persons(people.drop(columns="person_id")).tolist() == ["a", "a", "#2"]
    assert persons(people[["fee"]]).tolist() == ["#0", "#1", "#2"]


def test_a_candidate_without_an_id_is_called_by_its_name():
    people = rows(creator_id=["a", None, ""], name=["An", "Minh", "Chi"])
    assert candidate_ids(people).tolist() == ["a", "Minh", "Chi"]
    assert candidate_ids(people[["fee"]]).tolist() == ["", "", ""]


def test_an_id_typed_exactly_means_its_own_row_though_others_are_called_alike():
    people = rows(creator_id=["an", "AN", "c"], name=["x", "y", "@an"])
    assert called(people, "an").tolist() == [True, False, False]
    assert called(people, "An").tolist() == [True, True, True]
    assert absent(people, LineupConstraints(excluded=("c", "nobody"))) == ["nobody"]


def test_whoever_is_almost_called_so_is_proposed():
    with pytest.raises(RowsError, match="did you mean 'Minh Anh'"):
        constraints(rows(name=["An", "Minh Anh", None]), LineupConstraints(must_have=("Minh Anhh",)))


def test_a_campaign_without_an_end_is_of_one_day_and_its_last_day_counts():
    busy = ["2026-07-20..2026-07-30", "2026-07-21", "1990-01-01..2099-12-31"]
    assert barred(LineupConstraints(**CAMPAIGN), "busy", busy=busy) == [1, 0, 1]
    assert barred(LineupConstraints(starts_on=date(2026, 7, 21)), "busy", busy=busy) == [1, 1, 1]
    assert barred(LineupConstraints(starts_on=date(2026, 7, 19)), "busy", busy=busy) == [0, 0, 1]
    for far in ("1899-12-31", "2100-01-01"):
        with pytest.raises(RowsError, match=f"'{far}'"):
            constraints(rows(busy=far), LineupConstraints(**CAMPAIGN))


def test_what_no_column_tells_is_unchecked_only_where_it_was_asked_for():
    asked = LineupConstraints(most_bookings_90_days=0, **CAMPAIGN)
    assert unchecked(rows(busy=None, booked_by_brand_90=None), asked) == []
    assert unchecked(rows(), LineupConstraints(skip_busy=False, **CAMPAIGN)) == unchecked(rows(), LineupConstraints()) == []


def test_whoever_the_brand_never_booked_has_no_bookings_of_it():
    counts = [1, None, "-"]
    assert barred(LineupConstraints(most_bookings_90_days=1), "most_bookings_90_days", booked_by_brand_90=counts) == [1, 0, 0]

from datetime import date

import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.errors import DefinitionError, RowsError
from predictor.planning.rules import LineupConstraints, constraints, read_rules, unchecked, with_brief

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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("budgets: 5tr", "unknown key 'budgets'; allowed: budget, currency"),
        ("budget: much", "budget: got 'much'; expected a number such as"),
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

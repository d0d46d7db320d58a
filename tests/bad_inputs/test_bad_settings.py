"""YAML, options, dates, numbers, scored lists and plans that cannot be meant: a sentence that names the place."""

import json

import pytest

from bad_inputs.apart import answered, run_apart, told
from bad_inputs.files import YAMLS, lay, plan_json
from builders import scored

pytestmark = pytest.mark.slow  # hundreds of processes

GOALED = ("--goal", "engagement")
YAML_PLACES = {
    "a brief": lambda path, list_, scores, model, out: ("score", list_, "--model", model, "--campaign", path, "-o", out),
    "rules": lambda path, list_, scores, model, out: ("lineup", scores, *GOALED, "--budget", "50tr", "--rules", path),
    "a mapping": lambda path, list_, scores, model, out: ("check", list_, "--mapping", path),
    "rates": lambda path, list_, scores, model, out: ("import", list_, "--rates", path, "-o", out),
}


@pytest.mark.parametrize("place", YAML_PLACES)
@pytest.mark.parametrize("name", [name for name in YAMLS if name != "nan.yaml"])
def test_yaml_that_cannot_be_meant_is_refused_by_its_name(tmp_path, model, good, good_scores, name, place):
    path = lay(tmp_path, name, YAMLS[name])
    ended = run_apart(*YAML_PLACES[place](path, good, good_scores, model, tmp_path / "out.csv"))
    told(ended, name)
    assert len(ended.err) < 20_000 and not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("budget", [".nan", "'-'", "n/a", "5²", "①", "-5tr", ".inf"])
def test_rules_never_lose_a_budget_that_cannot_be_read(tmp_path, good_scores, budget):
    path = lay(tmp_path, "rules.yaml", f"budget: {budget}\n")
    told(run_apart("lineup", good_scores, *GOALED, "--rules", path), "rules.yaml: budget")


IMPOSSIBLE_DAYS = (
    "2026-02-30",
    "2026-13-01",
    "0001-01-01",
    "0026-07-01",
    "2206-07-01",
    "9999-12-31",
    "31/02/2026",
    "2026-07-01T25:00",
)
DAY_PLACES = {
    "the brief": lambda day, tmp, model, good, scores: (
        ("score", good, "--model", model, "--campaign", lay(tmp, "brief.yaml", f"starts_on: {day}\n"), "-o", tmp / "o.csv"), "brief.yaml"),
    "a quoted day of the brief": lambda day, tmp, model, good, scores: (
        ("check", lay(tmp, "brief.yaml", f"ends_on: '{day}'\n")), "brief.yaml"),
    "the rules": lambda day, tmp, model, good, scores: (
        ("lineup", scores, *GOALED, "--budget", "50tr", "--rules", lay(tmp, "rules.yaml", f"starts_on: {day}\n")), "rules.yaml"),
    "--on of score": lambda day, tmp, model, good, scores: (
        ("score", good, "--model", model, "--on", day, "-o", tmp / "o.csv"), "--on"),
    "--on of whatif": lambda day, tmp, model, good, scores: (
        ("whatif", good, "--model", model, "--on", day, *GOALED, "--set", "posts=2"), "--on"),
    "--since": lambda day, tmp, model, good, scores: (
        ("afterwards", scores, lay(tmp, "b.csv", "creator_id,booked_at,engagements\nc0,2026-01-02,5\n"), *GOALED, "--since", day), "--since"),
    "a booking": lambda day, tmp, model, good, scores: (
        ("check", lay(tmp, "bookings.csv", f"creator_id,platform,booked_at,engagements\nc1,tiktok,{day},5\n")), "bookings.csv, row 2"),
    "a post": lambda day, tmp, model, good, scores: (
        ("check", lay(tmp, "posts.csv", f"creator_id,published_at,likes\nc1,{day},5\n")), "posts.csv, row 2"),
    "a spreadsheet": lambda day, tmp, model, good, scores: (
        ("import", lay(tmp, "sheet.csv", f"creator_id,platform,booked_at,engagements\nc1,tiktok,2026-01-02,5\nc2,tiktok,{day},5\n"),
         "--strict", "-o", tmp / "imported"), "sheet.csv"),
    "--set": lambda day, tmp, model, good, scores: (
        ("whatif", good, "--model", model, *GOALED, "--set", f"starts_on={day}"), "--set"),
    "days that somebody is busy": lambda day, tmp, model, good, scores: (
        ("lineup", lay(tmp, "s.csv", scored(3, 3, busy=day).to_csv(index=False)), *GOALED, "--budget", "50tr", "--rules",
         lay(tmp, "rules.yaml", "starts_on: 2026-07-01\n")), "column 'busy'"),
}  # fmt: skip


@pytest.mark.parametrize("place", DAY_PLACES)
@pytest.mark.parametrize("day", IMPOSSIBLE_DAYS)
def test_a_day_that_cannot_be_is_refused_wherever_it_stands(tmp_path, model, good, good_scores, place, day):
    arguments, where = DAY_PLACES[place](day, tmp_path, model, good, good_scores)
    told(run_apart(*arguments), where)


CELLS = {
    "followers": ("5²", "①", "Ⅳ", "½", "-5", "1e400", "9" * 400, "1_000", "0x10", "5 5", "--5", "∞", "5,,000", "+-3", "true", "五"),
    "fee": ("-1", "5²", "1e400", "②tr", "5tr5tr", "free?", "=5+5"),
    "engagement_rate": ("-0.1", "5²%", "nan%"),
    "country": ("Atlantis", "XX", "QZ", "12", "V N"),
    "currency": ("XXY", "đô", "USDT", "$$", "12"),
    "kind": ("kool", "7", "KOL/influencer"),
    "platform": ("my space", "7", "tik tok insta"),
    "ad_density": ("-1", "2", "5²"),
    "posts": ("0", "-2", "2.5", "①"),
}  # fmt: skip


@pytest.mark.parametrize(("column", "cell"), [(column, cell) for column, cells in CELLS.items() for cell in cells])
def test_a_value_that_cannot_be_is_refused_with_row_and_column(tmp_path, model, column, cell):
    other = "" if column == "platform" else "platform,"
    text = f'{other}creator_id,{column}\n{"tiktok," if other else ""}c1,"{cell}"\n'
    path = lay(tmp_path, "list.csv", text)
    told(run_apart("score", path, "--model", model, "-o", tmp_path / "o.csv"), f"list.csv, row 2, column '{column}'")
    assert not (tmp_path / "o.csv").exists()


BLANKS = ("-", "n/a", "NaN", "–", "NULL", " ", "#N/A")


@pytest.mark.parametrize("blank", BLANKS)
def test_columns_of_nothing_but_signs_for_nothing_are_blank(tmp_path, model, blank):
    columns = ("followers", "fee", "currency", "niche", "country", "kind", "engagement_rate", "name", "format", "posts", "is_verified",
               "audience_interests", "person_id", "captions", "busy")  # fmt: skip
    from builders import CATALOGUE

    there = [name for name in columns if name in CATALOGUE.columns("candidates")]
    path = lay(tmp_path, "list.csv", "platform," + ",".join(there) + "\n" + f"tiktok{f',{blank}' * len(there)}\n" * 3)
    answered(run_apart("check", path))
    answered(run_apart("score", path, "--model", model, "-o", tmp_path / "o.csv"))
    if blank.strip():  # of rows with a single word nobody can tell that they are a list
        answered(run_apart("import", path, "-o", tmp_path / "imported"))


@pytest.mark.parametrize("blank", BLANKS)
def test_a_history_of_signs_for_nothing_is_refused_in_sentences(tmp_path, blank):
    path = lay(tmp_path, "bookings.csv", "creator_id,platform,booked_at,engagements,fee\n" + f"{','.join([blank] * 5)}\n" * 4)
    told(run_apart("check", path), "bookings.csv")
    told(run_apart("train", path), "bookings.csv")


OPTIONS = {
    "a budget of nothing": (("lineup", "SCORES", *GOALED, "--budget", "-"), "--budget"),
    "a budget below nothing": (("lineup", "SCORES", *GOALED, "--budget", "-5tr"), "--budget"),
    "a budget of blanks": (("lineup", "SCORES", *GOALED, "--budget", " "), "--budget"),
    "a budget with a power": (("lineup", "SCORES", *GOALED, "--budget", "5²"), "--budget"),
    "a budget in a circle": (("lineup", "SCORES", *GOALED, "--budget", "①"), "--budget"),
    "an endless budget": (("lineup", "SCORES", *GOALED, "--budget", "inf"), "--budget"),
    "a budget of 400 digits": (("lineup", "SCORES", *GOALED, "--budget", "9" * 400), "--budget"),
    "a seed that is too large": (("lineup", "SCORES", *GOALED, "--budget", "5tr", "--seed", "9" * 40), "--seed"),
    "a seed below 0": (("lineup", "SCORES", *GOALED, "--budget", "5tr", "--seed", "-1"), "--seed"),
    "a seed of simulate below 0": (("simulate", "-o", "OUT", "--seed", "-1"), "--seed"),
    "a count with a power": (("score", "LIST", "--model", "MODEL", "-o", "OUT.csv", "--at-least", "engagement=5²"), "--at-least"),
    "a count in a circle": (("score", "LIST", "--model", "MODEL", "-o", "OUT.csv", "--at-least", "engagement=①"), "--at-least"),
    "a count of 5,000 digits": (("score", "LIST", "--model", "MODEL", "-o", "OUT.csv", "--at-least", "engagement=" + "9" * 5000), "--at-least"),
    "a goal that is none": (("lineup", "SCORES", "--goal", "fame", "--budget", "5tr"), "--goal"),
    "a plan in circles": (("whatif", "LIST", "--model", "MODEL", *GOALED, "--set", "fee=5tr", "--plan", "①"), "--plan"),
    "a plan with a power": (("whatif", "LIST", "--model", "MODEL", *GOALED, "--set", "fee=5tr", "--plan", "2²"), "--plan"),
    "a plan beyond the list": (("whatif", "LIST", "--model", "MODEL", *GOALED, "--set", "fee=5tr", "--plan", "99"), "--plan"),
    "a plan of 5,000 digits": (("whatif", "LIST", "--model", "MODEL", *GOALED, "--set", "fee=5tr", "--plan", "9" * 5000), "--plan"),
    "a swap with a power": (("whatif", "LIST", "--model", "MODEL", *GOALED, "--row", "2", "--swap-for", "²"), "--swap-for"),
    "a swap for nobody": (("whatif", "LIST", "--model", "MODEL", *GOALED, "--row", "2", "--swap-for", "giants"), "giants"),
    "a change of an unknown column": (("whatif", "LIST", "--model", "MODEL", *GOALED, "--set", "fie=5tr"), "--set"),
    "a change to nonsense": (("whatif", "LIST", "--model", "MODEL", *GOALED, "--set", "fee=5²"), "--set"),
    "workers below 0": (("score", "LIST", "--model", "MODEL", "-o", "OUT.csv", "--stream-from", "1", "--workers", "-3"), "--workers"),
    "rows below 0": (("score", "LIST", "--model", "MODEL", "-o", "OUT.csv", "--stream-from", "-1"), "--stream-from"),
    "endless lead days": (("train", "LIST", "--lead-days", "inf"), "--lead-days"),
    "lead days that are no number": (("train", "LIST", "--lead-days", "nan"), "--lead-days"),
    "lead days below 0": (("train", "LIST", "--lead-days", "-7"), "--lead-days"),
    "no jobs": (("train", "LIST", "--jobs", "0"), "--jobs"),
    "creators without end": (("simulate", "-o", "OUT", "--creators", "9" * 30), "--creators"),
    "months without end": (("simulate", "-o", "OUT", "--months", "9" * 30), "--months"),
    "a version that is no number": (("promote", "--project", "OUT", "--version", "²"), "²"),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_that_cannot_be_meant_is_refused_by_its_name(tmp_path, model, good, good_scores, name):
    arguments, where = OPTIONS[name]
    named = {"SCORES": good_scores, "LIST": good, "MODEL": model, "OUT": tmp_path / "out", "OUT.csv": tmp_path / "out.csv"}
    told(run_apart(*(named.get(one, one) for one in arguments)), where)
    assert not (tmp_path / "out.csv").exists()


WRONG_SCORES = {
    "negative forecasts": {"engagement_expected": -5.0},
    "endless forecasts": {"engagement_p90": float("inf")},
    "an interval the wrong way round": {"engagement_p10": 9e9},
    "an expectation that is text": {"engagement_expected": "many"},
    "negative fees": {"fee": -1.0},
    "endless fees": {"fee": float("inf")},
    "fees that are text": {"fee": "call me"},
    "an unknown kind": {"kind": "kool"},
    "an unknown platform": {"platform": "my space"},
    "an unknown tier": {"tier": "giant"},
    "a currency that does not exist": {"currency": "XXY"},
    "flags that are neither": {"known_creator": "perhaps"},
    "a country that does not exist": {"country": "Atlantis"},
    "negative followers": {"followers": -5},
}


@pytest.mark.parametrize("command", ["compare", "lineup", "afterwards"])
@pytest.mark.parametrize("name", WRONG_SCORES)
def test_a_scored_list_with_impossible_figures_is_refused_with_row_and_column(tmp_path, model, name, command):
    ((column, value),) = WRONG_SCORES[name].items()
    rows = scored(3, 3).astype(object)
    rows[column] = rows.get(column)
    rows.loc[2, column] = value
    path = lay(tmp_path, "scored.csv", rows.to_csv(index=False))
    bookings = lay(tmp_path, "b.csv", "creator_id,booked_at,engagements\nc0,2026-01-02,5\n")
    more = {"compare": (), "lineup": ("--budget", "50tr"), "afterwards": ()}[command]
    ended = run_apart(command, path, *([bookings] if command == "afterwards" else []), *GOALED, *more)
    told(ended, f"scored.csv, row 4, column '{column}'")


PLANS = {
    "no target.json": plan_json(target=None),
    "an unknown target.json": plan_json(target="fame"),
    "a target that is a list.json": plan_json(target=["engagement"]),
    "no plans.json": plan_json(plans=None),
    "plans that are a number.json": plan_json(plans=5),
    "plans of numbers.json": plan_json(plans=[5]),
    "a plan without bookings.json": plan_json(plans=[{"name": "mix"}]),
    "a plan without a name.json": plan_json(plans=[{"bookings": []}]),
    "bookings that are text.json": plan_json(plans=[{"name": "mix", "bookings": "c1"}]),
    "bookings of numbers.json": plan_json(plans=[{"name": "mix", "bookings": [1, 2]}]),
    "a booking without figures.json": plan_json(plans=[{"name": "mix", "bookings": [{"creator_id": "c1"}]}]),
    "figures that are lists.json": plan_json(plans=[{"name": "mix", "bookings": [{"creator_id": "c1", "expected": [1], "p10": 1, "p90": 2}]}]),
    "figures below 0.json": plan_json(plans=[{"name": "mix", "bookings": [{"creator_id": "c1", "expected": -1, "p10": -2, "p90": -1}]}]),
    "text for a figure.json": plan_json(plans=[{"name": "mix", "bookings": [{"creator_id": "c1", "expected": "x", "p10": 1, "p90": 2}]}]),
    "nothing proposed.json": plan_json(proposed="nobody"),
    "no bookings.json": plan_json(plans=[{"name": "mix", "bookings": []}]),
    "deep.json": "[" * 100_000,
    "empty.json": "",
    "no text.json": b"\xff\xfe\x00",
    "NaN.json": plan_json().replace("100", "NaN"),
    "the same key twice.json": plan_json().replace('"target"', '"target": "reach", "target"'),
    "a list.json": "[]",
    "nothing.json": "null",
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_with_parts_missing_is_refused_by_its_name(tmp_path, model, name):
    bookings = lay(tmp_path, "b.csv", "creator_id,booked_at,engagements\nc1,2026-01-02,5\n")
    told(run_apart("afterwards", lay(tmp_path, name, PLANS[name]), bookings), name)


def bundles():
    """Changes to the files of a bundle, by what is wrong with it: a file and what it then holds (None: it is gone)."""
    return {
        "no catalogue": ("catalogue.json", None),
        "no models": ("models.json", None),
        "no trees": ("engagement.known.txt", None),
        "empty account": ("bundle.json", ""),
        "an account that is a list": ("bundle.json", "[]"),
        "a deep account": ("bundle.json", "[" * 100_000),
        "an account of another format": ("bundle.json", json.dumps({"format": 99})),
        "a format that is text": ("bundle.json", json.dumps({"format": "seven"})),
        "a format that is true": ("bundle.json", json.dumps({"format": True})),
        "trees that are cut off": ("engagement.known.txt", "tree\n"),
        "no UTF-8": ("bundle.json", b"\xff\xfe\x00"),
    }


@pytest.mark.parametrize("name", bundles())
def test_a_bundle_with_parts_missing_is_refused_by_its_folder(tmp_path, model, good, name):
    import shutil

    copy = shutil.copytree(model, tmp_path / "copy")
    file, content = bundles()[name]
    (copy / file).unlink()
    if content is not None:
        lay(copy, file, content)
    told(run_apart("score", good, "--model", copy, "-o", tmp_path / "o.csv"), str(copy))

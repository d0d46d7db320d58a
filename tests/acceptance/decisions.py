"""What the proposed line-up brings against other ways of choosing, and whether it brings what it promises: `--only decisions`.

In invented agencies the newest campaigns are offered many candidates that training never saw; what each would have brought is
drawn by the same hidden truth as the history, so that what every choice would have got is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import joblib
import numpy as np
import pandas as pd

from acceptance.measure import Bar
from acceptance.scenarios import as_tables
from predictor.asof.examples import candidate_rows
from predictor.bundle import Bundle
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue, Recipe
from predictor.forecasting.predict import baseline_counts
from predictor.planning.lineup import lineup
from predictor.planning.optimiser import Constraint, best_choice
from predictor.planning.plans import Plan
from predictor.planning.rules import LineupConstraints
from predictor.scoring.score import score
from predictor.simulation.agency import simulate
from predictor.tables.frames import History
from predictor.training.train import train

WORLDS = 20  # one agency's ratio of promised to true lies within ×0.8 to 1.25, so that few worlds say little
CAMPAIGNS, CANDIDATES = 40, 60
OFFERED = 220  # bookings of a campaign in the second draw of a world, of which those of creators never learned from are offered
HELD_OUT = 0.3  # of the creators
SPENT = (0.05, 0.3)  # a budget's share of all quotes
TARGETS = ("engagement", "reach", "orders", "clicks", "revenue")  # what campaigns want most, in turn
ASKED = "with posts on record"  # what shares of the oracle are asked of
WAYS = {
    "followers": "most followers per money",
    "cheapest": "the cheapest",
    "benchmark": "tier benchmark per money",
    "plan": "the proposed line-up",
    "oracle": "who knows the expected outcome of each",
}


def decisions(worlds: int = WORLDS) -> list[Bar]:
    """Realised outcomes of some 40 campaigns a world by five ways of choosing, for creators with a record and for strangers."""
    catalogue = load_catalogue()
    choices = pd.concat(joblib.Parallel(n_jobs=-1)(joblib.delayed(_world)(seed, catalogue) for seed in range(1, worlds + 1)))
    found = []
    for record, rows in choices.groupby("record", sort=False):
        name = f"{len(rows)} campaigns, held-out creators {record}"
        found += [_share(name, rows, record == ASKED), _gain(name, rows, record == ASKED), *_promises(name, rows, (0.97, 1.03))]
        for target, some in rows.groupby("target"):
            name = f"{target} ({len(some)}), {record}"
            share_asked = record == ASKED and target in ("clicks", "revenue")
            found += [_share(name, some, share_asked), _gain(name, some, asked=False), *_promises(name, some, (0.94, 1.06))]
    return found


def _promises(where: str, rows: pd.DataFrame, asked: tuple[float, float]) -> list[Bar]:
    """What plans promised over what they would bring on average, and how often their interval holds what came.

    Both are divided by the fees of all candidates, which are known beforehand: divided by the truth, even a perfect forecaster
    would seem to promise too much, as campaigns that came out low would weigh most.
    """
    true = rows["true"] / rows["fees"]
    of_target = true.groupby(rows["target"].to_numpy()).transform(
        "mean"
    )  # a person reached is not worth an order: each target counts alike
    promised, true = rows["promised"] / rows["fees"] / of_target, true / of_target
    ratio = promised.sum() / true.sum()
    sums = pd.DataFrame({"promised": promised, "true": true}).groupby(rows["world"].to_numpy()).sum().to_numpy()
    drawn = sums[np.random.default_rng(1).integers(0, len(sums), (2000, len(sums)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], (0.05, 0.95))
    below, above = (rows["plan"] < rows["low"]).mean(), (rows["plan"] > rows["high"]).mean()
    inside = 1 - below - above
    return [
        Bar(
            f"{where}: promised over true",
            f"{ratio:.3f} (90% of resampled worlds {low:.2f} to {high:.2f}; {len(sums)} worlds)",
            f"{asked[0]:.2f} to {asked[1]:.2f}",
            bool(asked[0] <= ratio <= asked[1]),
        ),
        Bar(
            f"{where}: a plan's 80 % interval holds",
            f"{inside:.1%} (below {below:.1%}, above {above:.1%})",
            "76% to 84%, each tail 7% to 13%",
            bool(0.76 <= inside <= 0.84 and all(0.07 <= tail <= 0.13 for tail in (below, above))),
        ),
    ]


def _share(where: str, rows: pd.DataFrame, asked: bool) -> Bar:
    """The share of the oracle's realised outcome: a mean over campaigns, each counting alike whatever its size."""
    share, _ = _shares(rows)
    named = ", ".join(f"{WAYS[way]} {share[way]:.0%}" for way in ("followers", "cheapest", "benchmark"))
    return Bar(
        f"{where}: share of the oracle's outcome",
        f"{share['plan']:.0%} ({named})",
        "at least 85%" if asked else "told",
        bool(share["plan"] >= 0.85) if asked else None,
    )


def _gain(where: str, rows: pd.DataFrame, asked: bool) -> Bar:
    """How much more than most followers for the same money."""
    (_, over), (low, high) = _shares(rows), _interval(rows)
    return Bar(
        f"{where}: plan over {WAYS['followers']}",
        f"{over - 1:+.0%} (95% of resampled campaigns {low - 1:+.0%} to {high - 1:+.0%})",
        "at least +25%" if asked else "told",
        bool(over >= 1.25) if asked else None,
    )


def _shares(rows: pd.DataFrame) -> tuple[pd.Series, float]:
    relative = rows[list(WAYS)].div(rows["scale"], axis=0)
    totals = relative.sum()
    return totals / totals["oracle"], float(totals["plan"] / totals["followers"])


def _interval(rows: pd.DataFrame, times: int = 2000) -> tuple[float, float]:
    rng = np.random.default_rng(1)
    relative = rows[["plan", "followers"]].div(rows["scale"], axis=0).to_numpy()
    drawn = relative[rng.integers(0, len(rows), (times, len(rows)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], (0.025, 0.975))
    return float(low), float(high)


def _world(seed: int, catalogue: Catalogue) -> pd.DataFrame:
    """Every campaign of a world, chosen by each way, with what came of it."""
    history, offered, truth = _two_draws(seed, catalogue)
    bookings, rng = offered.frames["bookings"], np.random.default_rng(seed)
    campaigns = offered.frames["campaigns"].set_index("campaign_id")
    begins = campaigns["starts_on"].quantile(0.65)
    creators = rng.permutation(history.frames["creators"]["creator_id"])
    held = set(creators[: int(HELD_OUT * len(creators))])
    bundle = train(_before(history, begins, held), catalogue, seed=seed, jobs=1).bundle
    newest = campaigns[campaigns["starts_on"] > begins + pd.Timedelta(days=30)]
    choices = []
    for place, (campaign, brief) in enumerate(newest.iterrows()):
        recipe = catalogue.recipes[TARGETS[place % len(TARGETS)]]
        pool = bookings[(bookings["campaign_id"] == campaign) & bookings["creator_id"].isin(held)]
        pool = pool.merge(truth, on="booking_id").dropna(subset=[recipe.outcome]).head(CANDIDATES).reset_index(drop=True)
        if place >= CAMPAIGNS or pool.empty:
            continue
        budget = rng.uniform(*SPENT) * float(pool["fee"].sum())
        wanted = {**brief.dropna().to_dict(), "goal": recipe.goal, "budget": budget}
        choices += list(_campaign(pool, wanted, recipe, bundle.answering(recipe.goal, recipe.outcome), history))
    return pd.DataFrame(choices).assign(world=seed)


def _two_draws(seed: int, catalogue: Catalogue) -> tuple[History, History, pd.DataFrame]:
    """An agency; the same creators and campaigns with many more bookings, all tracked; and the truth behind these."""
    many: dict[str, Any] = {"booking": {"a_campaign": [OFFERED, OFFERED]}, "sales": {"tracked": 1.0}}
    wide = simulate(seed, change=many)
    return as_tables(simulate(seed), catalogue), as_tables(wide, catalogue), wide.truth.drop(columns="creator_id")


def _before(history: History, moment: pd.Timestamp, held: set[str]) -> History:
    """What was known on a day, without the creators held out."""
    frames = {
        name: frame[~frame["creator_id"].isin(held)] if "creator_id" in frame else frame for name, frame in history.frames.items()
    }
    frames["posts"] = frames["posts"][frames["posts"]["published_at"] < moment - pd.Timedelta(days=10)]
    ends = frames["bookings"]["campaign_id"].map(frames["campaigns"].set_index("campaign_id")["ends_on"])
    frames["bookings"] = frames["bookings"][ends < moment - pd.Timedelta(days=10)]
    frames["creator_snapshots"] = frames["creator_snapshots"][frames["creator_snapshots"]["at"] < moment]
    return History({name: frame.reset_index(drop=True) for name, frame in frames.items()}, history.invented)


def _campaign(
    pool: pd.DataFrame, brief: dict[str, Any], recipe: Recipe, bundle: Bundle, history: History
) -> Iterator[dict[str, Any]]:
    """One campaign twice: with the creators' posts at hand, and with what a media kit says alone."""
    on = pd.Timestamp(brief["starts_on"]) - pd.Timedelta(days=14)
    sheet = pool[["creator_id", "format", "posts", "fee", "currency"]]
    for record, asked, known in (
        (ASKED, sheet, history),
        ("known by their media kit alone", _kits(sheet, history, on), History({}, history.invented)),
    ):
        chosen, plan = _choices(pool, asked, brief, recipe, bundle, known, on)
        came, true = (pool[name].to_numpy(dtype=float) for name in (recipe.outcome, _truth(recipe)))
        about = {"target": recipe.name, "record": record, "scale": true.sum(), "fees": float(pool["fee"].sum())}
        promised = {"promised": plan.expected, "low": plan.low, "high": plan.high, "true": true[chosen["plan"]].sum()}
        yield about | promised | {way: came[rows].sum() for way, rows in chosen.items()}


def _kits(sheet: pd.DataFrame, history: History, on: pd.Timestamp) -> pd.DataFrame:
    """The candidates as their media kits of that day tell of them: with the followers of then, not of the history's end."""
    about, counts = history.frames["creators"], history.frames["creator_snapshots"]
    followers = counts[counts["at"] <= on].sort_values("at").groupby("creator_id")["followers"].last()
    kits = sheet.merge(about.drop(columns=["person_id", "followers"]), on="creator_id", how="left")
    return kits.assign(followers=kits["creator_id"].map(followers)).drop(columns="creator_id")


def _choices(
    pool: pd.DataFrame,
    asked: pd.DataFrame,
    brief: dict[str, Any],
    recipe: Recipe,
    bundle: Bundle,
    known: History,
    on: pd.Timestamp,
) -> tuple[dict[str, np.ndarray], Plan]:
    """Positions of the candidates that each way of choosing would book for the same money, and the proposed plan."""
    budget, fee = float(brief["budget"]), pool["fee"].to_numpy(dtype=float)
    scored = score(asked, bundle, brief=brief, history=known, on=on)
    rows = candidate_rows(asked, brief, on, known, bundle.catalogue, bundle.texts, bundle.growth)
    rules = LineupConstraints(budget=budget, one_per_person=False, outcome=recipe.outcome)
    found = lineup(scored, recipe.goal, rules, bundle.catalogue, shocks=bundle.shocks(recipe.goal), other_budgets=False)
    plan = next(one for one in found.plans if one.name == "mix")
    values = {
        "followers": rows["followers"].to_numpy(dtype=float),
        "cheapest": np.ones(len(pool)),
        "benchmark": baseline_counts(bundle.models[recipe.name], rows)["tier_benchmark"].to_numpy(dtype=float),
    }
    limit = Constraint("budget", fee[None, :], high=budget)
    oracle = best_choice(pool[_truth(recipe)].to_numpy(dtype=float), fee, [limit]).chosen
    greedy = {way: _greedy(value / fee, fee, budget) for way, value in values.items()}
    return {**greedy, "plan": plan.rows["line"].to_numpy(dtype=int) - 2, "oracle": oracle}, plan


def _greedy(worth: np.ndarray, fee: np.ndarray, budget: float) -> np.ndarray:
    """The best per money first, passing over whoever no longer fits."""
    taken, left = list[int](), budget
    for place in np.argsort(-np.nan_to_num(worth), kind="stable"):
        if fee[place] <= left:
            taken.append(int(place))
            left -= fee[place]
    return np.array(sorted(taken), dtype=int)


def _truth(recipe: Recipe) -> str:
    return f"expected_{recipe.outcome}"

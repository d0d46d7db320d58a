"""What the proposed line-up brings against other ways of choosing: `python -m acceptance --only decisions`.

In invented agencies the newest campaigns are offered many candidates that training never saw; what each would have brought is
drawn by the same hidden truth as the history, so that what every choice would have got is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import joblib
import numpy as np
import pandas as pd

from acceptance.measure import Bar
from acceptance.scenarios import as_tables
from predictor.bundle import Bundle
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue
from predictor.forecasting.predict import baseline_counts
from predictor.forecasting.target_model import fit, labelled
from predictor.history.examples import candidate_rows, learned_texts
from predictor.planning.lineup import lineup
from predictor.planning.optimiser import Constraint, best_choice
from predictor.planning.rules import LineupConstraints
from predictor.scoring.score import score
from predictor.simulation.agency import simulate
from predictor.tables.frames import History
from predictor.training.train import learnable, provenance_of

WORLDS, CAMPAIGNS, CANDIDATES = 5, 40, 60
OFFERED = 220  # bookings of a campaign in the second draw of a world, of which those of creators never learned from are offered
HELD_OUT = 0.3  # of the creators
SPENT = (0.05, 0.3)  # a budget's share of all quotes
OUTCOMES = {"engagement": "engagements", "awareness": "reach", "sales": "orders"}
WAYS = {
    "followers": "most followers per money",
    "cheapest": "the cheapest",
    "benchmark": "tier benchmark per money",
    "plan": "the proposed line-up",
    "oracle": "who knows the expected outcome of each",
}


def decisions() -> list[Bar]:
    """Realised outcomes of 200 campaigns by five ways of choosing, for creators with a record and for strangers."""
    catalogue = load_catalogue()
    choices = pd.concat(joblib.Parallel(n_jobs=-1)(joblib.delayed(_world)(seed, catalogue) for seed in range(1, WORLDS + 1)))
    found = []
    for record, rows in choices.groupby("record", sort=False):
        found += _bars(f"{len(rows)} campaigns, held-out creators {record}", rows, asked=record == "with posts on record")
        for goal, some in rows.groupby("goal"):
            found += _bars(f"{goal} ({len(some)}), {record}", some, asked=False)
    return found


def _bars(where: str, rows: pd.DataFrame, asked: bool) -> list[Bar]:
    """Shares of the oracle's realised outcome: a mean over campaigns, each counting alike whatever its size."""
    share, over = _shares(rows)
    low, high = _interval(rows)
    named = ", ".join(f"{WAYS[way]} {share[way]:.0%}" for way in ("followers", "cheapest", "benchmark"))
    return [
        Bar(
            f"{where}: share of the oracle's outcome",
            f"{share['plan']:.0%} ({named})",
            "at least 85%" if asked else "told",
            bool(share["plan"] >= 0.85) if asked else None,
        ),
        Bar(
            f"{where}: plan over {WAYS['followers']}",
            f"{over - 1:+.0%} (95% of resampled campaigns {low - 1:+.0%} to {high - 1:+.0%})",
            "at least +25%" if asked else "told",
            bool(over >= 1.25) if asked else None,
        ),
    ]


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
    bundle = _learn(_before(history, begins, held), catalogue, seed)
    newest = campaigns[campaigns["starts_on"] > begins + pd.Timedelta(days=30)]
    choices = []
    for place, (campaign, brief) in enumerate(newest.iterrows()):
        goal = list(OUTCOMES)[place % len(OUTCOMES)]
        pool = bookings[(bookings["campaign_id"] == campaign) & bookings["creator_id"].isin(held)]
        pool = pool.merge(truth, on="booking_id").dropna(subset=[OUTCOMES[goal]]).head(CANDIDATES).reset_index(drop=True)
        if place >= CAMPAIGNS or pool.empty:
            continue
        budget = rng.uniform(*SPENT) * float(pool["fee"].sum())
        choices += list(_campaign(pool, {**brief.dropna().to_dict(), "goal": goal, "budget": budget}, bundle, history))
    return pd.DataFrame(choices)


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


def _learn(history: History, catalogue: Catalogue, seed: int) -> Bundle:
    texts = learned_texts(history)
    examples, skipped = learnable(history, catalogue, texts=texts)
    recipes = [recipe for name, recipe in catalogue.recipes.items() if name not in skipped]
    models = {recipe.name: fit(labelled(examples, recipe), recipe, catalogue, seed) for recipe in recipes}
    seen = {name: sorted(labelled(examples, model.recipe)["platform"].dropna().unique()) for name, model in models.items()}
    return Bundle(catalogue, models, replace(provenance_of(history, examples, seed=seed), platforms=seen), texts)


def _campaign(pool: pd.DataFrame, brief: dict[str, Any], bundle: Bundle, history: History) -> Iterator[dict[str, Any]]:
    """One campaign twice: with the creators' posts at hand, and with what a media kit says alone."""
    on = pd.Timestamp(brief["starts_on"]) - pd.Timedelta(days=14)
    sheet = pool[["creator_id", "format", "posts", "fee", "currency"]]
    kits = sheet.merge(history.frames["creators"], on="creator_id", how="left").drop(columns=["creator_id", "person_id"])
    for record, asked, known in (
        ("with posts on record", sheet, history),
        ("known by their media kit alone", kits, History({}, history.invented)),
    ):
        chosen = _choices(pool, asked, brief, bundle, known, on)
        came = pool[OUTCOMES[brief["goal"]]].to_numpy(dtype=float)
        scale = float(pool[_truth(brief["goal"])].sum())
        yield {"goal": brief["goal"], "record": record, "scale": scale} | {way: came[rows].sum() for way, rows in chosen.items()}


def _choices(
    pool: pd.DataFrame, asked: pd.DataFrame, brief: dict[str, Any], bundle: Bundle, known: History, on: pd.Timestamp
) -> dict[str, np.ndarray]:
    """Positions of the candidates that each way of choosing would book for the same money."""
    goal, budget, fee = brief["goal"], float(brief["budget"]), pool["fee"].to_numpy(dtype=float)
    model = next(one for one in bundle.models.values() if one.recipe.goal == goal)
    scored = score(asked, bundle, brief=brief, history=known, on=on)
    rows = candidate_rows(asked, brief, on, known, bundle.catalogue, bundle.texts)
    found = lineup(scored, goal, LineupConstraints(budget=budget, one_per_person=False), bundle.catalogue)
    plan = next(one for one in found.plans if one.name == "mix").rows["line"].to_numpy(dtype=int) - 2
    values = {
        "followers": rows["followers"].to_numpy(dtype=float),
        "cheapest": np.ones(len(pool)),
        "benchmark": baseline_counts(model, rows)["tier_benchmark"].to_numpy(dtype=float),
    }
    limit = Constraint("budget", fee[None, :], high=budget)
    oracle = best_choice(pool[_truth(goal)].to_numpy(dtype=float), fee, [limit]).chosen
    return {**{way: _greedy(value / fee, fee, budget) for way, value in values.items()}, "plan": plan, "oracle": oracle}


def _greedy(worth: np.ndarray, fee: np.ndarray, budget: float) -> np.ndarray:
    """The best per money first, passing over whoever no longer fits."""
    taken, left = list[int](), budget
    for place in np.argsort(-np.nan_to_num(worth), kind="stable"):
        if fee[place] <= left:
            taken.append(int(place))
            left -= fee[place]
    return np.array(sorted(taken), dtype=int)


def _truth(goal: str) -> str:
    return f"expected_{OUTCOMES[goal]}"

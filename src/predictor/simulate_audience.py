"""How the invented creators' audiences came about: counts of followers over time, some of them bought."""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictor.simulate_creators import Assumptions, People

MONTH = 30.44


def counted_followers(rng: np.random.Generator, known: People, last: pd.Timestamp, a: Assumptions) -> pd.DataFrame:
    """The table of snapshots: followers as counted every month since a creator's record begins, ending at today's figure.

    What a post brings goes by today's figure: between creators a larger audience comes with more, within a creator it hardly
    does (an elasticity of 0.1 on TikTok: Tian, Dew and Iyengar, Journal of Marketing Research 61(3), 2024).
    """
    settings, who = a.numbers["audience"], known.frame
    days = (last - known.begins).days
    counts = int(days // settings["counted_every"])
    ago = np.arange(counts, -1, -1) * float(settings["counted_every"])  # oldest first, shape (counts + 1,)
    mean, spread = settings["growth_a_month"]
    growth = rng.normal(mean, spread, len(who))
    wobble = np.exp(rng.normal(0.0, settings["wobble"], (len(who), len(ago))))
    wobble[:, -1] = 1.0
    bought = rng.random(len(who)) < settings["bought"]
    least, most = settings["jump"]
    came = rng.uniform(least, most, len(who)) * bought
    jumped = rng.uniform(0.1, 0.9, len(who)) * days  # days ago
    kept = np.where(ago > jumped[:, None], 1.0 - came[:, None], 1.0)
    followers = who["followers"].to_numpy()[:, None] * np.exp(-growth[:, None] * ago / MONTH) * wobble * kept
    seen = (days - ago) >= who["since"].to_numpy()[:, None]
    rows, columns = np.nonzero(seen)
    return pd.DataFrame({
        "creator_id": who["creator_id"].to_numpy()[rows], "at": (last - pd.to_timedelta(ago, unit="D"))[columns],
        "followers": np.maximum(followers[rows, columns].round(), 1).astype(int),
    })  # fmt: skip

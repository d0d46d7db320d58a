"""Trees as LightGBM grows them at random, and rows that try every branch."""

import lightgbm as lgb
import numpy as np

COLUMNS, CATEGORIES = 5, [3, 4]
TREES = {"verbose": -1, "num_threads": 1, "min_data_in_leaf": 2, "min_data_per_group": 1, "cat_smooth": 1.0}


def rows(seed, count, gaps):
    """Numbers with many ties, gaps, infinities and almost zeros; categories with gaps and such as no training row showed."""
    luck = np.random.default_rng(seed)
    seen = np.round(luck.normal(size=(count, COLUMNS)), 1)
    seen[:, CATEGORIES] = luck.integers(0, 40, (count, 2))
    seen[luck.random(seen.shape) < gaps] = np.nan
    return seen


def odd(seen, booster, seed):
    """The same rows, some values replaced by a threshold of the trees, what is next to it, or something strange."""
    luck = np.random.default_rng(seed)
    asked = [float(word) for line in booster.model_to_string().splitlines() if line.startswith("threshold=")
             for word in line.split("=")[1].split()]  # fmt: skip
    strange = [np.inf, -np.inf, np.nan, 0.0, -0.0, 1e-36, -1e-30, 1e308, -3.0, 2.7, 1e12, *asked, *np.nextafter(asked, np.inf)]
    return np.where(luck.random(seen.shape) < 0.3, luck.choice(strange, seen.shape), seen)


def booster(seed, leaves=15, trees=8, gaps=0.2, **more):
    seen = rows(seed, 400, gaps)
    target = np.nan_to_num(seen[:, 0]) * 2 + np.nan_to_num(seen[:, 3]) % 5 + np.random.default_rng(seed).normal(size=400)
    data = lgb.Dataset(seen, target, categorical_feature=CATEGORIES)
    return lgb.train({**TREES, "num_leaves": leaves, "seed": seed, **more}, data, trees)

"""The same features with what pandas offers: grouped rolling and exponentially weighted windows, read by `merge_asof`."""

import numpy as np
import pandas as pd

from predictor.asof.events import ASSUMED_AUDIENCE, SEEN_AFTER

DAY = pd.Timedelta(days=1)


def features(posts: pd.DataFrame, asks: pd.DataFrame, wanted: dict) -> pd.DataFrame:
    """Every wanted feature of posts for every question; `engagements` and `reach` are columns of `posts`."""
    posts = posts.sort_values(["published_at", "post_id"], kind="stable", ignore_index=True)
    asks = asks.reset_index(drop=True)
    told = {}
    for name, one in wanted.items():
        told[name] = _feature(posts, asks, one)
    return pd.DataFrame(told)


def _feature(posts: pd.DataFrame, asks: pd.DataFrame, one) -> np.ndarray:
    if one.function == "sponsored_ratio":
        parts = [_feature(posts, asks, one.model_copy(update={"function": "level", "only": o})) for o in ("sponsored", "organic")]
        return parts[0] / parts[1]
    keys = ["creator_id", *one.within]
    rows = posts if one.only is None else posts[posts["sponsored"] == (one.only == "sponsored")]
    counts = one.of not in (None, "sponsored")
    rows = rows[[*keys, "published_at", *({one.of, one.over} - {None})]]
    rows = rows[rows[[c for c in (one.of, one.over) if c]].notna().all(axis=1)].reset_index(drop=True)
    time = rows["published_at"] + (SEEN_AFTER if counts else pd.Timedelta(0))
    value = rows[one.of].astype(float) if one.of else pd.Series(1.0, index=rows.index)
    group = [rows[key] for key in keys]
    rate = np.log1p(value) - np.log(ASSUMED_AUDIENCE)

    def last(values, statistic, least=1):
        window = values.groupby(group, sort=False).rolling(one.last, min_periods=least)
        return getattr(window, statistic)().droplevel(list(range(len(keys)))).sort_index()

    def weighted(half_life):
        return rate.groupby(group, sort=False).ewm(halflife=half_life).mean().droplevel(list(range(len(keys)))).sort_index()

    def at(running, days=0.0):
        left = asks[[*keys]].assign(time=(asks["at"] - days * DAY).astype(time.dtype), place=np.arange(len(asks)))
        right = rows[keys].assign(time=time, running=running)
        left = left.sort_values("time", kind="stable")
        read = pd.merge_asof(left, right, on="time", by=keys, allow_exact_matches=False)
        return read.set_index("place")["running"].reindex(range(len(asks))).to_numpy()

    def since(running):
        return at(running) - np.nan_to_num(at(running, one.window_days))

    place = value.groupby(group, sort=False).cumcount() + 1.0
    moment = (time - pd.Timestamp(0)) / DAY
    asked = ((asks["at"] - pd.Timestamp(0)) / DAY).to_numpy()
    match one.function:
        case "count":
            return at(place) if one.window_days is None else since(place)
        case "per_week":
            first = at(moment.groupby(group, sort=False).transform("min"))
            return since(place) / np.clip(asked - first, 7.0, one.window_days) * 7.0
        case "share":
            gained = since(place)
            return since(value.groupby(group, sort=False).cumsum()) / np.where(gained > 0, gained, np.nan)
        case "days_since":
            return asked - at(moment)
        case "level":
            return np.exp(at(weighted(one.half_life)))
        case "trend":
            return np.exp(at(weighted(one.half_life)) - at(weighted(one.against)))
        case "average":
            return at(last(value / ASSUMED_AUDIENCE, "mean"))
        case "highest":
            return np.exp(at(last(rate, "max")))
        case "lowest":
            return np.exp(at(last(rate, "min")))
        case "spread":
            return at(last(rate, "std", least=3))
        case "ratio":
            return at(last(value, "sum") / last(rows[one.over].astype(float), "sum"))
    raise NotImplementedError(one.function)

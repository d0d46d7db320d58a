"""How well each source of niche alignment tells pairs that fit from others: `python -m acceptance --only alignment`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from acceptance.measure import Bar
from acceptance.scenarios import as_tables
from predictor.alignment.niche_alignment import align, brief_texts, by_audience, by_niches, creator_texts
from predictor.alignment.taxonomy import Taxonomy, taxonomy_of
from predictor.alignment.text_similarity import GRAMS, fit_texts, plain, similarity
from predictor.asof.examples import training_examples
from predictor.definitions.loader import load_catalogue
from predictor.intake.values import read_interests
from predictor.simulation.agency import simulate

LABELLED = Path(__file__).parents[1] / "data" / "alignment.yaml"
DRAWS = 500
SOURCES = ("exact names", "audience", "taxonomy", "texts", "texts, bare cosine", "best of all")
FLOORS = {"taxonomy": 0.85, "texts": 0.85}  # AUC over all labelled pairs that each must reach


def labelled_pairs(file: Path = LABELLED) -> pd.DataFrame:
    """One row per labelled pair: the creator's and the brief's words, `language` (`cross` if they differ), `near` and `fit`."""
    cases = yaml.safe_load(file.read_text(encoding="utf-8"))
    rows = [
        {"creator": creator, "campaign": campaign, "fit": int(kind.endswith("fits")), "near": kind.startswith("near")}
        for campaign, brief in cases["briefs"].items()
        for kind in ("fits", "fits_not", "near_fits", "near_fits_not")
        for creator in brief.get(kind, [])
    ]
    pairs = pd.DataFrame(rows)
    creators, briefs = (pd.DataFrame.from_dict(cases[part], orient="index") for part in ("creators", "briefs"))
    who, what = creators.loc[pairs["creator"]].reset_index(drop=True), briefs.loc[pairs["campaign"]].reset_index(drop=True)
    return pairs.assign(
        language=who["language"].where(who["language"] == what["language"], "cross"),
        niche=who["niche"].astype("str"),
        bio=(who["bio"] + " " + who["captions"].str.join(" ")).astype("str"),
        audience_interests=read_interests(who["interests"].astype("str"))[0],
        brand_niche=what["niche"].astype("str"),
        brief=what["brief"].astype("str"),
    )


def scored_pairs(pairs: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """The pairs with a column per source; a pair's texts are compared with weights learned from other briefs and creators."""
    scored = pairs.assign(
        audience=by_audience(pairs, taxonomy),
        taxonomy=by_niches(pairs, taxonomy),
        texts=_texts(pairs),
        **{
            "exact names": align(pairs[["niche", "brand_niche"]], taxonomy_of({}))["niche_alignment"],
            "texts, bare cosine": _bare_cosine(pairs),
        },
    )
    best = align(pairs, taxonomy)["niche_alignment"]
    return scored.assign(**{"best of all": best.fillna(scored["texts"])})


def _texts(pairs: pd.DataFrame) -> pd.Series:
    """Fit of the texts of each brief, learned from other briefs and from creators who are not asked about."""
    mine, asked, found = pairs["bio"], brief_texts(pairs), pd.Series(np.nan, index=pairs.index)
    for held in (pairs["campaign"] == campaign for campaign in pairs["campaign"].unique()):
        others = ~pairs["creator"].isin(pairs.loc[held, "creator"])
        fit = fit_texts(mine[others], asked[~held])
        assert fit is not None
        found[held] = similarity(mine[held], asked[held], fit)
    return found


def _bare_cosine(pairs: pd.DataFrame) -> np.ndarray:
    """What the same n-grams would say across languages too, without a scale for each."""
    mine, asked = plain(pairs["bio"]), plain(brief_texts(pairs))
    counted = TfidfVectorizer(**GRAMS).fit([*mine.unique(), *asked.unique()])
    return np.asarray(counted.transform(mine).multiply(counted.transform(asked)).sum(axis=1)).ravel()


def auc(rows: pd.DataFrame, source: str, draws: int = DRAWS, seed: int = 1) -> tuple[float, float, float]:
    """AUC and its 95 % interval, whole creators drawn with replacement because their pairs resemble each other."""
    rng, known = np.random.default_rng(seed), rows[rows[source].notna()]
    by_creator = [part[["fit", source]].to_numpy(dtype=float) for _, part in known.groupby("creator")]
    found = []
    for _ in range(draws):
        drawn = np.concatenate([by_creator[place] for place in rng.integers(0, len(by_creator), len(by_creator))])
        if 0 < drawn[:, 0].mean() < 1:
            found.append(roc_auc_score(drawn[:, 0], drawn[:, 1]))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(roc_auc_score(known["fit"], known[source])), float(low), float(high)


def alignment() -> list[Bar]:
    """AUC of each source on the pairs labelled by hand, by language, and of texts in an invented agency."""
    taxonomy = taxonomy_of(load_catalogue().niches)
    scored = scored_pairs(labelled_pairs(), taxonomy)
    groups = {"all": scored, **dict(iter(scored.groupby("language", sort=False))), "near subjects": scored[scored["near"]]}
    found = []
    for source in SOURCES:
        for language, rows in groups.items():
            if rows.loc[rows[source].notna(), "fit"].nunique() < 2:
                found.append(
                    Bar(
                        f"niche alignment, {source}, {language}: AUC",
                        f"{rows[source].notna().sum()} of {len(rows)} pairs",
                        "told",
                        None,
                    )
                )
                continue
            value, low, high = auc(rows, source)
            floor = FLOORS.get(source) if language == "all" else None
            counted = f"{rows[source].notna().sum()} of {len(rows)} pairs"
            measured = f"{value:.2f} ({low:.2f} to {high:.2f}; {counted})"
            asked = f"at least {floor}" if floor else "told"
            found.append(Bar(f"niche alignment, {source}, {language}: AUC", measured, asked, value >= floor if floor else None))
    return found + [_invented(taxonomy)]


def _invented(taxonomy: Taxonomy) -> Bar:
    """Texts alone against the niches that the invented creators and briefs truly share; trained on the older half."""
    catalogue = load_catalogue()
    tables = as_tables(simulate(seed=1), catalogue)
    rows = training_examples(tables, catalogue)
    rows = rows[(rows["source"] == "booking") & rows["brand_niche"].notna()].reset_index(drop=True)
    half = len(rows) // 2
    mine, asked = creator_texts(rows, tables), brief_texts(rows)
    fit = fit_texts(mine[:half], asked[:half])
    assert fit is not None
    aligned = pd.DataFrame({"creator": rows["creator_id"], "texts": similarity(mine, asked, fit)})
    shared = [bool({*a.split(";")} & {*b.split(";")}) for a, b in zip(rows["niche"], rows["brand_niche"], strict=True)]
    value, low, high = auc(aligned.assign(fit=shared)[half:], "texts", draws=200)
    return Bar("niche alignment, texts, invented agency: AUC", f"{value:.2f} ({low:.2f} to {high:.2f})", "told", None)

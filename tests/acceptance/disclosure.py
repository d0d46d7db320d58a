"""How well the words of `features/words/disclosure.yaml` find disclosed ads in captions labelled by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml
from scipy.stats import binomtest

from acceptance.measure import Bar
from predictor.definitions.loader import load_disclosures
from predictor.definitions.schema import Disclosures
from predictor.intake.disclosure import disclosed

CASES = Path(__file__).parents[1] / "data" / "disclosures.yaml"
PRECISION, RECALL = 0.95, 0.8  # asked of ordinary captions that the words were not mended by, all languages together


def disclosure() -> list[Bar]:
    """Precision and recall per language and over all, with Wilson's 95 % interval, and every caption that is read wrongly."""
    cases = read_cases(load_disclosures())
    found = []
    for part in ("held_out", "hard", "seen"):
        rows = cases[cases["part"] == part]
        for language, group in [*rows.groupby("language"), ("all languages", rows)]:
            asked = language == "all languages" and part == "held_out"
            found += [
                _bar(
                    f"disclosure, {part}, {language}: precision", group.loc[group["read"], "paid"], PRECISION if asked else None
                ),
                _bar(f"disclosure, {part}, {language}: recall", group.loc[group["paid"], "read"], RECALL if asked else None),
            ]
    wrong = cases[cases["read"] != cases["paid"]]
    return found + [
        Bar(f"disclosure, {one.part}, {one.language}: {'missed' if one.paid else 'false alarm'}", one.caption, "told", None)
        for one in wrong.itertuples()
    ]


def read_cases(words: Disclosures) -> pd.DataFrame:
    """The labelled captions: `language`, `part`, `paid` (the label), `caption`, and `read`, what the words say."""
    content = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    rows = [
        (language, part, label == "paid", caption)
        for language, parts in content.items() for part, labels in parts.items()
        for label, captions in labels.items() for caption in captions
    ]  # fmt: skip
    cases = pd.DataFrame(rows, columns=["language", "part", "paid", "caption"])
    return cases.assign(read=disclosed(cases["caption"], None, words).astype(bool))


def _bar(what: str, right: pd.Series, floor: float | None) -> Bar:
    if right.empty:
        return Bar(what, "none", "told", None)
    around = binomtest(int(right.sum()), len(right)).proportion_ci(method="wilson")
    measured = f"{right.mean():.0%} of {len(right)} (95%: {around.low:.0%} to {around.high:.0%})"
    return Bar(measured=measured, what=what, asked="told" if floor is None else f"at least {floor:.0%}",
               holds=None if floor is None else bool(right.mean() >= floor))  # fmt: skip

"""The back-test as one HTML file: how forecasts were held out, how wrong they were beside simple rules, and where they fail.

Nothing in it is fetched from anywhere, and the same input on the same day gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib import rc_context

from predictor import texts
from predictor.catalogue import Catalogue
from predictor.effects import effect_in_words
from predictor.findings import KEPT, SPEAKS, Finding, Test, findings
from predictor.forecast import QUANTILES
from predictor.gain import ENOUGH, SMALLEST
from predictor.record_plots import LOWEST, calibration, coverage
from predictor.record_words import fixed, headline, limits, protocol, rule_name, signed, verdict
from predictor.report import environment
from predictor.report_plots import STYLE
from predictor.tables import write_text
from predictor.train import Judged


def write_record(judged: Judged, catalogue: Catalogue, path: Path, lang: str, today: date | None = None) -> None:
    """Write the back-test of every target as an HTML file in `lang` (`en` or `vi`), `today` being the date printed."""
    write_text(record(judged, catalogue, lang, today), path)


def record(judged: Judged, catalogue: Catalogue, lang: str, today: date | None = None) -> str:
    """The page that `write_record` writes."""
    found = findings(judged, catalogue)
    page = environment(lang)
    page.globals |= {written.__name__: partial(written, lang) for written in (rule_name, signed, fixed)}
    low, high, lowest = (texts.percent(lang, share) for share in (*KEPT, LOWEST))
    return page.get_template("record.html").render(
        lang=lang,
        about=judged.about,
        headline=headline(found, lang),
        verdicts=[verdict(one, lang) for one in found],
        protocol=protocol(judged, lang),
        targets=[_target(one, judged, catalogue, lang) for one in found if one.sides],
        limits=limits(found, judged, catalogue, lang),
        gains={"least": SMALLEST, "enough": ENOUGH},
        note={"low": low, "high": high, "lowest": lowest, **SPEAKS},
        today=today or date.today(),
    )


def _target(found: Finding, judged: Judged, catalogue: Catalogue, lang: str) -> dict[str, Any]:
    """What the template needs of one target."""
    outcome = catalogue.entries[found.recipe.outcome]
    with rc_context(STYLE):
        plots = {"calibration": calibration(found, lang), "coverage": coverage(found, catalogue, lang)}
    return {
        **plots,
        "label": getattr(found.recipe.label, lang),
        "outcome": texts.noun(lang, outcome.label.model_dump()),
        "counts": found.recipe.counts,
        "rules": list(found.recipe.rules),
        "tests": found.tests,
        "kinds": [effect_in_words(one, catalogue, lang) for one in judged.kinds if one.target == found.recipe.name],
        "figures": _figures(found, lang),
        "sides": found.sides,
        "told": [side for side in found.sides if side.gain.gains],
        "ordered": [side for side in found.sides if len(side.order)],
    }


def _figures(found: Finding, lang: str) -> list[tuple[str, list[str]]]:
    """Rows below the errors: what it is called, and a value a test."""
    percent = partial(texts.percent, lang)
    kinds: list[tuple[str, Callable[[Test], str]]] = [
        ("record_inside", lambda test: percent(test.figures["coverage"])),
        ("record_quantiles", lambda test: _quantiles(found, test, lang)),
        ("record_band", lambda test: percent(test.figures["coverage_fixed_band"])),
        ("record_width", lambda test: f"×{fixed(lang, test.figures['width'], 1)}"),
        ("record_total", lambda test: percent(test.figures["total"])),
    ]
    if found.recipe.counts:
        kinds.insert(1, ("record_untied", lambda test: percent(test.figures["coverage_untied"])))
    else:
        kinds.insert(0, ("record_off", lambda test: f"×{fixed(lang, math.exp(test.figures['error']), 1)}"))
    return [(texts.say(lang, key), [written(test) for test in found.tests]) for key, written in kinds]


def _quantiles(found: Finding, test: Test, lang: str) -> str:
    """Share of results below each quantile; one that equals it counts half, as rare counts need."""
    rows = found.rows[found.rows["split"] == test.split]
    told = [rows[f"p{round(100 * level)}"] for level in QUANTILES]
    shares = [((rows["actual"] < one).mean() + (rows["actual"] <= one).mean()) / 2 for one in told]
    return " · ".join(texts.number(lang, 100 * share, 0) for share in shares) + "%"

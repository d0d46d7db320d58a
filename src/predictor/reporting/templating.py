"""The Jinja environment of every report."""

from __future__ import annotations

from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from predictor.definitions.phrases import Phrases
from predictor.explanation.contributions import rule_name
from predictor.wording.sentences import heading


def environment(phrases: Phrases) -> Environment:
    """The templates, with sentences, labels, numbers, money and dates in the form of a language."""
    loader = PackageLoader("predictor.reporting", "templates")
    page = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.globals |= {"lang": phrases.lang, "say": phrases.say, "knows": phrases.knows}
    written = (phrases.number, phrases.compact, phrases.percent, phrases.money, phrases.day, phrases.interval, phrases.model)
    page.filters |= {one.__name__: one for one in (*written, phrases.label, phrases.noun, heading)}
    page.filters["rule_name"] = partial(rule_name, phrases=phrases)
    return page

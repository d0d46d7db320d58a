"""The Jinja environment of every report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from predictor.wording import sentences


def environment(lang: str) -> Environment:
    """The templates, with sentences, numbers, money and dates in the form of a language."""
    loader = PackageLoader("predictor.reporting", "templates")
    page = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.globals["say"] = partial(sentences.say, lang)
    page.globals["knows"] = lambda key: key in sentences.load_sentences(lang)
    for written in (
        sentences.number,
        sentences.compact,
        sentences.percent,
        sentences.money,
        sentences.day,
        sentences.interval,
        sentences.noun,
    ):
        page.filters[written.__name__] = _in(lang, written)
    page.filters["heading"] = sentences.heading
    return page


def _in(lang: str, written: Callable[..., str]) -> Callable[..., str]:
    return lambda value, *more, **named: written(lang, value, *more, **named)

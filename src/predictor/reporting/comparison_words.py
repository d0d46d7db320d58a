"""A comparison in words: who is ahead, what makes the difference, and what to know before trusting it."""

from __future__ import annotations

from predictor.definitions.closed_lists import KINDS
from predictor.planning.comparison import Comparison, Group, PairwiseComparison, Range
from predictor.planning.drivers import BreakEven, Ratio, verdict_of
from predictor.wording.sentences import chance, heading, interval, load_sentences, money, noun, number, percent, say

LEVEL = 0.995  # part of its fees from which a kind is as good as level


def group_name(lang: str, group: Group) -> str:
    """What a group is called."""
    if not group.name:
        return say(lang, "not_stated")
    key = f"kind_{group.name}"
    return say(lang, key) if group.by == "kind" and key in load_sentences(lang) else group.label[lang]


def verdicts(comparison: Comparison, lang: str) -> list[str]:
    """The answer: for the same money and per creator, the ones that could be given first."""
    sides = [("money", comparison.per_money), ("each", comparison.per_creator)]
    if comparison.per_creator.why_not == "few":  # then there are too few with a quote as well
        return [_verdict(*sides[1], comparison, lang)]
    sides.sort(key=lambda side: side[1].chance is None)
    return [_verdict(what, duel, comparison, lang) for what, duel in sides]


def _verdict(what: str, duel: PairwiseComparison, comparison: Comparison, lang: str) -> str:
    if duel.chance is None:
        currencies = ", ".join(comparison.currencies)
        key = f"no_verdict_{what}_{duel.why_not}"
        return say(lang, key, influencers=duel.influencers, kols=duel.kols, currencies=currencies)
    share = 1 - duel.chance if duel.verdict == "kols" else duel.chance
    return say(lang, f"verdict_{what}_{duel.verdict}", outcome=noun(lang, comparison.outcome), chance=chance(lang, share))


def caveats(comparison: Comparison, lang: str) -> list[str]:
    """What a reader must know before trusting the answer."""
    outside = sum(group.creators for group in comparison.by("kind") if group.name not in KINDS)
    counted = {
        "unseen": comparison.unseen,
        "assumed": comparison.assumed,
        "quote": comparison.without_quote,
        "forecast": comparison.without_forecast,
        "repeated": comparison.repeated,
        "kind": outside,
    }
    said = [say(lang, f"caveat_{key}", count=n, all=comparison.creators) for key, n in counted.items() if n]
    return [*said, say(lang, "caveat_stand_for"), say(lang, "caveat_independent")]


def drivers_in_words(comparison: Comparison, lang: str) -> list[str]:
    """What makes the difference, who is ahead at equal audience, and what would turn it round, one sentence each."""
    found, turn, words = comparison.drivers, comparison.break_even, noun(lang, comparison.outcome)
    said = []
    if found is not None:
        ratios = {name: _times(getattr(found, name), lang) for name in ("per_money", "audience", "rate")}
        verdict = verdict_of(found.ahead, "influencers", "kols")
        share = chance(lang, 1 - found.ahead if verdict == "kols" else found.ahead)
        said = [
            say(lang, f"verdict_audience_{verdict}", outcome=words, chance=share),
            say(lang, "drivers", outcome=words, **ratios),
        ]
    return said if turn is None else [*said, *_turned(turn, words, lang)]


def _turned(turn: BreakEven, words: str, lang: str) -> list[str]:
    if turn.break_even > LEVEL:
        return [say(lang, "drivers_level", outcome=words)]
    lower, higher = (percent(lang, share) for share in (1 - turn.break_even, 1 / turn.break_even - 1))
    said = [say(lang, f"drivers_turn_{turn.behind}", lower=lower, higher=higher, outcome=words)]
    if turn.likely is not None:
        said.append(say(lang, f"drivers_likely_{turn.behind}", lower=percent(lang, 1 - turn.likely)))
    return [" ".join(said)]


def in_words(comparison: Comparison, lang: str) -> str:
    """The comparison as plain text for a terminal."""
    goal = say(lang, f"goal_{comparison.goal}")
    parts = [[say(lang, "invented")]] if comparison.invented else []
    parts.append([say(lang, "goal_line", goal=goal, outcome=noun(lang, comparison.outcome))])
    parts.append([*verdicts(comparison, lang), *drivers_in_words(comparison, lang)])
    parts.append(_table(comparison, lang))
    parts.append([say(lang, "caveats"), *(f"- {caveat}" for caveat in caveats(comparison, lang))])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _table(comparison: Comparison, lang: str) -> list[str]:
    head = ["", say(lang, "candidates"), say(lang, "mean_each", outcome=comparison.outcome[lang]), say(lang, "spend")]
    head += [say(lang, "cost_80", cost=heading(comparison.cost_per[lang])), say(lang, "unseen")]
    rows = [head, *(_line(group, comparison, lang) for group in comparison.by("kind"))]
    for by in ("tier", "platform"):
        rows += [[""] * len(head), [say(lang, f"by_{by}"), *[""] * (len(head) - 1)]]
        rows += [_line(group, comparison, lang, "  ") for group in comparison.by(by)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    aligned = [[row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))] for row in rows]
    return ["   ".join(row).rstrip() for row in aligned]


def _line(group: Group, comparison: Comparison, lang: str, indent: str = "") -> list[str]:
    return [
        indent + group_name(lang, group),
        number(lang, group.creators),
        _with_interval(lang, group.mean),
        money(lang, group.spend, comparison.currency, short=True),
        _with_interval(lang, group.cost, comparison.currency),
        number(lang, group.unseen),
    ]


def _with_interval(lang: str, found: Range | None, currency: str | None = None) -> str:
    if found is None:
        return say(lang, "nothing")
    value = money(lang, found.value, currency, short=True)
    return f"{value} ({interval(lang, found.low, found.high, currency)})"


def _times(found: Ratio, lang: str) -> str:
    """A factor with its interval: 1.4 (0.9 – 2.1)."""
    value, low, high = (number(lang, one, 2) for one in (found.value, found.low, found.high))
    return f"{value} ({low} – {high})"

"""A comparison in words: who is ahead, what makes the difference, and what to know before trusting it."""

from __future__ import annotations

from predictor.definitions.closed_lists import KINDS
from predictor.definitions.phrases import Phrases
from predictor.planning.comparison import Comparison, Group, PairwiseComparison, Range
from predictor.planning.drivers import BreakEven, verdict_of
from predictor.planning.kinds import KindsCompared
from predictor.planning.plans import Lineup
from predictor.reporting.lineup_words import answer, shared_luck
from predictor.reporting.lineup_words import verdicts as plan_verdicts
from predictor.wording.sentences import heading

LEVEL = 0.995  # part of its fees from which a kind is as good as level
SAME = 0.005  # difference of a factor from one that is not mentioned


def group_name(group: Group, phrases: Phrases) -> str:
    """What a group is called."""
    if not group.name:
        return phrases.say("not_stated")
    return phrases.kind(group.name) if group.by == "kind" else phrases.label(group.label)


def verdicts(comparison: Comparison, phrases: Phrases) -> list[str]:
    """The answer: for the same money and per creator, the ones that could be given first."""
    sides = [("money", comparison.per_money), ("each", comparison.per_creator)]
    others = [_of_other_kinds(pair, phrases.noun(comparison.outcome), phrases) for pair in comparison.others]
    if comparison.per_creator.why_not == "few":  # then there are too few with a quote as well
        return [*others, _verdict(*sides[1], comparison, phrases)]
    sides.sort(key=lambda side: side[1].chance is None)
    return [*(_verdict(what, duel, comparison, phrases) for what, duel in sides), *others]


def _of_other_kinds(pair: KindsCompared, outcome: str, phrases: Phrases) -> str:
    """Which of two kinds is ahead, for the same money where both have quotes."""
    what, chance = ("each", pair.per_creator) if pair.per_money is None else ("money", pair.per_money)
    one, other = phrases.side(pair.one), phrases.side(pair.other)
    verdict = verdict_of(chance, "one", "other")
    if verdict == "close":
        return phrases.say(f"verdict_kinds_{what}_close", one=one, other=other, leaning=phrases.leaning(chance, one, other))
    ahead, behind = (one, other) if verdict == "one" else (other, one)
    share = phrases.chance(max(chance, 1 - chance))
    return phrases.say(f"verdict_kinds_{what}", ahead=ahead, behind=behind, outcome=outcome, chance=share)


def _verdict(what: str, duel: PairwiseComparison, comparison: Comparison, phrases: Phrases) -> str:
    if duel.chance is None:
        currencies = ", ".join(comparison.currencies)
        key = f"no_verdict_{what}_{duel.why_not}"
        return phrases.say(key, influencers=duel.influencers, kols=duel.kols, currencies=currencies)
    return _called(what, duel.chance, phrases.noun(comparison.outcome), phrases)


def _called(what: str, chance: float, outcome: str, phrases: Phrases) -> str:
    """Which kind is ahead, by the chance that influencers are; the chance given is that of the likelier side."""
    verdict = verdict_of(chance, "influencers", "kols")
    leaning = phrases.leaning(chance, *map(phrases.side, KINDS))
    share = phrases.chance(max(chance, 1 - chance))
    return phrases.say(f"verdict_{what}_{verdict}", outcome=outcome, chance=share, leaning=leaning)


def caveats(comparison: Comparison, phrases: Phrases) -> list[str]:
    """What a reader must know before trusting the answer."""
    compared = {*KINDS, *(kind for pair in comparison.others for kind in (pair.one, pair.other))}
    outside = sum(group.creators for group in comparison.by("kind") if group.name not in compared)
    counted = {
        "unseen": comparison.unseen,
        "assumed": comparison.assumed,
        "pooled": comparison.pooled,
        "quote": comparison.without_quote,
        "commission": comparison.on_commission,
        "forecast": comparison.without_forecast,
        "repeated": comparison.repeated,
        "kind": outside,
    }
    outcome = phrases.noun(comparison.outcome)
    said = [phrases.say(f"caveat_{key}", count=n, all=comparison.creators, outcome=outcome) for key, n in counted.items() if n]
    return [*said, phrases.say("caveat_stand_for"), shared_luck(comparison.shocks, phrases)]


def drivers_in_words(comparison: Comparison, phrases: Phrases) -> list[str]:
    """What makes the difference, who is ahead at equal audience, and what would turn it round, one sentence each."""
    found, turn, words = comparison.drivers, comparison.break_even, phrases.noun(comparison.outcome)
    said = []
    if found is not None:
        ratios = {name: _more_or_less(getattr(found, name).value, phrases) for name in ("per_money", "audience", "rate")}
        ends = {end: _more_or_less(getattr(found.per_money, end), phrases) for end in ("low", "high")}
        said = [_called("audience", found.ahead, words, phrases), phrases.say("drivers", outcome=words, **ratios, **ends)]
    return said if turn is None else [*said, *_turned(turn, words, phrases)]


def _turned(turn: BreakEven, words: str, phrases: Phrases) -> list[str]:
    if turn.break_even > LEVEL:
        return [phrases.say("drivers_level", outcome=words)]
    lower, higher = (phrases.percent(share) for share in (1 - turn.break_even, 1 / turn.break_even - 1))
    said = [phrases.say(f"drivers_turn_{turn.behind}", lower=lower, higher=higher, outcome=words)]
    if turn.likely is not None:
        said.append(phrases.say(f"drivers_likely_{turn.behind}", lower=phrases.percent(1 - turn.likely)))
    return [" ".join(said)]


def answer_first(comparison: Comparison, found: Lineup | None, phrases: Phrases) -> tuple[list[str], list[str]]:
    """The answer, and what explains it: the line-up within the budget where there is one, and the average of the list."""
    first, *others = verdicts(comparison, phrases)
    why = [*others, *drivers_in_words(comparison, phrases)]
    if found is None:
        return [first], why
    duel = comparison.per_creator
    if not duel.influencers and not duel.kols and not comparison.others:  # there is no average to tell of
        return answer(found, phrases), []
    return [*answer(found, phrases), list_verdict(comparison, phrases)], [*plan_verdicts(found, phrases), *why]


def list_verdict(comparison: Comparison, phrases: Phrases) -> str:
    """The first verdict beside a line-up: it is of the average of the list, where anything was compared."""
    first, duels = verdicts(comparison, phrases)[0], (comparison.per_money, comparison.per_creator)
    compared = comparison.others or any(duel.chance is not None for duel in duels)
    return phrases.say("answer_list", verdict=first) if compared else first


def in_words(comparison: Comparison, phrases: Phrases, found: Lineup | None = None) -> str:
    """The comparison as plain text for a terminal, with the line-up that a budget buys first."""
    goal = phrases.say(f"goal_{comparison.goal}")
    parts = [[phrases.say("invented")]] if comparison.invented else []
    first, why = answer_first(comparison, found, phrases)
    parts += [first, [phrases.say("answer_why"), *(f"- {sentence}" for sentence in why)]] if why else [first]
    parts.append([phrases.say("goal_line", goal=goal, outcome=phrases.noun(comparison.outcome))])
    parts.append([*_table(comparison, phrases), phrases.say("range_means")])
    parts.append([phrases.say("caveats"), *(f"- {caveat}" for caveat in caveats(comparison, phrases))])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _table(comparison: Comparison, phrases: Phrases) -> list[str]:
    mean = phrases.say("mean_each", outcome=phrases.label(comparison.outcome))
    cost = phrases.say("cost_80", cost=heading(phrases.label(comparison.cost_per)))
    head = ["", phrases.say("candidates"), mean, phrases.say("spend"), cost, phrases.say("unseen")]
    rows = [head, *(_line(group, comparison, phrases) for group in comparison.by("kind"))]
    for by in ("tier", "platform"):
        rows += [[""] * len(head), [phrases.say(f"by_{by}"), *[""] * (len(head) - 1)]]
        rows += [_line(group, comparison, phrases, "  ") for group in comparison.by(by)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    aligned = [[row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))] for row in rows]
    return ["   ".join(row).rstrip() for row in aligned]


def _line(group: Group, comparison: Comparison, phrases: Phrases, indent: str = "") -> list[str]:
    return [
        indent + group_name(group, phrases),
        phrases.number(group.creators),
        _with_interval(group.mean, phrases),
        phrases.money(group.spend, comparison.currency, short=True),
        _with_interval(group.cost, phrases, comparison.currency),
        phrases.number(group.unseen),
    ]


def _with_interval(found: Range | None, phrases: Phrases, currency: str | None = None) -> str:
    if found is None:
        return phrases.say("nothing")
    value = phrases.money(found.value, currency, short=True)
    return f"{value} ({phrases.interval(found.low, found.high, currency)})"


def _more_or_less(times: float, phrases: Phrases) -> str:
    """A factor as people say it: 48% less, 33% more."""
    if abs(times - 1) < SAME:
        return phrases.say("ratio_same")
    return phrases.say("ratio_more" if times > 1 else "ratio_less", share=phrases.percent(abs(times - 1)))

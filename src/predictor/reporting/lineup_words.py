"""A line-up in words: which plan is ahead, who is in it, what other budgets would bring, and what to know before signing."""

from __future__ import annotations

from predictor.definitions.labels import category
from predictor.definitions.schema import Catalogue
from predictor.planning.plans import Lineup, Plan, PlanComparison
from predictor.planning.rules import COUNTED, Between, LineupConstraints
from predictor.wording.sentences import chance, compact, heading, interval, money, noun, number, percent, say, table, who


def in_words(found: Lineup, catalogue: Catalogue, lang: str) -> str:
    """The line-up as plain text for a terminal."""
    parts = [[say(lang, "invented")]] if found.invented else []
    parts.append([goal_line(found, lang), risk_line(found, lang)])
    parts.append(verdicts(found, catalogue, lang))
    if found.proposed is not None:
        parts.append(table([_plans_head(found, lang), *(_plan_row(p, found, lang) for p in found.plans if p.found)]))
        title = say(lang, "lineup_proposed", plan=plan_name(found.proposed, lang))
        parts.append([title, *table(_bookings(found.proposed, found, catalogue, lang))])
    if found.frontier:
        parts.append([say(lang, "lineup_more_money"), *table(_budgets(found, lang))])
    parts.append([say(lang, "caveats"), *(f"- {caveat}" for caveat in caveats(found, lang))])
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def goal_line(found: Lineup, lang: str) -> str:
    """What is wanted, what is forecast, and for how much."""
    budget = money(lang, found.rules.budget, found.currency)
    outcome = noun(lang, found.outcome)
    return say(lang, "lineup_goal_line", goal=say(lang, f"goal_{found.goal}"), outcome=outcome, budget=budget)


def risk_line(found: Lineup, lang: str) -> str:
    """What was made as large as possible."""
    count = number(lang, found.rules.at_least)
    return say(lang, f"lineup_risk_{found.rules.risk}", count=count, outcome=noun(lang, found.outcome))


def plan_name(plan: Plan, lang: str) -> str:
    """What a plan is called."""
    return say(lang, f"lineup_plan_{plan.name}")


def verdicts(found: Lineup, catalogue: Catalogue, lang: str) -> list[str]:
    """Which plan is ahead of which, and why there is none where there is none."""
    plans = {plan.name: plan for plan in found.plans}
    compared = [_verdict(duel, plans[duel.one], plans[duel.other], found, lang) for duel in found.duels]
    return compared + [_why_none(plan, found, catalogue, lang) for plan in found.plans if not plan.found]


def rules_in_words(rules: LineupConstraints, currency: str | None, catalogue: Catalogue, lang: str) -> list[str]:
    """Every rule that was asked for, one a line."""
    names = [name for name in ("budget", "largest_share", "most_bookings_90_days") if getattr(rules, name) is not None]
    names += [name for name in ("excluded", "avoid_flags", "one_per_person") if getattr(rules, name)]
    names += ["busy"] if rules.skip_busy and rules.starts_on is not None else []
    counted = {"number": rules.number} | {f"{what}|{name}": b for what in COUNTED for name, b in getattr(rules, what).items()}
    names += [f"{name}|{end}" for name, between in counted.items() for end in ("min", "max") if getattr(between, end) is not None]
    names += [f"must_have|{name}" for name in rules.must_have]
    return [rule_words(name, rules, currency, catalogue, lang) for name in names]


def rule_words(name: str, rules: LineupConstraints, currency: str | None, catalogue: Catalogue, lang: str) -> str:
    """A rule by the name that `lineup_rules.constraints` gives it."""
    what, *parts = name.split("|")
    if what == "only":
        return say(lang, f"lineup_rule_only_{parts[0]}")
    if what == "number":
        return say(lang, f"lineup_rule_number_{parts[0]}", count=_bound(rules.number, parts[0]))
    if what in COUNTED:
        of, end = parts
        words = catalogue.entries[what].categories.get(of)
        values = {
            "what": say(lang, what).lower() if what != "country" else noun(lang, catalogue.entries[what].label.by_language())
        }
        values["value"] = getattr(words, lang) if words is not None else of
        return say(lang, f"lineup_rule_part_{end}", count=_bound(getattr(rules, what)[of], end), **values)
    limits = {
        "budget": money(lang, rules.budget, currency),
        "must_have": parts[0] if parts else "",
        "avoid_flags": ", ".join(rules.avoid_flags),
        "largest_share": percent(lang, rules.largest_share),
    }
    return say(lang, f"lineup_rule_{what}", value=limits.get(what, ""), count=rules.most_bookings_90_days or 0)


def caveats(found: Lineup, lang: str) -> list[str]:
    """What a reader must know before signing."""
    said = [say(lang, "lineup_caveat_quote", count=found.without_quote, all=found.candidates)] if found.without_quote else []
    said += [say(lang, f"lineup_caveat_{column}") for column in found.unchecked]
    if any(plan.thin for plan in found.plans):
        said.append(say(lang, "lineup_caveat_thin"))
    if found.proposed is not None and found.proposed.assumed:
        share = percent(lang, found.proposed.assumed)
        said.append(
            say(lang, "lineup_caveat_own", share=share, plan=plan_name(found.proposed, lang), outcome=noun(lang, found.outcome))
        )
    if found.rules.risk != "expected":
        said.append(say(lang, "lineup_caveat_approximate"))
    elif any(plan.found for plan in found.plans):
        gap = max(max(plan.gap for plan in found.plans), 1e-4)  # no solver works to the last digit
        said.append(say(lang, "lineup_caveat_gap", gap=percent(lang, gap, 2)))
    tied = "lineup_caveat_assumed" if "campaign" in found.shocks.assumed else "lineup_caveat_shared"
    said.append(say(lang, tied, share=percent(lang, found.shocks.campaign), campaigns=found.shocks.campaigns))
    if found.overlaps:
        said.append(say(lang, "lineup_caveat_given", count=found.overlaps))
    said.append(say(lang, "lineup_caveat_unique" if found.unique else "lineup_caveat_overlap"))
    said += [say(lang, "lineup_caveat_people")] if told_people(found) else []
    return [*said, say(lang, "lineup_caveat_total")]


def one_more(found: Lineup, lang: str) -> str:
    """The heading over what one more unit of the outcome costs."""
    return say(lang, "lineup_one_more") if found.units == 1 else say(lang, "lineup_one_more_units", units=found.units)


def _bound(between: Between, end: str) -> int:
    return int(getattr(between, end) or 0)


def _verdict(duel: PlanComparison, one: Plan, other: Plan, found: Lineup, lang: str) -> str:
    if set(one.rows.index) == set(other.rows.index):
        return say(lang, "lineup_same", one=plan_name(one, lang), other=plan_name(other, lang))
    ahead, behind, share = (other, one, 1 - duel.chance) if duel.verdict == "unlikely" else (one, other, duel.chance)
    names = {"one": plan_name(ahead, lang), "other": plan_name(behind, lang), "outcome": noun(lang, found.outcome)}
    return say(lang, "lineup_close" if duel.verdict == "close" else "lineup_likely", chance=chance(lang, share), **names)


def _why_none(plan: Plan, found: Lineup, catalogue: Catalogue, lang: str) -> str:
    if not plan.conflict:
        return say(lang, "lineup_no_time", plan=plan_name(plan, lang))
    rules = [rule_words(name, found.rules, found.currency, catalogue, lang) for name in plan.conflict]
    return say(lang, "lineup_conflict", plan=plan_name(plan, lang), rules="; ".join(rules))


def _plans_head(found: Lineup, lang: str) -> list[str]:
    head = [
        "",
        say(lang, "lineup_bookings"),
        say(lang, "lineup_spent"),
        say(lang, "lineup_total_80", outcome=found.outcome[lang]),
    ]
    asked = [say(lang, "lineup_reaches", count=number(lang, found.rules.at_least))] if found.rules.at_least is not None else []
    people = [say(lang, "lineup_people")] if told_people(found) else []
    return [*head, *asked, heading(found.cost_per[lang]), *people, say(lang, "lineup_thin")]


def told_people(found: Lineup) -> bool:
    """Whether people reached differ from the outcome."""
    return not found.unique and any(plan.people is not None for plan in found.plans)


def _plan_row(plan: Plan, found: Lineup, lang: str) -> list[str]:
    outcome = f"{compact(lang, plan.expected)} ({interval(lang, plan.low, plan.high)})"
    asked = [chance(lang, plan.reaches)] if plan.reaches is not None else []
    row = [plan_name(plan, lang), number(lang, len(plan.rows)), money(lang, plan.spend, found.currency, short=True), outcome]
    people = [compact(lang, plan.people)] if told_people(found) else []
    return [*row, *asked, money(lang, plan.cost, found.currency, short=True), *people, percent(lang, plan.thin)]


def _bookings(plan: Plan, found: Lineup, catalogue: Catalogue, lang: str) -> list[list[str]]:
    head = [say(lang, "lineup_who"), say(lang, "kind"), say(lang, "platform"), say(lang, "lineup_format"), say(lang, "fee")]
    rows = [[*head, say(lang, "lineup_total_80", outcome=found.outcome[lang])]]
    for _, row in plan.rows.iterrows():
        cells = [category(row, column, catalogue, lang) for column in ("kind", "platform", "format")]
        outcome = f"{compact(lang, row['expected'])} ({interval(lang, row['p10'], row['p90'])})"
        rows.append(
            [
                who(row) + (f" ({say(lang, 'lineup_assumed')})" if row["assumed"] else ""),
                *cells,
                money(lang, row["fee"], found.currency, short=True),
                outcome,
            ]
        )
    return rows


def _budgets(found: Lineup, lang: str) -> list[list[str]]:
    head = [say(lang, "lineup_budget"), say(lang, "lineup_spent"), say(lang, "lineup_total_80", outcome=found.outcome[lang])]
    rows = [[*head, one_more(found, lang)]]
    for point in found.frontier:
        spent = [money(lang, amount, found.currency, short=True) for amount in (point.budget, point.spend)]
        more = found.units / point.marginal if point.marginal else None
        outcome = f"{compact(lang, point.expected)} ({interval(lang, point.low, point.high)})"
        rows.append([*spent, outcome, money(lang, more, found.currency, short=True)])
    return rows

"""A line-up in words: which plan is ahead, who is in it, what other budgets would bring, and what to know before signing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from predictor.asof.events import ASSUMED_AUDIENCE
from predictor.definitions.closed_lists import KINDS
from predictor.definitions.phrases import Phrases
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.planning.plans import MIX, Lineup, Plan, PlanComparison, plan_of
from predictor.planning.rules import COUNTED, Between, LineupConstraints
from predictor.reporting.beside_words import beside_facts, returned
from predictor.reporting.condition_words import commission_of, conditions, creators_in
from predictor.wording.sentences import heading, noun, table, who

WRITTEN_OUT = 1e3, 1e6  # costs of one that are written with all their digits
UNSAID = ("unknown", "partly")  # plans of which it is not known what kinds they are made of
EXACT = 1e-3  # a gap to the bound that no forecast could tell


def in_words(found: Lineup, phrases: Phrases) -> str:
    """The line-up as plain text for a terminal."""
    parts = [[phrases.say("invented")]] if found.invented else []
    parts.append(answer(found, phrases))
    parts.append([goal_line(found, phrases), risk_line(found, phrases)])
    why = verdicts(found, phrases)
    parts.append([phrases.say("answer_why"), *(f"- {sentence}" for sentence in why)] if why else [])
    if found.proposed is not None:
        parts.append(table([_plans_head(found, phrases), *(_plan_row(p, found, phrases) for p in found.plans if p.found)]))
        title = phrases.say("lineup_proposed", plan=proposed_name(found.proposed, phrases))
        notes = [phrases.say("range_means"), phrases.say("middle_means")]
        parts.append([title, *table(_bookings(found.proposed, found, phrases)), *notes])
        if beside := beside_facts(found.proposed, phrases):
            parts.append([phrases.say("lineup_beside"), *table([list(fact) for fact in beside])])
        parts.append([f"- {condition}" for condition in conditions(found, phrases)])
    if found.frontier:
        parts.append([phrases.say("lineup_more_money"), *table(_budgets(found, phrases))])
    parts.append([phrases.say("caveats"), *(f"- {caveat}" for caveat in caveats(found, phrases))])
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def answer(found: Lineup, phrases: Phrases) -> list[str]:
    """What to do with the budget, what that brings and costs; and then what either kind alone would bring."""
    budget, plan = phrases.money(found.rules.budget, found.currency, short=True), found.proposed
    if plan is None:
        nobody_quoted = found.without_quote == found.candidates and found.currency is not None
        return [phrases.say("answer_unpriced" if nobody_quoted else "answer_none", budget=budget, code=found.currency)]
    alone = [
        one
        for one in found.plans
        if one.kind is not None and _made_of(plan) != "unknown" and set(one.rows.index) != set(plan.rows.index)
    ]
    first = phrases.say(
        "answer", budget=budget, plan=_made_in_words(plan, phrases), outcome=_counted(found, phrases),
        bookings=phrases.say("answer_bookings", count=len(plan.rows)), **_brings(plan, found, phrases),
    )  # fmt: skip
    return [first, " ".join(_alone(one, found, phrases) for one in alone)] if alone else [first]


def _made_of(plan: Plan) -> str:
    """The name of the plan that it is: a mix may well be of one kind."""
    kinds = {*plan.rows["kind"].fillna("")}
    if "" in kinds:  # whoever of them may be of any kind
        return "unknown" if len(kinds) == 1 else "partly"
    return plan_of(kinds.pop()) if len(kinds) == 1 else MIX


def _kinds_of(plan: Plan, phrases: Phrases) -> list[str]:
    """The kinds that a plan is made of, as the definitions order them; at the end none, where that of some is not stated."""
    kinds = plan.rows["kind"].fillna("")
    return [*(kind for kind in phrases.catalogue.in_order("kind", kinds) if kind), *([""] if (kinds == "").any() else [])]


def _kinds_to_mix(plan: Plan) -> Sequence[str]:
    """The kinds that a mix could be of: those of the list, or influencers and KOLs where it has no others."""
    return KINDS if {*plan.kinds} <= {*KINDS} else plan.kinds


def _made_in_words(plan: Plan, phrases: Phrases) -> str:
    made, kinds = _made_of(plan), _kinds_of(plan, phrases)
    if made in UNSAID:
        count = int((plan.rows["kind"].fillna("") == "").sum())
        return phrases.say(f"answer_{made}", kinds=phrases.sides(kinds), count=count)
    return phrases.say("answer_mix" if made == MIX else "only_kind", kinds=phrases.sides(kinds))


def _alone(plan: Plan, found: Lineup, phrases: Phrases) -> str:
    kinds = phrases.side(plan.kind or "")
    if not plan.found:
        return heading(phrases.say("answer_alone_none", kinds=kinds))
    return heading(phrases.say("answer_alone", kinds=kinds, **_brings(plan, found, phrases)))


def _brings(plan: Plan, found: Lineup, phrases: Phrases) -> dict[str, str]:
    """What a plan is expected to bring, from where to where, and what each costs or, in money, what comes back for one spent."""
    span, cost = phrases.interval(plan.low, plan.high), phrases.say("answer_without_cost")
    if plan.returns is not None:
        cost = phrases.say("answer_returns", times=returned(plan.returns, phrases), chance=phrases.chance(plan.returns.chance))
        cost += phrases.say("answer_commission") if commission_of(plan.rows).any() else ""
    elif plan.cost:
        each = unit_cost(plan.cost, found.currency, phrases)
        cost = phrases.say("answer_cost", label=phrases.noun(found.cost_per), cost=each)
    expected = phrases.money(plan.expected, found.currency, short=True) if found.in_money else phrases.compact(plan.expected)
    return {"expected": expected, "range": span, "cost": cost}


def _counted(found: Lineup, phrases: Phrases) -> str:
    """The outcome as it stands after a figure, which carries the currency itself."""
    return phrases.noun(phrases.catalogue.entries[phrases.catalogue.recipes[found.target].outcome].label)


def to_reach(found: Lineup, phrases: Phrases) -> str:
    """The count of outcomes, or the amount of money, that is to be reached."""
    goal = found.rules.at_least
    return phrases.money(goal, found.currency) if found.in_money else phrases.number(goal)


def unit_cost(cost: float | None, currency: str | None, phrases: Phrases) -> str:
    """What one costs: in full where people would say it so (6,310 ₫), in three significant digits anyway."""
    if cost is None:
        return phrases.say("nothing")
    in_full = WRITTEN_OUT[0] <= cost < WRITTEN_OUT[1]
    return phrases.money(float(f"{cost:.3g}") if in_full else cost, currency, short=not in_full)


def goal_line(found: Lineup, phrases: Phrases) -> str:
    """What is wanted, what is forecast, and for how much."""
    budget = phrases.money(found.rules.budget, found.currency)
    outcome = phrases.noun(found.outcome)
    return phrases.say("lineup_goal_line", goal=phrases.say(f"goal_{found.goal}"), outcome=outcome, budget=budget)


def risk_line(found: Lineup, phrases: Phrases) -> str:
    """What was made as large as possible."""
    risk = f"lineup_risk_{found.rules.risk}"
    return phrases.say(risk, count=to_reach(found, phrases), outcome=_counted(found, phrases))


def plan_name(plan: Plan, phrases: Phrases) -> str:
    """What a plan is called; a mix of people whose kind nobody said is no mix."""
    made = _made_of(plan) if plan.name == MIX and len(plan.rows) else plan.name
    return _called(made if made in UNSAID else plan.name, plan, phrases)


def shown_as_proposed(found: Lineup) -> Plan | None:
    """Which of the plans side by side is the one to sign: a mix that comes down to one kind is the plan of that kind."""
    plan = found.proposed
    if plan is None:
        return None
    same = (one for one in found.plans if one.kind is not None and one.found and {*one.rows.index} == {*plan.rows.index})
    return next(same, plan)


def proposed_name(plan: Plan, phrases: Phrases) -> str:
    """What the plan to sign is called: by who is in it, for a mix may well be of one kind."""
    return _called(_made_of(plan) if len(plan.rows) else plan.name, plan, phrases)


def _called(made: str, plan: Plan, phrases: Phrases) -> str:
    """What a plan made so is called at the head of a line."""
    kinds = _kinds_of(plan, phrases)
    if made == "unknown":
        return phrases.say("lineup_plan_unknown")
    if made == "partly":
        return heading(phrases.sides(kinds))
    if made == MIX:
        return heading(phrases.sides(kinds if len(kinds) > 1 else _kinds_to_mix(plan)))
    return heading(phrases.say("only_kind", kinds=phrases.side(plan.kind or kinds[0])))


def verdicts(found: Lineup, phrases: Phrases) -> list[str]:
    """Which plan is ahead of which, and why there is none where there is none."""
    plans = {plan.name: plan for plan in found.plans}
    compared = [_verdict(duel, plans[duel.one], plans[duel.other], found, phrases) for duel in found.duels]
    return compared + [why_none(plan, found, phrases) for plan in found.plans if not plan.found and not _unsaid(found)]


def rules_in_words(rules: LineupConstraints, currency: str | None, phrases: Phrases) -> list[str]:
    """Every rule that was asked for, one a line."""
    names = [name for name in ("budget", "largest_share", "most_bookings_90_days") if getattr(rules, name) is not None]
    names += [name for name in ("excluded", "avoid_flags", "one_per_person") if getattr(rules, name)]
    names += ["busy"] if rules.skip_busy and rules.starts_on is not None else []
    counted = {"number": rules.number} | {f"{what}|{name}": b for what in COUNTED for name, b in getattr(rules, what).items()}
    names += [f"{name}|{end}" for name, between in counted.items() for end in ("min", "max") if getattr(between, end) is not None]
    names += [f"must_have|{name}" for name in rules.must_have]
    return [rule_words(name, rules, currency, phrases) for name in names]


def rule_words(
    name: str, rules: LineupConstraints, currency: str | None, phrases: Phrases, people: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    """A rule by the name that `lineup_rules.constraints` gives it; `people` says what to call whom the rules name by an id."""
    what, *parts = name.split("|")
    if what == "only":
        return phrases.say("only_kind", kinds=phrases.side(parts[0]))
    if what == "number":
        return phrases.say(f"lineup_rule_number_{parts[0]}", count=_bound(rules.number, parts[0]))
    if what in COUNTED:
        of, end = parts
        values = {"what": phrases.say(what).lower() if what != "country" else phrases.noun(phrases.catalogue.entries[what].label)}
        values["value"] = phrases.word(what, of)
        return phrases.say(f"lineup_rule_part_{end}", count=_bound(getattr(rules, what)[of], end), **values)
    limits = {
        "budget": phrases.money(rules.budget, currency),
        "must_have": (people or {}).get(parts[0], parts[0]) if parts else "",
        "avoid_flags": ", ".join(rules.avoid_flags),
        "largest_share": phrases.percent(rules.largest_share),
    }
    return phrases.say(f"lineup_rule_{what}", value=limits.get(what, ""), count=rules.most_bookings_90_days or 0)


def caveats(found: Lineup, phrases: Phrases) -> list[str]:
    """What a reader must know before signing."""
    said = [phrases.say("lineup_caveat_quote", count=found.without_quote, all=found.candidates)] if found.without_quote else []
    said += [phrases.say("caveat_forecast", count=found.without_forecast)] if found.without_forecast else []
    said += [phrases.say(f"lineup_caveat_{column}") for column in found.unchecked]
    said += [phrases.say("lineup_caveat_absent", names=", ".join(found.absent))] if found.absent else []
    if found.proposed is not None and len(sizeless := _without_followers(found.proposed)):
        said.append(phrases.say("lineup_caveat_followers", who=creators_in(sizeless, phrases), stand_in=ASSUMED_AUDIENCE))
    if any(plan.thin for plan in found.plans):
        said.append(phrases.say("lineup_caveat_thin"))
    if found.proposed is not None and found.proposed.assumed:
        share = phrases.percent(found.proposed.assumed)
        said.append(
            phrases.say(
                "lineup_caveat_own", share=share, plan=plan_name(found.proposed, phrases), outcome=phrases.noun(found.outcome)
            )
        )
    if found.proposed is not None and (pooled := int(found.proposed.rows["pooled"].sum())):
        outcome = phrases.noun(found.outcome)
        said.append(phrases.say("caveat_pooled", count=pooled, all=len(found.proposed.rows), outcome=outcome))
    if found.rules.risk != "expected":
        said.append(phrases.say("lineup_caveat_approximate"))
    elif any(plan.found for plan in found.plans):
        gap = max(plan.gap for plan in found.plans)
        key = "lineup_caveat_best" if gap <= EXACT else "lineup_caveat_gap"
        said.append(phrases.say(key, gap=phrases.percent(gap, 2)))
    weighed = any(other.returns for plan in found.plans for other in plan.others)
    said += [phrases.say("lineup_caveat_money")] if found.in_money or weighed else []
    if found.shocks.campaign >= 0.005 or "campaign" in found.shocks.assumed:
        said.append(shared_luck(found.shocks, phrases))
    if found.overlaps:
        said.append(phrases.say("lineup_caveat_given", count=found.overlaps))
    said.append(phrases.say("lineup_caveat_unique" if found.unique else "lineup_caveat_overlap"))
    said += [phrases.say("lineup_caveat_people")] if told_people(found) else []
    return [*said, phrases.say("lineup_caveat_total")]


def _without_followers(plan: Plan) -> pd.DataFrame:
    """The bookings whose creators' followers nobody counted, where the list counts any; an assumed outcome needs none."""
    rows = plan.rows
    if "followers" not in rows:
        return rows.iloc[:0]
    return rows[~rows["assumed"] & ~(pd.to_numeric(rows["followers"], errors="coerce") > 0)]


def shared_luck(shocks: OutcomeCorrelations, phrases: Phrases) -> str:
    """How far all bookings of a campaign do well or badly at once."""
    tied = "lineup_caveat_assumed" if "campaign" in shocks.assumed else "lineup_caveat_shared"
    return phrases.say(tied, share=phrases.percent(shocks.campaign), campaigns=shocks.campaigns)


def one_more(found: Lineup, phrases: Phrases) -> str:
    """The heading over what one more unit of the outcome costs."""
    if found.in_money:
        return phrases.say("lineup_one_more_money", amount=phrases.money(found.units, found.currency))
    return phrases.say("lineup_one_more") if found.units == 1 else phrases.say("lineup_one_more_units", units=found.units)


def _bound(between: Between, end: str) -> int:
    return int(getattr(between, end) or 0)


def _verdict(duel: PlanComparison, one: Plan, other: Plan, found: Lineup, phrases: Phrases) -> str:
    if set(one.rows.index) == set(other.rows.index):
        return phrases.say("lineup_same", one=plan_name(one, phrases), other=plan_name(other, phrases))
    ahead, behind, share = (other, one, 1 - duel.chance) if duel.chance < 0.5 else (one, other, duel.chance)
    names = {"one": plan_name(ahead, phrases), "other": plan_name(behind, phrases), "outcome": phrases.noun(found.outcome)}
    key = "lineup_likely" if duel.verdict != "close" else "lineup_even" if share < 0.51 else "lineup_close"
    return phrases.say(key, chance=phrases.chance(share), **names)


def _unsaid(found: Lineup) -> bool:
    """Whether nobody has a kind, as the answer says: a plan of one kind has then nobody to choose from."""
    there = [plan for plan in found.plans if plan.found]
    return [plan.name for plan in there] == [MIX] and _made_of(there[0]) == "unknown"


def why_none(plan: Plan, found: Lineup, phrases: Phrases, people: Mapping[str, str] | None = None) -> str:
    """Why there is no such plan: the rules that cannot be kept together, or that the time was up; `people` as in `rule_words`."""
    if _unsaid(found):
        return phrases.say("lineup_no_kinds")
    if not plan.conflict:
        return phrases.say("lineup_no_time", plan=plan_name(plan, phrases))
    if plan.kind is not None and {*plan.conflict} <= {f"only|{plan.kind}", "somebody", "quote"}:
        return phrases.say("lineup_nobody", plan=plan_name(plan, phrases), kind=noun(phrases.word("kind", plan.kind)))
    rules = [rule_words(name, found.rules, found.currency, phrases, people) for name in plan.conflict]
    return phrases.say("lineup_conflict", plan=plan_name(plan, phrases), rules="; ".join(rules))


def _plans_head(found: Lineup, phrases: Phrases) -> list[str]:
    head, goal = ["", *(phrases.say(key) for key in ("lineup_bookings", "lineup_spent"))], found.rules.at_least
    head.append(phrases.say("lineup_total_80", outcome=phrases.label(found.outcome)))
    asked = [phrases.say("lineup_reaches", count=to_reach(found, phrases))] if goal is not None else []
    people = [phrases.say("lineup_people")] if told_people(found) else []
    money = [phrases.say("lineup_returns"), phrases.say("lineup_covers")] if found.in_money else []
    return [*head, *asked, *money, heading(phrases.label(found.cost_per)), *people, phrases.say("lineup_thin")]


def told_people(found: Lineup) -> bool:
    """Whether people reached differ from the outcome."""
    return not found.unique and any(plan.people is not None for plan in found.plans)


def _plan_row(plan: Plan, found: Lineup, phrases: Phrases) -> list[str]:
    outcome = f"{phrases.compact(plan.expected)} ({phrases.interval(plan.low, plan.high)})"
    asked = [phrases.chance(plan.reaches)] if plan.reaches is not None else []
    spend = phrases.money(plan.spend, found.currency, short=True)
    cost = unit_cost(plan.cost or None, found.currency, phrases)
    people = [phrases.compact(plan.people)] if told_people(found) else []
    row = [plan_name(plan, phrases), phrases.number(len(plan.rows)), spend, outcome]
    return [*row, *asked, *of_returns(plan, found, phrases), cost, *people, without_record(plan, phrases)]


def of_returns(plan: Plan, found: Lineup, phrases: Phrases) -> list[str]:
    """Where the outcome is money: what comes back for the fees, and the chance that it is at least these."""
    if not found.in_money:
        return []
    back, none = plan.returns, phrases.say("nothing")
    return [none, none] if back is None else [returned(back, phrases), phrases.chance(back.chance)]


def without_record(plan: Plan, phrases: Phrases) -> str:
    """How many of a plan's bookings are of creators without a record."""
    return phrases.say("unseen_of", count=round(plan.thin * len(plan.rows)), all=len(plan.rows))


def middle(row: Mapping[Any, Any] | pd.Series, phrases: Phrases) -> str:
    """The middle value of a booking, shown beside the expected one, which rare hits raise."""
    return phrases.say("middle", count=phrases.compact(row["p50"]))


def _bookings(plan: Plan, found: Lineup, phrases: Phrases) -> list[list[str]]:
    head = [phrases.say(key) for key in ("lineup_who", "kind", "platform", "lineup_format", "fee")]
    rows = [[*head, phrases.say("lineup_total_80", outcome=phrases.label(found.outcome))]]
    for _, row in plan.rows.iterrows():
        cells = [phrases.category(row, column) for column in ("kind", "platform", "format")]
        about = f"{middle(row, phrases)}; {phrases.interval(row['p10'], row['p90'])}"
        outcome = f"{phrases.compact(row['expected'])} ({about})"
        rows.append(
            [
                who(row) + (f" ({phrases.say('lineup_assumed')})" if row["assumed"] else ""),
                *cells,
                phrases.money(row["fee"], found.currency, short=True),
                outcome,
            ]
        )
    return rows


def _budgets(found: Lineup, phrases: Phrases) -> list[list[str]]:
    head = [phrases.say(key) for key in ("lineup_budget", "lineup_spent")]
    rows = [[*head, phrases.say("lineup_total_80", outcome=phrases.label(found.outcome)), one_more(found, phrases)]]
    for point in found.frontier:
        spent = [phrases.money(amount, found.currency, short=True) for amount in (point.budget, point.spend)]
        more = found.units / point.marginal if point.marginal else None
        outcome = f"{phrases.compact(point.expected)} ({phrases.interval(point.low, point.high)})"
        rows.append([*spent, outcome, phrases.money(more, found.currency, short=True)])
    return rows

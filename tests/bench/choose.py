"""Choosing a line-up among 5,000 candidates under ten rules: cd tests && python -m bench.choose."""

import time
from statistics import median

import numpy as np
from scipy import sparse

from predictor.planning.optimiser import Constraint, NoChoice, Overlap, TailRisk, best_choice

RUNS = 3


def problem(count=5000, seed=1):
    """Fees and outcomes as heavy-tailed as real ones, and ten rules of the kinds that planners set."""
    rng = np.random.default_rng(seed)
    fee = np.round(rng.lognormal(16, 1, count), -4)
    value = fee**0.8 * rng.lognormal(0, 0.7, count) / 500

    def part(share):
        return (rng.random(count) < share)[None, :].astype(float)

    person = sparse.csr_array((np.ones(count), (rng.integers(0, count // 2, count), np.arange(count))))
    rules = [
        Constraint("budget", fee[None, :], high=2e9),
        Constraint("number", np.ones((1, count)), 20, 60),
        Constraint("one per person", person, high=1),
        Constraint("largest share", sparse.diags_array(fee), high=0, of_spend=-0.15),
        Constraint("tiktok", part(0.4), 8, 30),
        Constraint("youtube", part(0.2), 4, 20),
        Constraint("mega", part(0.05), high=2),
        Constraint("kol", part(0.3), 5, 40),
        Constraint("abroad", part(0.1), high=3),
        Constraint("flagged", part(0.02), high=0),
    ]
    return value, fee, rules


def main():
    value, fee, rules = problem()
    rng = np.random.default_rng(2)
    scenarios = value * np.exp(0.9 * rng.standard_normal((60, len(value))) + 0.3 * rng.standard_normal((60, 1)))
    top = np.array([0, 0.5, 1, 2, 4, 8]) * value.sum() / 200
    overlap = Overlap(rng.integers(-1, 10, len(value)), (np.column_stack([top, top[-1] * (1 - np.exp(-top / top[-1]))]),) * 10)
    cases = {
        "plain sum": {},
        "unique reach in 10 groups": {"overlap": overlap},
        "60 scenarios, half the weight on their worst fifth": {"tail": TailRisk(scenarios, 0.5)},
        "both": {"overlap": overlap, "tail": TailRisk(scenarios, 0.5)},
    }
    took = {name: [] for name in cases}
    for _ in range(RUNS):
        for name, more in cases.items():
            start = time.perf_counter()
            choice = best_choice(value, fee, rules, seconds=60, **more)
            took[name].append((time.perf_counter() - start, len(choice.chosen), choice.gap))
    for name, told in took.items():
        seconds, chosen, gap = map(median, zip(*told, strict=True))
        print(f"{name}: {chosen:.0f} of {len(value)}, {seconds:.1f} s, gap {gap:.3%}", flush=True)
    start = time.perf_counter()
    try:
        best_choice(
            value, fee, [*rules, Constraint("rich", fee[None, :], low=1.9e9), Constraint("small", fee[None, :], high=1e9)]
        )
    except NoChoice as clash:
        print(f"conflict of {', '.join(clash.rules)}: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()

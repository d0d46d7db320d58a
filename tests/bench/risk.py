"""How near the safe and the likely line-up come to the best of all: cd tests && python -m bench.risk."""

from itertools import combinations

import numpy as np

from predictor.planning.optimiser import Constraint, candidate_solutions


def shares(goal_at, problems=40, count=12, seed=1):
    """What the choice reaches of the best choice's p20 (or chance), both on draws that neither has seen."""
    rng = np.random.default_rng(seed)
    for _ in range(problems):
        value, fee = rng.lognormal(3, 0.7, count), rng.integers(1, 10, count).astype(float)
        wild = rng.uniform(0.2, 1.5, count)
        noise = wild * (0.9 * rng.standard_normal((6000, count)) + 0.4 * rng.standard_normal((6000, 1)))
        draws = value * np.exp(noise - (wild**2 * 0.97) / 2)
        budget = 0.4 * fee.sum()
        every = [np.array(c) for k in range(1, count + 1) for c in combinations(range(count), k) if fee[list(c)].sum() <= budget]
        goal = None if goal_at is None else goal_at * max(value[c].sum() for c in every)

        def worth(chosen, part, goal=goal):
            drawn = part[:, chosen].sum(axis=1)
            return np.quantile(drawn, 0.2) if goal is None else (drawn >= goal).mean()

        rules = [Constraint("budget", fee[None, :], high=budget)]
        found = [choice.chosen for choice in candidate_solutions(value, fee, rules, draws[:60], goal=goal)]
        picked, ideal = (max(several, key=lambda c: worth(c, draws[60:3000])) for several in (found, every))
        yield worth(picked, draws[3000:]), worth(ideal, draws[3000:]), worth(found[0], draws[3000:])


def main():
    for goal_at in (None, 0.6, 1.0, 1.5):
        picked, ideal, plain = np.array(list(shares(goal_at))).mean(axis=0)
        name = "p20" if goal_at is None else f"chance of {goal_at:g} × the best mean"
        print(f"{name}: chosen {picked:.3g}, best of all {ideal:.3g}, highest mean {plain:.3g}")


if __name__ == "__main__":
    main()

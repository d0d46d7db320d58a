"""Which version is the champion: the challenger takes its place where its gates hold and nothing is lost."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from predictor.bundle import Bundle
from predictor.errors import Fault, NotPromoted, RowsError
from predictor.registry.gates import gate_failures
from predictor.registry.runs import NAME, connected, download, load_registered, version_of, writing_to
from predictor.registry.tracking_store import FILE

NOTHING = "there is no version to promote; train one first: predictor train DATA, in Python predictor.train(history).register()."
POOLED = "too few results to learn more than one rate for everybody"


@dataclass(frozen=True, repr=False)
class Promotion:
    """A version that became champion; printed, it says so in words.

    Attributes
    ----------
    version
        Its number.
    left_out
        By target that it learned but does not serve, the gates that it missed.
    worse
        What the champion before it did better; only where the version was named.
    """

    version: str
    left_out: dict[str, str]
    worse: list[str]

    def __str__(self) -> str:
        lines = [f"{NAME} version {self.version} is now champion{'.' if self.left_out or self.worse else ': its gates hold.'}"]
        for title, reasons in (
            ("Left out, because it missed its gates:", self.left_out.values()),
            ("Since it was named, it replaced a champion that does better:", self.worse),
        ):
            if reasons:
                lines += [title, *(f"  {reason}" for reason in reasons)]
        return "\n".join(lines)

    __repr__ = __str__


def promote_in(store: Path, version: str | None = None) -> Promotion:
    """Make a version (default: the challenger, without one the champion again) champion; it is then no challenger any more.

    It serves the targets whose gates hold.

    Raises
    ------
    NotPromoted
        Where none does, or, unless the version is named, where the champion does better.
    RowsError
        Where there is no such version.
    """
    stored = (store / FILE).is_file() or os.environ.get("MLFLOW_TRACKING_URI")
    number = (version or version_of("challenger", store) or version_of("champion", store)) if stored else None
    if number is None:
        raise RowsError([Fault("models", NOTHING)])
    bundle = download(store, number)
    missed = gate_failures(bundle)
    if len(missed) == len(bundle.models):
        raise NotPromoted(f"{NAME} version {number}", [*missed.values()])
    worse = _worse_than_the_champion(store, bundle, missed)
    if worse and version is None:
        insist = f"To insist, name it: predictor promote --version {number}, in Python predictor.promote(version={number})."
        raise NotPromoted(f"{NAME} version {number}", worse, insist)
    client = connected(store).MlflowClient()
    with writing_to(store):
        client.set_registered_model_alias(NAME, "champion", number)
        if version_of("challenger", store) == number:
            client.delete_registered_model_alias(NAME, "challenger")
    return Promotion(number, missed, worse)


def _worse_than_the_champion(store: Path, bundle: Bundle, missed: dict[str, str]) -> list[str]:
    """What would be lost with the champion: that it learned from real data, a target that the version does not serve, or one
    that tells creators apart where the version has one rate for everybody."""
    try:
        champion = load_registered(store)
    except RowsError:
        return []
    label = f"The champion ({champion.provenance.version_label})"
    if bundle.invented and not champion.invented:
        return [f"it learned from invented data. {label} did not."]
    worse = []
    for name, model in champion.models.items():
        if name in missed or name not in bundle.models:
            worse.append(f"{missed.get(name, f'{name}: it was not trained.')} {label} serves it.")
        elif bundle.models[name].recipe.pooled and not model.recipe.pooled:
            worse.append(f"{name}: {POOLED}. {label} tells creators apart.")
    return worse

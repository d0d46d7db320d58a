"""What Python code and notebooks call: a history from frames or files, a training, the registered model."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Goals
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from predictor.asof.examples import LEAD_DAYS, learned_texts
from predictor.bundle import Bundle, load_bundle
from predictor.definitions.loader import load_catalogue, project_folder
from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.evaluation.backtest import FEW, Backtest, by_group
from predictor.intake.contract import checked_history, frame_of, read_tables
from predictor.intake.mapping import Mapping, load_mapping
from predictor.registry.promotion import Promotion, promote_in
from predictor.registry.runs import load_registered, log_training, log_tuning, open_store, store_folder
from predictor.registry.tracking_store import FILE, opened_alone
from predictor.scoring.model import Day, Model
from predictor.tables.frames import History
from predictor.tables.progress import Progress, silent
from predictor.training import train as learning

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Training(learning.Training):
    """A model and how good it is: `bundle`, `backtest`, `examples`, and the history that it learned from."""

    history: History = field(default_factory=History)

    @property
    def model(self) -> Model:
        """The model, reading creators' records from the history that it learned from."""
        return Model(self.bundle, self.history)

    def by_group(self, target: str, least: int = FEW) -> pd.DataFrame:
        """Figures of merit of the newest held-out forecasts of one target, by platform, tier, kind, how much is on record …

        Returns
        -------
        One row a group of at least `least` rows: `by`, `group`, `creators`, `rows`, `error`, `best_rule_error`, `coverage` …
        """
        newest = self.backtest.predictions.query("target == @target and split == 'time'").reset_index(drop=True)
        return by_group(newest, self.bundle.catalogue.recipes[target], least)

    def calibration_plot(self, target: str) -> Figure:
        """Held-out forecasts of one target against what came, by tenth of the forecast, with the 80 % interval."""
        from predictor.reporting.backtest_plots import calibration_plot

        recipe = self.bundle.catalogue.recipes[target]
        return calibration_plot(self.backtest.predictions.query("target == @target"), target, recipe.outcome)

    def curve_plot(self, target: str, columns: Sequence[str], *, refits: int = 20, lang: str = "en") -> Figure:
        """How the forecast of one target moves with some columns; an association, not an effect.

        Parameters
        ----------
        columns
            Numeric columns that the target is learned from.
        refits
            How often the target is learned anew, from creators drawn with replacement, for a band of 90 %; 0 draws none.
        lang
            `en` or `vi`.
        """
        from predictor.explanation.response_curves import response_curves
        from predictor.reporting.curve_plots import curve_plot

        known = self.bundle.catalogue
        curves = response_curves(self.bundle.models[target], self.examples, columns, known, refits=refits)
        return curve_plot(curves, Phrases(lang, known))

    def register(self, project: Path | str | None = None, *, refits: int = 5) -> str:
        """Log the training to MLflow and register its model as the challenger, as `predictor train` does.

        Parameters
        ----------
        project
            The folder whose `models/trained` holds the store; by default the project that you stand in, this folder or the
            nearest above that holds a trained model, else definitions. MLFLOW_TRACKING_URI names another store.
        refits
            How often each target is learned anew for the bands of its response curves; 0 draws them without, in much less time.

        Returns
        -------
        The number of the version, for `load_champion`; `promote()` makes it champion where its gates hold.

        Raises
        ------
        RowsError
            Where the store cannot be opened.
        """
        return log_training(self, store_of(project), refits)


def history(
    source: Path | str | None = None, *, creators: Any = None, posts: Any = None, bookings: Any = None, campaigns: Any = None,
    creator_snapshots: Any = None, post_snapshots: Any = None, creator_aliases: Any = None,
    mapping: Mapping | Path | str | None = None, catalogue: Catalogue | None = None, invented: bool = False,
) -> History:  # fmt: skip
    """A checked history, from a folder (or one flat file of bookings) or from tables that are at hand.

    Parameters
    ----------
    source
        A folder of tables, or one file of bookings; instead of the tables.
    creators, posts, bookings, campaigns, creator_snapshots, post_snapshots, creator_aliases
        A pandas frame each, whatever speaks Arrow (Polars, DuckDB relations, Arrow tables), or the path of a file. Times with a
        zone, nullable integers, categories and text as people type it are read as in a file. `creator_aliases` holds the
        `old_id` and `new_id` of creators who changed theirs, whose record then stays whole.
    mapping
        How other people's titles and values are read, or the path of a mapping file.
    catalogue
        The definitions; by default those of the project that you stand in, else the shipped ones.
    invented
        Whether the tables are made up; forecasts then say so.

    Raises
    ------
    RowsError
        With every fault of every table.

    Examples
    --------
    >>> import pandas as pd, predictor as pr
    >>> posts = pd.DataFrame({"creator_id": "linh", "published_at": ["2026-05-02", "2026-05-09"], "likes": ["1.2K", 900]})
    >>> pr.history(posts=posts, creators=pd.DataFrame({"creator_id": ["linh"], "platform": ["TikTok"]}))
    History: 1 creators, 2 posts
    """
    known = catalogue or load_catalogue()
    meaning = load_mapping(Path(mapping), known) if isinstance(mapping, Path | str) else mapping
    given = {
        "creators": creators, "creator_snapshots": creator_snapshots, "posts": posts, "post_snapshots": post_snapshots,
        "campaigns": campaigns, "bookings": bookings, "creator_aliases": creator_aliases,
    }  # fmt: skip
    tables = {name: table for name, table in given.items() if table is not None}
    if (source is None) == (not tables):
        raise RowsError([Fault("history", f"give either the path of a folder or tables; allowed: {', '.join(given)}.")])
    if source is not None:
        return read_tables(Path(source), known, meaning)
    return checked_history(History({n: frame_of(table, known, meaning) for n, table in tables.items()}, invented), known, meaning)


def train(
    tables: History, catalogue: Catalogue | None = None, *, targets: Sequence[str] = (), lead_days: float = LEAD_DAYS,
    seed: int = 1, jobs: int = -1, progress: Progress = silent,
) -> Training:  # fmt: skip
    """Fit every target that has labels, and back-test each on the newest fifth and on creators never seen.

    Parameters
    ----------
    tables
        A history; see `history`.
    catalogue
        The definitions; by default those of the project that you stand in, else the shipped ones.
    targets
        Some of the targets of `models/` alone; default: all. Each is learned as among all of them, but one that is bounded by a
        target which is left out (clicks by reach) goes without the bound.
    lead_days
        How many days before its publication a plain post is asked.
    seed, jobs
        Where random numbers start, and how many processes learn; neither the number of processes nor their order changes a bit.

    Raises
    ------
    RowsError
        Where nothing can be learned, with the reason for each target.
    """
    known = catalogue or load_catalogue()
    tables = checked_history(tables, known)
    done = learning.train(tables, known, targets=targets, lead_days=lead_days, seed=seed, jobs=jobs, progress=progress)
    return Training(done.bundle, done.backtest, done.examples, tables)


def judge(
    tables: History, catalogue: Catalogue | None = None, *, targets: Sequence[str] = (), lead_days: float = LEAD_DAYS,
    seed: int = 1, jobs: int = -1, progress: Progress = silent, challenger: Any = None,
) -> Backtest:  # fmt: skip
    """Back-test every target as `train` does, without keeping a model.

    Parameters
    ----------
    challenger
        A regressor of one's own, anything with scikit-learn's `fit(X, y)` and `predict(X)`. A copy learns from the same rows of
        every split and forecasts the same: `error_challenger` in `scores`, beside `error` and `best_rule_error`, and
        `challenger` (counts) in `predictions`. X holds what the model sees, as floats: a category is the number of its level,
        what is missing is NaN (put an imputer before a regressor that takes none), `log_exposure` the audience; columns that no
        row to learn from has a value of are left out. y is
        log(1 + count), of rare outcomes the count.

    See `train` for the others.
    """
    known = catalogue or load_catalogue()
    return learning.judge(
        tables, known, targets=targets, lead_days=lead_days, seed=seed, jobs=jobs, progress=progress, challenger=challenger
    )


def tune(
    tables: History, project: Path | str | None = None, *, trials: int, targets: Collection[str] = (),
    lead_days: float = LEAD_DAYS, seed: int = 1, jobs: int = -1, progress: Progress = silent,
) -> str:  # fmt: skip
    """Search the parameters of every target's recipe, as `predictor train --tune` does.

    What is found is tested once on the newest fifth, which the search does not see. No recipe is changed: the diff of those worth
    changing lies beside the trained models, for `patch -p1`.

    Parameters
    ----------
    tables, targets, lead_days, seed, jobs
        As for `train`.
    project
        The folder whose recipes are searched, as in `Training.register`.
    trials
        Sets of parameters tried for each target; the recipe as it stands comes first. The same search goes on where it stopped.

    Returns
    -------
    What was found, in sentences.

    Raises
    ------
    RowsError
        Where nothing can be learned, or another search is at work in this store.
    """
    from predictor.training import tuning

    folder, store = project_folder(None if project is None else Path(project)), store_of(project)
    known = load_catalogue(folder)
    texts = learned_texts(checked := checked_history(tables, known))
    examples, _ = learning.learnable(checked, known, lead_days, progress, texts, targets=targets)
    open_store(store)
    with opened_alone(store, "tuning.db"):  # two searches at once would take each other's trials
        tuned = tuning.tune(
            examples, known, trials=trials, storage=store / "tuning.db", targets=targets, seed=seed, jobs=jobs, progress=progress
        )
    diff = tuning.propose(tuned, folder, store)
    about = {"data_until": str(examples["known_on"].max().date()), "data_fingerprint": learning.fingerprint(examples)}
    log_tuning(tuned, {**about, "trials": trials, "lead_days": lead_days, "seed": seed}, store, diff)
    return tuning.in_words(tuned, diff, folder, store)


def load_champion(
    place: Path | str | None = None, *, version: str | int | None = None, alias: str = "champion", history: History | None = None
) -> Model:
    """A registered model, or one that was saved in a folder.

    Parameters
    ----------
    place
        A project, its `models/trained`, or the folder of a saved model. By default the project that you stand in: this folder or
        the nearest above it that holds a trained model.
    version, alias
        A version by its number, or the alias of one; by default the promoted one.
    history
        Where creators' records are read from.

    Raises
    ------
    RowsError
        Where there is no such model.
    """
    if place is not None and (Path(place) / "bundle.json").is_file():
        return Model(load_bundle(Path(place)), history)
    number = None if version is None else str(version)
    return Model(load_registered(store_of(place), version=number, alias=alias), history)


def promote(project: Path | str | None = None, *, version: str | int | None = None) -> Promotion:
    """Make the challenger the champion, for the targets whose gates hold, as `predictor promote` does.

    Parameters
    ----------
    project
        A project, as in `Training.register`.
    version
        A version by its number, in place of the newest challenger. Naming one insists: it also replaces a champion that does
        better, which is then told.

    Returns
    -------
    What happened, to print: `version`, its number; `left_out`, the gates missed by each target that it does not serve; `worse`,
    what the former champion did better.

    Raises
    ------
    NotPromoted
        Where no target's gates hold, or, unless the version is named, where the champion does better: it serves a target that the
        version lacks or misses the gates of, it tells creators apart where the version has one rate for everybody, or it learned
        from real data and the version from invented.
    RowsError
        Where there is no such version, or none at all.

    Examples
    --------
    >>> import predictor as pr
    >>> try:
    ...     pr.promote("a folder without a trained model")
    ... except pr.RowsError as problem:
    ...     print(problem)
    models: there is no version to promote; train one first: predictor train DATA, in Python predictor.train(history).register().
    """
    return promote_in(store_of(project), None if version is None else str(version))


def score(
    candidates: Any, model: Model | Bundle, *, brief: dict[str, Any] | None = None, history: History | None = None,
    on: Day | None = None, at_least: Goals[str, float] | None = None, why: str | None = None,
    level: float | Sequence[float] | None = None, mapping: Mapping | None = None,
) -> pd.DataFrame:  # fmt: skip
    """`Model.forecast` as a function, of a model or of a bundle that was read by itself."""
    whole = model if isinstance(model, Model) else Model(model)
    asked = whole if history is None else whole.with_history(history)
    return asked.forecast(candidates, brief=brief, on=on, at_least=at_least, why=why, levels=level, mapping=mapping)


def store_of(place: Path | str | None) -> Path:
    """The store of a project, or the one that was named itself."""
    named = None if place is None else Path(place)
    return named if named is not None and (named / FILE).is_file() else store_folder(named)

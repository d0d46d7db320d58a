"""What a row means and what is learned: `features/*.yaml` and `models/*.yaml` as frozen, typed objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from predictor.definitions.closed_lists import Goal, Table
from predictor.wording.sentences import LANGUAGES

WITHOUT_RECORD = ("band", "month", "alignment", "elsewhere")  # functions that read no record of the creator's own
GAP = "…"  # in a word of a caption: anything inside one sentence
NUMERIC = ("count", "number", "rate", "money")  # types of columns that are numbers
NEVER_INPUTS = ("id", "text", "date", "money")

Type = Literal["id", "text", "date", "category", "flag", "count", "number", "rate", "money"]
Function = Literal[
    "band", "month", "alignment", "count", "per_week", "share", "days_since", "level", "average",
    "highest", "lowest", "median", "spread", "trend", "sponsored_ratio", "ratio", "pooled", "growth", "jump",
    "elsewhere",
]  # fmt: skip


class Closed(BaseModel):
    """A definition: unknown keys are refused, and it never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Worded(Closed):
    """A definition that has words in every language, each in a field of the language's name."""

    def by_language(self) -> dict[str, str]:
        """Its words by language."""
        return {lang: getattr(self, lang) for lang in LANGUAGES}


class Words(Worded):
    """One thing said in English and Vietnamese; `also` lists other spellings people use."""

    en: str
    vi: str
    also: tuple[str, ...] = ()


class Computed(Closed):
    """How a feature follows from the tables: a function of `windows.py` or `history.py` by name, its input and its window."""

    function: Function
    table: Literal["posts", "bookings", "creator_snapshots"] = "posts"
    of: str | None = None
    else_of: str | None = None  # read where there is nothing `of` the other
    over: str | None = None
    within: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    only: Literal["sponsored", "organic"] | None = None
    window_days: float | None = None
    last: int | None = None
    half_life: float | None = None
    against: float | None = None
    edges: tuple[float, ...] = ()

    @property
    def from_history(self) -> bool:
        """Whether it is read from a creator's record, rather than from the row itself."""
        return self.function not in WITHOUT_RECORD


class Entry(Closed):
    """One column: its meaning, unit, type, range and when it is known."""

    label: Words
    meaning: Words
    type: Type
    known: Literal["before_booking", "after_booking"]
    unit: str | None = None
    range: tuple[float, float] | None = None
    categories: dict[str, Words] = {}
    open: bool = False
    several: bool = False  # words in a cell, separated by `;`
    tables: tuple[Table, ...] | None = None
    key_of: tuple[Table, ...] = ()
    required_in: tuple[Table, ...] = ()
    also: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    denominator: Words | None = None
    computed: Computed | None = None
    group: str = ""
    compounds: tuple[str, ...] = ()  # filled from the niches: names of subjects that hold a joining mark, folded, in order
    subjects: dict[str, str] = {}  # filled from the niches: every spelling of one, folded, with its name

    @property
    def of_others(self) -> bool:
        """Whether it tells of a person's other accounts: it moves a whole forecast, and is no column that models weigh."""
        return self.computed is not None and self.computed.function == "elsewhere"

    @property
    def is_input(self) -> bool:
        """Whether a model may see it."""
        return self.known == "before_booking" and self.type not in NEVER_INPUTS

    def carried_by(self, table: str) -> bool:
        """Whether `table` may have this column; what is computed may also be given directly, one row per booking."""
        return table in (("bookings", "candidates") if self.tables is None else self.tables)


class Rule(Closed):
    """A plain forecast: a benchmark by some columns, a record shrunk towards another rule, or a log-linear regression.

    In place of a record's column a registered formula may give the creator's rate, from the columns `of`.

    A record or its shrinkage may name several choices; rows held out decide among them.
    """

    benchmark: tuple[str, ...] | None = None
    record: str | tuple[str, ...] | None = None
    regression: tuple[str, ...] | None = None
    formula: str | None = None
    of: tuple[str, ...] = ()
    seen: str | None = None
    shrink: float | tuple[float, ...] = 0.0
    when_sponsored: str | None = None
    otherwise: str | None = None
    per: str | None = None  # an earlier target, whose forecast a rate is per; else per the recipe's exposure

    @property
    def is_record(self) -> bool:
        """Whether it is the creator's own rate, drawn to what another rule says."""
        return self.record is not None or self.formula is not None

    @property
    def records(self) -> tuple[str, ...]:
        """The columns of which one is the record."""
        return (self.record,) if isinstance(self.record, str) else self.record or ()

    @property
    def shrinks(self) -> tuple[float, ...]:
        """The weights of which one is the shrinkage."""
        return self.shrink if isinstance(self.shrink, tuple) else (self.shrink,)

    def choices(self) -> list[Rule]:
        """The same rule with one record and one shrinkage each."""
        records = self.records or (None,)
        return [self.model_copy(update={"record": r, "shrink": k}) for r in records for k in self.shrinks]


class Parameters(Closed):
    """LightGBM's settings that are tuned, in plain words: `leaves` is its num_leaves, `smallest_leaf` its min_data_in_leaf."""

    trees: Annotated[int, Field(ge=1, le=10_000)]
    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)]
    leaves: Annotated[int, Field(ge=2, le=131_072)]  # as LightGBM's num_leaves
    smallest_leaf: Annotated[int, Field(ge=1)]


Share = Annotated[float, Field(gt=0.0, le=1.0)]
Amount = Annotated[float, Field(ge=0.0)]
Count = Annotated[int, Field(ge=0)]


class LightGBM(Closed):
    """Its other settings, by its own names; its documentation says what each does."""

    feature_fraction: Share = 0.7
    feature_fraction_bynode: Share = 1.0
    bagging_fraction: Share = 0.8
    bagging_freq: Count = 1
    lambda_l1: Amount = 0.0
    lambda_l2: Amount = 0.0
    min_gain_to_split: Amount = 0.0
    min_sum_hessian_in_leaf: Amount = 1e-3
    max_depth: Annotated[int, Field(ge=-1)] = -1
    max_bin: Annotated[int, Field(ge=2, le=65_535)] = 255
    max_delta_step: Amount = 0.0
    path_smooth: Amount = 0.0
    extra_trees: bool = False
    cat_smooth: Amount = 30.0
    cat_l2: Amount = 10.0
    max_cat_threshold: Annotated[int, Field(ge=1)] = 32
    min_data_per_group: Annotated[int, Field(ge=1)] = 100


class CostPer(Worded):
    """Unit in which money per outcome is printed."""

    units: int
    en: str
    vi: str


class Gates(Closed):
    """What a model must show on the newest data before it may be promoted: lowest and highest allowed."""

    gain: tuple[float, float]
    coverage: tuple[float, float]


POOLED = "pooled_rate"  # the one rule of a target that has too few labels for its recipe
FEWEST_LABELS = 20  # labels without which not even a pooled rate is learned


class Recipe(Closed):
    """One target: the outcome, per what, from which features, against which simple rules."""

    label: Words
    goal: Goal
    outcome: str
    exposure: tuple[str, ...]
    objective: Literal["regression_l1", "regression", "tweedie"]
    features: tuple[str, ...]
    without: tuple[str, ...] = ()
    known_by: tuple[str, ...]
    rules: dict[str, Rule]
    parameters: Parameters
    lightgbm: LightGBM = LightGBM()
    search: dict[str, tuple[float, float]] = {}  # ranges within which the tuner tries settings
    directions: dict[str, Literal["raises", "lowers"]] = {}
    minimum_labels: int
    horizon_days: float = Field(28.0, gt=0.0)  # the age of a post at which its count is the outcome
    cost_per: CostPer
    gates: Gates
    at_most: str | None = None  # an earlier target that this outcome never exceeds: nobody clicks without being reached
    elsewhere: str | None = None  # a feature by which a person's other accounts move the forecast of one without a record
    default: bool = True  # whether it answers for its goal where no outcome is named
    name: str = ""

    @property
    def counts(self) -> bool:
        """Whether rare counts are learned (as a rate), rather than the log of an outcome."""
        return self.objective == "tweedie"

    @property
    def stages(self) -> tuple[str, ...]:
        """The earlier targets that rules are a rate per forecast of."""
        return tuple(dict.fromkeys(rule.per for rule in self.rules.values() if rule.per is not None))

    @property
    def pooled(self) -> bool:
        """Whether all that was learned is one rate per forecast of an earlier target, for want of labels."""
        return tuple(self.rules) == (POOLED,)

    @property
    def fewest_labels(self) -> int:
        """The labels without which there is no forecast: fewer than asked for where an earlier target may stand in."""
        return min(self.minimum_labels, FEWEST_LABELS) if self.stages else self.minimum_labels

    def with_pooled_rate(self) -> Recipe:
        """The same target with one rate for everybody, per forecast of its earlier target, as the only rule."""
        return self.model_copy(update={"rules": {POOLED: Rule(benchmark=(), per=self.stages[0])}})


class Niche(Closed):
    """A subject in three languages, other spellings of it, and what it is a part of; `vague` if it names no subject."""

    en: str
    vi: str
    zh: str
    also: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    vague: bool = False


class Wording(Closed):
    """One language's words, as they are typed in the file; the file itself says what each list means."""

    script: Literal["latin", "han", "kana", "thai", "hangul"]
    phrases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    tags_in_script: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Disclosures(Closed):
    """Every language's words; without any, nothing is read from captions."""

    languages: dict[str, Wording] = {}


class Catalogue(Closed):
    """Every definition of a project."""

    titles: dict[str, Words]
    entries: dict[str, Entry]
    recipes: dict[str, Recipe]
    niches: dict[str, Niche] = {}
    disclosures: Disclosures = Disclosures()

    def inputs(self, recipe: Recipe) -> list[str]:
        """Names of the columns that the model of `recipe` sees, in catalogue order."""
        chosen = [e for e in self.entries if e in recipe.features or self.entries[e].group in recipe.features]
        return [e for e in chosen if self.entries[e].is_input and e not in recipe.without and not self.entries[e].of_others]

    def answering(self, goal: str, outcome: str | None) -> Catalogue:
        """The same definitions, the target of `outcome` before the others of a goal: the first of them answers it."""
        others = {name for name, one in self.recipes.items() if outcome and one.goal == goal and one.outcome != outcome}
        return self.model_copy(update={"recipes": dict(sorted(self.recipes.items(), key=lambda one: one[0] in others))})

    def stages(self, recipe: Recipe) -> dict[str, Recipe]:
        """The earlier targets, of those that there are, whose forecasts rules of a recipe are a rate per."""
        return {name: self.recipes[name] for name in recipe.stages if name in self.recipes}

    def in_money(self, recipe: Recipe) -> bool:
        """Whether the outcome of a target is an amount of money."""
        return self.entries[recipe.outcome].type == "money"

    def in_order(self, column: str, values: Iterable[str]) -> list[str]:
        """The distinct values of a column as its definition orders them, then others, then the empty one."""
        order = list(self.entries[column].categories) if column in self.entries else []
        return sorted({*values}, key=lambda name: (name == "", order.index(name) if name in order else len(order), name))

    def columns(self, table: str) -> dict[str, Entry]:
        """Columns that `table` may have."""
        return {name: entry for name, entry in self.entries.items() if entry.carried_by(table)}

"""A trained model as a folder: JSON and LightGBM's own text, never a pickle.

A bundle carries the definitions that it was trained with, so scoring needs the bundle alone, and an old model still scores
after the catalogue has moved on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pandas as pd

from predictor.alignment.text_similarity import TextFit, text_fit_from_json
from predictor.asof.growth import AS_COUNTED, Growth, growth_from_json
from predictor.bundle_formats import FORMAT, Contents, refusal, upgrade
from predictor.definitions.formulas import formula_named
from predictor.definitions.schema import Catalogue, Recipe
from predictor.errors import Fault, RowsError
from predictor.forecasting import baselines, support
from predictor.forecasting.booking_adjustment import BookingAdjustment
from predictor.forecasting.booster_text import read_booster
from predictor.forecasting.conformal import GRID, CalibratedNegativeBinomial, LogErrors
from predictor.forecasting.design_matrix import Design
from predictor.forecasting.predict import forecast
from predictor.forecasting.provenance import Provenance, provenance_from_json
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.forecasting.stages import Stage, StageSegment
from predictor.forecasting.target_model import SIDES, SegmentModel, TargetModel
from predictor.pricing import fair_fees
from predictor.pricing.fair_fees import Prices
from predictor.tables.files import write_text
from predictor.tables.plain_data import typed

# Keys of the files and the fields of a segment that they fill.
KEYS = {
    "anchor": "baseline_name", "share": "residual_weight", "trees": "trees", "scale": "mean_correction", "rows": "rows",
    "masked": "masked",
}  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    """All targets' models, the catalogue they were trained with, and where they come from; by target that a champion does not
    serve, since it missed its gates, what it missed."""

    catalogue: Catalogue
    models: dict[str, TargetModel]
    provenance: Provenance
    texts: TextFit | None = None
    growth: Growth = AS_COUNTED
    prices: Prices = field(default_factory=lambda: Prices({}))
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def invented(self) -> bool:
        """Whether it learned from invented data."""
        return self.provenance.invented_data

    @property
    def knows_audiences(self) -> bool:
        """Whether anybody's followers were known where it learned; else its rates are counts in disguise."""
        return any(model.support.knows_audiences for model in self.models.values())

    def answering(self, goal: str, outcome: str | None) -> Bundle:
        """The same, the target of `outcome` before the others of a goal; see `Catalogue.answering`."""
        catalogue = self.catalogue.answering(goal, outcome)
        models = {name: self.models[name] for name in catalogue.recipes if name in self.models}
        return replace(self, catalogue=catalogue, models=models)

    def shocks(self, goal: str) -> OutcomeCorrelations | None:
        """How past bookings missed the forecasts of a goal together, where training could tell."""
        return next((self.provenance.shocks.get(name) for name, model in self.models.items() if model.recipe.goal == goal), None)


def save_bundle(bundle: Bundle, folder: Path) -> Path:
    """Write a bundle into `folder`, with a checksum of every file and one of them all: the same training, the same hash."""
    folder.mkdir(parents=True, exist_ok=True)
    texts: dict[str, str] = {"catalogue.json": bundle.catalogue.model_dump_json(indent=1)}
    for name, model in bundle.models.items():
        for side, part in segments(model).items():
            texts[f"{name}.{side}.txt"] = part.booster.text
            if part.scale_model is not None:
                texts[f"{name}.{side}.sizes.txt"] = part.scale_model.text
        for earlier, stage in model.stages.items():
            texts |= {f"{name}.per.{earlier}.{side}.txt": part.booster.text for side, part in stage_segments(stage).items()}
    data = {name: _model_to_json(model) for name, model in bundle.models.items()}
    texts["prices.json"] = json.dumps(fair_fees.to_json(bundle.prices), indent=1, sort_keys=True)
    texts["growth.json"] = json.dumps(bundle.growth.to_json(), indent=1, sort_keys=True)
    texts["models.json"] = json.dumps(data, indent=1, sort_keys=True)
    if bundle.texts is not None:
        texts["texts.json"] = json.dumps(bundle.texts.to_json(), ensure_ascii=False, sort_keys=True)
    sums = {name: _hash(text) for name, text in sorted(texts.items())}
    about = {"format": FORMAT, **bundle.provenance.to_json(), "files": sums, "hash": _hash(json.dumps(sums, sort_keys=True))}
    for name, text in texts.items():
        write_text(text, folder / name)
    write_text(json.dumps({**about, "seal": _seal(about)}, indent=1, sort_keys=True), folder / "bundle.json")
    return folder


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle of today's format or an older one, refusing one that was changed since it was written.

    Raises
    ------
    RowsError
        Where the folder is no bundle, a file is missing or was changed, its format is too old or too new, or its files hold what
        no training writes. A seal is no signature: whoever can write a bundle can seal it.
    """
    about = _about(folder)
    try:
        contents = upgrade({"bundle.json": about, **_files(folder, about["files"])}, about["format"])
        _refuse_embeddings(folder, contents)
        _refuse_formulas(folder, contents)
        return _from_contents(contents)
    except RowsError:
        raise
    except Exception as problem:  # whatever a reader stumbles over in files that no training wrote
        why = f"holds what no training writes ({_in_short(problem)}); train again or fetch the model anew."
        raise _refusal(folder, why) from problem


def _from_contents(contents: Contents) -> Bundle:
    catalogue = Catalogue.model_validate(contents["catalogue.json"])
    kept = contents["models.json"]
    stages: dict[str, Stage] = {}
    models = {name: _model_from_json(name, kept[name], contents, catalogue, stages) for name in catalogue.recipes if name in kept}
    words = text_fit_from_json(contents["texts.json"]) if "texts.json" in contents else None
    prices, growth = fair_fees.from_json(contents["prices.json"]), growth_from_json(contents["growth.json"])
    return Bundle(catalogue, models, provenance_from_json(contents["bundle.json"]), words, growth, prices)


def _files(folder: Path, checksums: dict[str, str]) -> Contents:
    """What the files of a bundle hold, each as it was when its checksum was taken."""
    contents: Contents = {}
    for name, checksum in checksums.items():
        file = folder / Path(name).name
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        if _hash(text) != checksum:
            raise _changed(folder, name)
        contents[name] = json.loads(text) if file.suffix == ".json" else text
    return contents


def _refuse_embeddings(folder: Path, contents: Contents) -> None:
    """Texts could be compared by an embedding once: a bundle that does is refused, from any other the empty mention goes."""
    computed = [entry["computed"] for entry in contents["catalogue.json"]["entries"].values() if entry["computed"]]
    named = [one.pop("embeddings", None) for one in computed] + [contents.get("texts.json", {}).get("embedding")]
    if any(named):
        raise _refusal(folder, "compares texts by an embedding, which this version cannot; train again, it compares n-grams.")


def _refuse_formulas(folder: Path, contents: Contents) -> None:
    """A baseline by a formula answers only where the formula is registered."""
    rules = [rule for recipe in contents["catalogue.json"]["recipes"].values() for rule in recipe["rules"].values()]
    missing = sorted({name for rule in rules if (name := rule.get("formula")) is not None and formula_named(name) is None})
    if missing:
        remedy = "import what registers them with `predictor.formula`, or install the package that offers them."
        raise _refusal(folder, f"its baselines use formulas that are not registered here: {', '.join(missing)}; {remedy}")


def _about(folder: Path) -> dict[str, Any]:
    """Where a bundle comes from and the checksums of its files, as it was written."""
    file = folder / "bundle.json"
    if not file.is_file():
        raise _refusal(folder, "holds no model (bundle.json is missing); give the folder of a trained model.")
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict):
        raise _changed(folder, file.name)
    if problem := refusal(about.get("format")):
        raise _refusal(folder, problem)
    if about.pop("seal", None) != _seal(about):
        raise _changed(folder, file.name)
    return about


def _seal(about: dict[str, Any]) -> str:
    """A checksum of what a bundle says of itself, which the checksums of its files are a part of."""
    return _hash(json.dumps(json.loads(json.dumps(about)), sort_keys=True))


def _changed(folder: Path, name: str) -> RowsError:
    return _refusal(folder, f"{name} is missing or was changed after training; train again or fetch the model anew.")


def _in_short(problem: Exception) -> str:
    """What was stumbled over, in one line of a few words."""
    return " ".join(f"{type(problem).__name__}: {problem}".split()).removesuffix(":")[:120]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _refusal(folder: Path, problem: str) -> RowsError:
    return RowsError([Fault(str(folder), problem)])


def segments(model: TargetModel) -> dict[str, SegmentModel]:
    """The segments of a model by the names that the files of a bundle give them."""
    return dict(zip(SIDES, model.segments, strict=False))


def stage_segments(stage: Stage) -> dict[str, StageSegment]:
    """The segments of an earlier target by the names that the files of a bundle give them."""
    return dict(zip(SIDES, (stage.known, stage.stranger), strict=True))


def _model_to_json(model: TargetModel) -> dict[str, Any]:
    return {
        "experience": support.to_json(model.support),
        "unit": model.unit,
        "design": _design_to_json(model.design),
        "stages": {name: _stage_to_json(stage) for name, stage in model.stages.items()},
        **{side: _segment_to_json(segment) for side, segment in segments(model).items()},
    }


def _design_to_json(design: Design) -> dict[str, Any]:
    return {field: getattr(design, field) for field in ("columns", "levels", "relative", "records", "habits")}


def _stage_to_json(stage: Stage) -> dict[str, Any]:
    rules = {side: baselines.to_json(part.baselines) for side, part in stage_segments(stage).items()}
    return {"recipe": stage.recipe.model_dump(mode="json"), "design": _design_to_json(stage.design), **rules}


def _segment_to_json(part: SegmentModel) -> dict[str, Any]:
    spread = part.errors
    if isinstance(spread, CalibratedNegativeBinomial):
        errors: dict[str, Any] = {"groups": spread.strata, "ranks": spread.ranks.tolist(), "dispersion": spread.dispersion}
        errors["platforms"] = spread.platform_sizes
    else:
        errors = {"groups": spread.strata, "errors": spread.errors.tolist(), "mean_factors": spread.mean_factors.tolist()}
    plain = {key: getattr(part, field) for key, field in KEYS.items()}
    return {**plain, "rules": baselines.to_json(part.baselines), "spread": errors, "booked": asdict(part.booking_adjustment)}


def _model_from_json(
    name: str, data: dict[str, Any], contents: Contents, catalogue: Catalogue, made: dict[str, Stage]
) -> TargetModel:
    design = typed(Design, data["design"])
    with_history, *cold_start = (
        _segment_from_json(f"{name}.{side}", data[side], contents, len(design.columns)) for side in SIDES if side in data
    )
    training, unit = support.from_json(data["experience"]), typed(float, data["unit"])
    if not 0 < unit < np.inf:
        raise ValueError(f"got a unit of {unit}; it is a positive number")
    stages = {earlier: _stage_from_json(f"{name}.per.{earlier}", one, contents, made) for earlier, one in data["stages"].items()}
    model = TargetModel(catalogue.recipes[name], design, with_history, next(iter(cold_start), None), training, unit, stages)
    forecast(model, pd.DataFrame({column: [np.nan, 1.0] for column in (*model.recipe.known_by, "posts_seen")}))  # parts fit
    return model


def _stage_from_json(name: str, data: dict[str, Any], contents: Contents, made: dict[str, Stage]) -> Stage:
    """A stage; one of the same contents as one that was `made` is that one, whose forecasts targets then share."""
    texts = [contents[f"{name}.{side}.txt"] for side in SIDES]
    same = _hash(json.dumps([data, texts], sort_keys=True))
    if same not in made:
        design = typed(Design, data["design"])
        known, stranger = (
            StageSegment(baselines.from_json(data[side]), read_booster(text, len(design.columns)))
            for side, text in zip(SIDES, texts, strict=True)
        )
        made[same] = Stage(Recipe.model_validate(data["recipe"]), design, known, stranger)
    return made[same]


def _segment_from_json(name: str, data: dict[str, Any], contents: Contents, columns: int) -> SegmentModel:
    spread = data["spread"]
    strata = typed(tuple[str, ...], spread["groups"])
    errors: LogErrors | CalibratedNegativeBinomial
    if "errors" in spread:
        errors = LogErrors(strata, _numbers(spread["errors"], len(strata), GRID), _numbers(spread["mean_factors"], len(strata)))
    else:
        ranks, dispersion = _numbers(spread["ranks"], len(strata), GRID), typed(float, spread["dispersion"])
        errors = CalibratedNegativeBinomial(strata, ranks, dispersion, typed(dict[str, float], spread["platforms"]))
    sizes = contents.get(f"{name}.sizes.txt")
    kinds = get_type_hints(SegmentModel)
    plain = {field: typed(kinds[field], data[key]) for key, field in KEYS.items()}
    return SegmentModel(
        baselines=baselines.from_json(data["rules"]),
        booster=read_booster(contents[f"{name}.txt"], columns),
        scale_model=read_booster(sizes, columns) if sizes else None,
        errors=errors,
        booking_adjustment=typed(BookingAdjustment, data["booked"]),
        **plain,
    )


def _numbers(values: object, *shape: int) -> np.ndarray:
    """Finite numbers as an array of this shape."""
    found = np.array(values, dtype=float)
    if found.shape != shape or not np.isfinite(found).all():
        raise ValueError(f"got numbers of shape {found.shape}; {shape} finite ones are expected")
    return found

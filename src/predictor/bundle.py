"""A trained model as a folder: JSON and LightGBM's own text, never a pickle.

A bundle carries the definitions that it was trained with, so scoring needs the bundle alone, and an old model still scores
after the catalogue has moved on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from predictor.alignment.text_similarity import TextFit, text_fit_from_json
from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.forecasting import baselines, support
from predictor.forecasting.conformal import BookingAdjustment, CalibratedNegativeBinomial, LogErrors
from predictor.forecasting.design_matrix import Design
from predictor.forecasting.target_model import SegmentModel, TargetModel
from predictor.pricing import fair_fees
from predictor.pricing.fair_fees import Prices
from predictor.tables.files import write_text

FORMAT = 6

# Keys of the files and the fields of a segment that they fill.
KEYS = {
    "anchor": "baseline_name", "share": "residual_weight", "trees": "trees", "scale": "mean_correction", "rows": "rows",
}  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    """All targets' models, the catalogue they were trained with, and where they come from."""

    catalogue: Catalogue
    models: dict[str, TargetModel]
    about: dict[str, Any]
    texts: TextFit | None = None
    prices: Prices = field(default_factory=lambda: Prices({}))

    @property
    def invented(self) -> bool:
        """Whether it learned from invented data."""
        return bool(self.about.get("invented_data"))


def save_bundle(bundle: Bundle, folder: Path) -> Path:
    """Write a bundle into `folder`, with a checksum of every file and one of them all: the same training, the same hash."""
    folder.mkdir(parents=True, exist_ok=True)
    texts: dict[str, str] = {"catalogue.json": bundle.catalogue.model_dump_json(indent=1)}
    for name, model in bundle.models.items():
        for side, segment in _segments(model).items():
            texts[f"{name}.{side}.txt"] = segment.booster.model_to_string()
            if segment.scale_model is not None:
                texts[f"{name}.{side}.sizes.txt"] = segment.scale_model.model_to_string()
    data = {name: _model_to_json(model) for name, model in bundle.models.items()}
    texts["prices.json"] = json.dumps(fair_fees.to_json(bundle.prices), indent=1, sort_keys=True)
    texts["models.json"] = json.dumps(data, indent=1, sort_keys=True)
    if bundle.texts is not None:
        texts["texts.json"] = json.dumps(bundle.texts.to_json(), ensure_ascii=False, sort_keys=True)
    sums = {name: _hash(text) for name, text in sorted(texts.items())}
    about = {"format": FORMAT, **bundle.about, "files": sums, "hash": _hash(json.dumps(sums, sort_keys=True))}
    for name, text in texts.items():
        write_text(text, folder / name)
    write_text(json.dumps({**about, "seal": _seal(about)}, indent=1, sort_keys=True), folder / "bundle.json")
    return folder


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle, refusing one that was changed since it was written.

    Raises
    ------
    RowsError
        Where the folder is no bundle, a file is missing or was changed, or another version wrote it.
    """
    about, texts = _about(folder), {}
    for name, checksum in about.pop("files").items():
        file = folder / Path(name).name
        texts[name] = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        if _hash(texts[name]) != checksum:
            raise _changed(folder, name)
    catalogue = Catalogue.model_validate_json(texts["catalogue.json"])
    data = json.loads(texts["models.json"])
    models = {name: _model_from_json(name, one, texts, catalogue) for name, one in data.items()}
    text_fit = text_fit_from_json(json.loads(texts["texts.json"])) if "texts.json" in texts else None
    return Bundle(catalogue, models, about, text_fit, fair_fees.from_json(json.loads(texts["prices.json"])))


def _about(folder: Path) -> dict[str, Any]:
    """Where a bundle comes from and the checksums of its files, as it was written."""
    file = folder / "bundle.json"
    if not file.is_file():
        raise _refusal(folder, "holds no model (bundle.json is missing); give the folder of a trained model.")
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        about = None
    if not isinstance(about, dict):
        raise _changed(folder, file.name)
    if about.get("format") != FORMAT:
        raise _refusal(folder, f"was written in format {about.get('format')}; this version reads format {FORMAT}: train again.")
    if about.pop("seal", None) != _seal(about):
        raise _changed(folder, file.name)
    return about


def _seal(about: dict[str, Any]) -> str:
    """A checksum of what a bundle says of itself, which the checksums of its files are a part of."""
    return _hash(json.dumps(json.loads(json.dumps(about)), sort_keys=True))


def _changed(folder: Path, name: str) -> RowsError:
    return _refusal(folder, f"{name} is missing or was changed after training; train again or fetch the model anew.")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _refusal(folder: Path, problem: str) -> RowsError:
    return RowsError([Fault(str(folder), problem)])


def _segments(model: TargetModel) -> dict[str, SegmentModel]:
    """Both segments by the names that the files of a bundle give them."""
    return {"known": model.with_history, "stranger": model.cold_start}


def _model_to_json(model: TargetModel) -> dict[str, Any]:
    design = model.design
    return {
        "experience": support.to_json(model.support),
        "design": {field: getattr(design, field) for field in ("columns", "levels", "relative", "records", "habits")},
        **{side: _segment_to_json(segment) for side, segment in _segments(model).items()},
    }


def _segment_to_json(segment: SegmentModel) -> dict[str, Any]:
    errors = segment.errors
    if isinstance(errors, CalibratedNegativeBinomial):
        distribution: dict[str, Any] = {"groups": errors.strata, "ranks": errors.ranks.tolist(), "dispersion": errors.dispersion}
    else:
        distribution = {"groups": errors.strata, "errors": errors.errors.tolist()}
    plain = {key: getattr(segment, field) for key, field in KEYS.items()}
    rules, booked = baselines.to_json(segment.baselines), asdict(segment.booking_adjustment)
    return {**plain, "rules": rules, "spread": distribution, "booked": booked}


def _model_from_json(name: str, data: dict[str, Any], texts: dict[str, str], catalogue: Catalogue) -> TargetModel:
    design = {field: tuple(value) for field, value in data["design"].items() if field != "levels"}
    levels = {column: tuple(values) for column, values in data["design"]["levels"].items()}
    with_history, cold_start = (_segment_from_json(f"{name}.{side}", data[side], texts) for side in ("known", "stranger"))
    training_support = support.from_json(data["experience"])
    return TargetModel(catalogue.recipes[name], Design(levels=levels, **design), with_history, cold_start, training_support)


def _segment_from_json(name: str, data: dict[str, Any], texts: dict[str, str]) -> SegmentModel:
    distribution = data["spread"]
    errors: LogErrors | CalibratedNegativeBinomial
    if "errors" in distribution:
        errors = LogErrors(tuple(distribution["groups"]), np.array(distribution["errors"]))
    else:
        ranks = np.array(distribution["ranks"])
        errors = CalibratedNegativeBinomial(tuple(distribution["groups"]), ranks, distribution["dispersion"])
    scale_text = texts.get(f"{name}.sizes.txt")
    plain = {field: data[key] for key, field in KEYS.items()}
    return SegmentModel(
        baselines=baselines.from_json(data["rules"]),
        booster=lgb.Booster(model_str=texts[f"{name}.txt"]),
        scale_model=lgb.Booster(model_str=scale_text) if scale_text else None,
        errors=errors,
        booking_adjustment=BookingAdjustment(**data["booked"]),
        **plain,
    )

"""How Sphinx builds these pages: `make site` writes them to docs/_build, without a request to anywhere."""

import json
from pathlib import Path
from typing import Any

import predictor
from predictor.definitions.schema import Entry, Recipe, Words

DOCS = Path(__file__).parent
project, author = "predictor", "the makers of predictor"
release = predictor.__version__

extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx_click"]
exclude_patterns = ["_build", "requirements.lock"]
html_static_path = ["_static"]
locale_dirs = ["locale"]
root_doc, html_theme, html_title = "index", "pydata_sphinx_theme", f"predictor {release}"
html_theme_options = {"navigation_with_keys": False, "show_toc_level": 2, "footer_start": [], "footer_end": []}
html_show_sourcelink = html_copy_source = False

myst_enable_extensions = ["deflist", "fieldlist"]
myst_heading_anchors = 3
nb_execution_mode = "cache"  # notebooks run where they or the package changed
nb_execution_cache_path = str(DOCS / "_build" / "executed")  # one for all languages
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # nothing is loaded from elsewhere
mathjax_path = "none.js"  # no page has a formula

autosummary_generate = True
numpydoc_show_class_members = False
autodoc_member_order = "bysource"
suppress_warnings = ["myst.header", "myst.xref_missing"]  # pages that are also read where they lie link to files beside them


def schemas() -> dict[str, dict[str, object]]:
    """A JSON Schema for each kind of definition file, from the classes that read them."""
    entry, title = Entry.model_json_schema(), Words.model_json_schema()
    features = {
        "$defs": {**entry.pop("$defs"), "Entry": entry, "Words": title},
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "title": {"$ref": "#/$defs/Words"},
            "entries": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Entry"}},
        },
    }
    return {"features": features, "models": Recipe.model_json_schema()}


def _made(_app: object, _config: object) -> None:
    """The schemas, which a page links to."""
    folder = DOCS / "_static" / "schemas"
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / f"{name}.json").write_text(json.dumps(schema, indent=1), encoding="utf-8")


def setup(app: Any) -> None:
    """Make what is made before anything is read."""
    app.connect("config-inited", _made, priority=100)

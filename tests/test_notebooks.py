import json


def notebooks(config):
    return sorted((config.rootpath / "notebooks").glob("*.ipynb"))


def test_notebooks_hold_no_outputs_and_import_from_predictor_only(pytestconfig):
    assert notebooks(pytestconfig)
    for notebook in notebooks(pytestconfig):
        cells = [cell for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]
        assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells), f"clear {notebook.name}"
        imports = [line for cell in cells for line in "".join(cell["source"]).splitlines() if "import _" in line]
        assert imports == [], f"{notebook.name} imports something private"

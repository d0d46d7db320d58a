"""Files of lists that are broken, too large by claim or by content, or no lists: a sentence that names the file, or an answer."""

import csv

import pytest

from bad_inputs.apart import answered, run_apart, told
from bad_inputs.files import READ, SPREADSHEETS, TEXTS, lay

pytestmark = pytest.mark.slow  # hundreds of processes

PLACES = ("a link to itself", "a link to nowhere", "a folder", "a pipe", "a packed pipe", "a name that is too long",
          "a name with NUL", "below a file", "a device")  # fmt: skip


def commands(path, model, good, out):
    """Every command that reads a table, reading this one."""
    return {
        "check": ("check", path),
        "import": ("import", path, "-o", out / "imported"),
        "score": ("score", path, "--model", model, "-o", out / "scored.csv"),
        "compare": ("compare", path, "--goal", "engagement", "--model", model),
        "lineup": ("lineup", path, "--goal", "engagement", "--budget", "50tr", "--model", model, "-o", out / "plan.xlsx"),
        "whatif": ("whatif", path, "--goal", "engagement", "--set", "fee=5tr", "--model", model),
        "afterwards": ("afterwards", path, good, "--goal", "engagement"),
        "afterwards bookings": ("afterwards", good, path, "--goal", "engagement"),
        "train": ("train", path),
    }


BROKEN = {**SPREADSHEETS, **TEXTS}
CASES = [(name, command) for name in BROKEN for command in ("check", "import")]  # every command reads by one of their readers
CASES += [
    (name, command) for name in [*BROKEN][::8] for command in ("score", "compare", "lineup", "whatif", "afterwards", "train")
]


@pytest.mark.parametrize(("name", "command"), CASES)
def test_a_broken_list_is_refused_by_its_name(tmp_path, model, good, name, command):
    path, out = lay(tmp_path, name, BROKEN[name]), tmp_path / "out"
    out.mkdir()
    told(run_apart(*commands(path, model, good, out)[command]), path.name, path.stem)
    assert not [made for made in out.rglob("*") if made.is_file() and made.name != "mapping.yaml"]


@pytest.mark.parametrize("command", ["check", "import"])
@pytest.mark.parametrize("name", READ)
def test_a_list_that_claims_too_much_is_read_by_what_is_filled(tmp_path, model, good, name, command):
    out = tmp_path / "out"
    out.mkdir()
    answered(run_apart(*commands(lay(tmp_path, name, READ[name]), model, good, out)[command]))


@pytest.mark.parametrize("command", ["import", "score"])
def test_lists_of_what_was_left_out_hold_no_formula(tmp_path, model, command):
    bad = '=HYPERLINK("http://x")'
    path = lay(tmp_path, "list.csv", f"creator_id,platform,followers\nc1,tiktok,5\nc2,tiktok,{bad!r}\n".replace("'", ""))
    arguments = {
        "import": ("import", path, "--table", "candidates", "-o", tmp_path / "out"),
        "score": ("score", path, "--model", model, "--stream-from", "1", "--workers", "1", "-o", tmp_path / "scored.csv"),
    }
    answered(run_apart(*arguments[command]))
    for file in tmp_path.rglob("*rejects.csv"):
        cells = [cell for row in csv.reader(file.open(encoding="utf-8-sig")) for cell in row]
        assert any("HYPERLINK" in cell for cell in cells) and not [cell for cell in cells if cell.startswith("=")]
    assert list(tmp_path.rglob("*rejects.csv"))

import ast

import pytest

from builders import ROOT
from mutants import DECIDING, changes, noticed_by, own_tests

pytestmark = pytest.mark.slow  # each runs tests

SOURCE = '''"""One < two and 3."""

@dataclass(frozen=True)
class None_:
    pass

def most(é: int = 3, *, few=-1) -> dict["1 < 2", int]:
    zip("a", "b", strict=True)
    return min(é + 1, few) if é < few and not few else 1.5
'''


def test_each_change_is_one_place_of_the_code_made_otherwise_and_neither_texts_nor_types():
    found = list(changes(SOURCE))
    assert {(one.line, one.before, one.after) for one in found} == {
        (7, "3", "4"), (7, "-1", "(1)"), (7, "1", "2"),
        (9, "min(é + 1, few)", "max(é + 1, few)"), (9, "é + 1", "(é - 1)"), (9, "1", "2"), (9, "1.5", "2.25"),
        (9, "é < few and not few", "(é < few or not few)"), (9, "é < few", "é <= few"), (9, "not few", "(few)"),
    }  # fmt: skip
    assert len({one.text for one in found}) == len(found)
    for one in found:
        assert ast.dump(ast.parse(one.text)) != ast.dump(ast.parse(SOURCE))


@pytest.mark.parametrize("module", DECIDING)
def test_every_module_that_decides_has_own_tests_its_own_and_places_to_change(module):
    assert list(changes((ROOT / "src/predictor" / f"{module}.py").read_text(encoding="utf-8")))
    assert all(path.exists() for path in own_tests(module))


def test_a_change_that_matters_is_noticed_by_the_test_that_fails_and_none_without_a_change(tmp_path):
    package = tmp_path / "src" / "halved"
    package.mkdir(parents=True)
    test = tmp_path / "test_halved.py"
    test.write_text("from halved import half\n\ndef test_half():\n    assert half(4) == 2\n")
    for body, found in (("return n / 2", None), ("return n * 2", "test_halved.py::test_half")):
        (package / "__init__.py").write_text(f"def half(n):\n    {body}\n")
        noticed = noticed_by(tmp_path / "src", [test])
        assert noticed is None if found is None else noticed.endswith(found)

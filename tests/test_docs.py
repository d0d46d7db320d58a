"""The documentation says what is: its lines run, its names are the package's, its schemas accept the shipped definitions."""

import re
import runpy
from importlib.util import find_spec

import click
import jsonschema
import pytest
import yaml
from babel.messages.pofile import read_po

import predictor
from builders import ROOT
from predictor.cli.main import commands
from predictor.definitions import limits
from predictor.definitions.loader import load_catalogue
from predictor.intake.mapping import load_mapping
from predictor.planning.rules_file import rules_from
from predictor.registry import tracking_store
from predictor.serving import access, connections, request, server

DOCS = ROOT / "docs"
PAGES = sorted(page for page in DOCS.glob("**/*.md") if not {"_build", "notebooks", "api"} & {*page.relative_to(DOCS).parts})


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M)


def leads_somewhere(page, link):
    """A page or a notebook, or what the build makes."""
    return (page.parent / link).exists() or link.startswith("../_static/schemas/")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_every_link_leads_somewhere_and_every_page_is_in_the_contents(page):
    text = page.read_text(encoding="utf-8")
    assert [link for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) if not leads_somewhere(page, link)] == []
    name = str(page.relative_to(DOCS).with_suffix(""))
    entries = [line for other in PAGES for block in blocks(other, r"\{toctree\}") for line in block.splitlines()]
    assert name == "index" or name in entries


def test_the_first_page_has_the_readmes_tables_commands_and_python_lines():
    """Those are run by the README's own test."""
    readme, start = ROOT / "README.md", DOCS / "start.md"
    commands = {line.split("#")[0].strip() for block in blocks(readme, "sh") for line in block.splitlines()}
    assert {line for block in blocks(start, "sh") for line in block.splitlines()} <= commands
    assert blocks(start, "python") == blocks(readme, "python")
    assert blocks(start, "text")[:2] == blocks(readme, "csv")


def test_every_public_name_is_in_the_reference_and_no_other():
    (listed,) = re.findall(r"autosummary::\n.*?\n\n(.*?)```", (DOCS / "reference" / "python.md").read_text(), re.S)
    assert sorted(listed.split()) == sorted(name for name in predictor.__all__ if not name.startswith("_"))


def test_the_mapping_of_the_guide_is_read_and_gives_titles_units_and_words(tmp_path, catalogue):
    (text, *_) = blocks(DOCS / "how-to.md", "yaml")
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    found = load_mapping(tmp_path / "mapping.yaml", catalogue).of("candidates")
    assert found.columns["Báo giá"] == "fee" and found.units == {"Báo giá": 1e6} and found.values["kind"] == {"KOC": "influencer"}


def test_the_feature_of_the_guide_loads_beside_the_shipped_ones(project, tmp_path):
    (_mapping, text, _rules) = blocks(DOCS / "how-to.md", "yaml")
    for folder in ("features", "models"):
        (tmp_path / folder).mkdir()
        for file in (project / folder).glob("*.yaml"):
            (tmp_path / folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    with (tmp_path / "features" / "creator.yaml").open("a", encoding="utf-8") as file:
        file.write(text)
    assert load_catalogue(tmp_path).entries["ad_density_month"].computed.window_days == 30


def test_the_rules_of_the_guide_are_read(catalogue):
    (*_, text) = blocks(DOCS / "how-to.md", "yaml")
    found = rules_from(yaml.safe_load(text), "rules.yaml", catalogue)
    assert (found.budget, found.kind["kol"].min, found.largest_share, found.risk) == (200e6, 2, 0.3, "safe")


@pytest.mark.parametrize("kind", ["features", "models"])
def test_editors_accept_every_shipped_definition_and_mark_a_word_that_is_none(kind):
    schema = runpy.run_path(str(DOCS / "conf.py"))["schemas"]()[kind]
    files = sorted((ROOT / kind).glob("*.yaml"))
    assert len(files) > 3
    for file in files:
        jsonschema.validate(yaml.safe_load(file.read_text(encoding="utf-8")), schema)
    wrong = yaml.safe_load(files[0].read_text(encoding="utf-8")) | {"colour": "blue"}
    with pytest.raises(jsonschema.ValidationError, match="'colour' was unexpected"):
        jsonschema.validate(wrong, schema)


@pytest.mark.parametrize("name", ["start", "planners", "glossary"])
def test_the_vietnamese_of_a_page_is_whole_and_of_the_page_as_it_stands(name):
    """Each sentence translated stands in the page today, and each heading of the page is translated."""
    page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    with (DOCS / "locale" / "vi" / "LC_MESSAGES" / f"{name}.po").open("rb") as file:
        told = {message.id: message.string for message in read_po(file) if message.id}
    assert all(told.values())
    text = " ".join(page.split())
    assert [one for one in told if one not in text] == []
    assert [one for one in re.findall(r"^#+ (.+)$", page, re.M) if one not in told] == []
    prose = re.sub(r"```.*?```", "", page, flags=re.S) if name != "glossary" else ""
    paragraphs = [" ".join(one.split()) for one in prose.split("\n\n") if one.strip() and one.strip()[0] not in "#-:!"]
    assert [one for one in paragraphs if one not in told and one.partition(" : ")[0] not in told] == []


TEXTS = [*PAGES, *(ROOT / name for name in ("README.md", "README.vi.md", "CONTRIBUTING.md"))]


def named(page):
    """The commands that a page names: lines of shell, and what stands between backticks."""
    text = page.read_text(encoding="utf-8")
    lines = [re.sub(r"\s+#.*", "", line) for block in blocks(page, "sh") for line in block.splitlines()]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return [" ".join(one.split()) for one in (*lines, *re.findall(r"`([^`]+)`", prose))]


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_target_and_module_that_a_page_names_exists_with_its_options(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for words in (one.split() for one in named(page)):
        if words[:1] == ["predictor"] and len(words) > 1:
            command = commands.get_command(click.Context(commands), words[1])
            assert command is not None, words
            known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help", "-h"}
            assert {word.split("=")[0] for word in words[2:] if re.match(r"-{1,2}[a-z]", word)} <= known, words
        elif words[:1] == ["make"] and len(words) > 1 and "=" not in words[1]:
            assert f"\n{words[1]}: " in makefile, words
        elif "-m" in words and words[words.index("-m") - 1].endswith("python"):
            module = words[words.index("-m") + 1]
            home = (ROOT / "tests" / module.replace(".", "/"), ROOT / "tests" / f"{module.replace('.', '/')}.py")
            assert any(place.exists() for place in home) or find_spec(module), words


def test_the_limits_that_the_page_on_running_names_are_those_in_force():
    said = " ".join((DOCS / "operations.md").read_text(encoding="utf-8").split())
    minute = {60.0: "a minute"}
    for limit in (
        f"{limits.CELLS:,} cells of a sheet", f"{limits.COLUMNS:,} columns of a table or keys of a request",
        f"a workbook of {limits.UNPACKED >> 20} MB unpacked", f"an archive or upload of {limits.ARCHIVED >> 20} MB unpacked",
        f"{limits.LINE >> 20} MB for a line of text", f"{limits.YAML_SIZE >> 10} KB and {limits.YAML_DEPTH} levels of YAML",
        f"days before {limits.DAYS[0].year} or after {limits.DAYS[1].year}",
        f"up to {request.MOST:,} rows and {server.BODY >> 20} MB each",
        f"within {connections.HEADERS_WITHIN:.0f} seconds (of `page`",
        f"a body within {minute[server.PATIENCE]}, are given up", f"requests under way have {['five'][server.GRACE - 5]} seconds",
        f"{['Ten'][access.GUESSES - 10]} wrong ones from an address, and none is looked at for {minute[access.MINUTE]}",
        f"others wait up to {['two'][int(tracking_store.PATIENCE // 60) - 2]} minutes",
    ):  # fmt: skip
        assert limit in said, limit

import pandas as pd
import pytest

from builders import CATALOGUE, DATA, REAL
from predictor.errors import DefinitionError
from predictor.intake.contract import read_tables
from predictor.intake.mapping import load_mapping, rename

INDONESIA = REAL / "instagram_indonesia_2020"


def written(folder, text):
    path = folder / "theirs.yaml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path, CATALOGUE)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("creator: {}", "theirs.yaml: got the table 'creator'; allowed: creators, creator_snapshots, posts, post_snapshots, "
         "campaigns, bookings, "
         "candidates, creator_aliases; did you mean 'creators'?"),
        ("posts: {column: {}}", "theirs.yaml: posts: unknown key 'column'; allowed: columns, prices, units, values, sums, "
         "ignore, constants, headings, hidden, add_up, from_posts, orders, post_links, "
         "day_first, year, decimal_comma, file, encoding; did you mean 'columns'?"),
        ("posts: {columns: {Likes: lykes}}", "did you mean 'likes'?"),
        ("posts: {sums: {format: [a, b]}}", "of type category; only counts, numbers and money add up"),
        ("creators: {values: {kind: {celebrity: koll}}}", "theirs.yaml: creators: values: kind: celebrity: got 'koll'; "
         "allowed: influencer, kol; did you mean 'kol'?"),
        ("[1]", "expected one key per table"),
        ("posts: [", "not readable as YAML"),
    ],
)  # fmt: skip
def test_a_faulty_mapping_names_the_entry_and_the_nearest_word(tmp_path, text, sentence):
    with pytest.raises(DefinitionError) as problem:
        written(tmp_path, text)
    assert sentence in str(problem.value)


def test_all_faults_of_a_mapping_come_at_once(tmp_path):
    with pytest.raises(DefinitionError) as problem:
        written(tmp_path, "postss: {}\nposts: {constants: {formt: video}, day_first: perhaps}\n")
    assert len(str(problem.value).splitlines()) == 2


def test_a_missing_mapping_file_is_told(tmp_path):
    with pytest.raises(DefinitionError, match="there is no such file"):
        load_mapping(tmp_path / "none.yaml", CATALOGUE)


def test_their_columns_and_values_become_ours(tmp_path):
    mapping = written(
        tmp_path,
        "creators: {columns: {Handle: creator_id}, values: {kind: {Celebrity: kol}}, ignore: [Notes], constants: {platform: x}}",
    )
    theirs = pd.DataFrame({"handle": ["a"], "kind": ["celebrity "], "notes": ["?"]})
    ours = rename(theirs, "creators", mapping)
    assert ours.to_dict("list") == {"creator_id": ["a"], "kind": ["kol"], "platform": ["x"]}


def test_sums_add_up_text_and_skip_blanks(tmp_path):
    (tmp_path / "p.csv").write_text('post_id,creator_id,published_at,love,wow\n1,a,03/04/2025,"1,200",3\n2,a,04/04/2025,,\n')
    mapping = written(tmp_path, "posts: {file: p, day_first: true, sums: {likes: [love, wow]}}")
    posts = read_tables(tmp_path, CATALOGUE, mapping).frames["posts"]
    assert posts["likes"].tolist() == pytest.approx([1203, float("nan")], nan_ok=True)
    assert posts["published_at"].tolist() == [pd.Timestamp("2025-04-03"), pd.Timestamp("2025-04-04")]


@pytest.mark.skipif(not INDONESIA.is_dir(), reason="the real posts are not at hand")
def test_the_real_indonesian_posts_are_read_through_their_mapping():
    mapping = load_mapping(DATA / "mappings" / "instagram_indonesia_2020.yaml", CATALOGUE)
    tables = read_tables(INDONESIA, CATALOGUE, mapping)
    posts, creators = tables.frames["posts"], tables.frames["creators"]
    assert (len(posts), len(creators)) == (48174, 524)
    assert creators["kind"].value_counts().to_dict() == {"influencer": 264, "kol": 260}
    assert (posts["engagements"] == posts["likes"] + posts["comments"]).all()
    assert posts["sponsored"].sum() == 4994

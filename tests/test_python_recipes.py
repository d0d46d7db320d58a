"""The recipes for Python, executed as they stand in a project of their own."""

import os
import re
import sqlite3

import duckdb
import numpy as np
import pandas as pd
import pytest

import predictor as pr
from builders import ROOT, copy_definitions
from predictor.registry.runs import open_store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def agency(short_world):
    """Posts and accounts of 40 creators of the invented agency as a database would hold them."""
    posts = pd.read_parquet(short_world / "posts.parquet").rename(columns={"creator_id": "creator", "published_at": "posted"})
    accounts = pd.read_csv(short_world / "creators.csv").rename(columns={"creator_id": "id"}).head(40)
    posts = posts[posts["creator"].isin(accounts["id"])]
    posts = posts[["creator", "posted", "likes", "comments"]].dropna(subset=["likes"])
    return posts[posts["posted"] >= "2025-01-01"], accounts[["id", "platform", "followers"]]


@pytest.fixture(scope="module")
def recipes(agency, tmp_path_factory):
    """What the names of the page's blocks hold after these were executed, one after another."""
    folder = copy_definitions(tmp_path_factory.mktemp("recipes"), trees=20)
    posts, accounts = agency
    with sqlite3.connect(folder / "agency.db") as database:
        posts.to_sql("posts", database, index=False)
        accounts.to_sql("accounts", database, index=False)
    with duckdb.connect(folder / "agency.duckdb") as database:
        database.sql("CREATE TABLE posts AS FROM posts")
        database.sql("CREATE TABLE accounts AS FROM accounts")
    (folder / "models" / "trained").mkdir()
    open_store(folder / "models" / "trained")
    names: dict = {}
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "python.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in blocks:
            exec(compile(block, "docs/python.md", "exec"), names)
    os.environ.pop("MLFLOW_TRACKING_URI", None)  # MLflow sets it, and whoever sets it names the store of all that follow
    return names


def test_a_query_of_sqlite_or_duckdb_gives_the_same_history_as_frames_do(recipes, agency):
    posts, accounts = agency
    plain = pr.history(
        posts=posts.rename(columns={"creator": "creator_id", "posted": "published_at"}),
        creators=accounts.rename(columns={"id": "creator_id"}),
    )
    for found in (recipes["from_sqlite"], recipes["from_duckdb"]):
        for name in ("posts", "creators"):
            pd.testing.assert_frame_equal(found.get(name), plain.get(name), check_dtype=False)


def test_a_challenger_is_judged_on_the_rows_of_the_model_and_answers_from_mlflow(recipes):
    scores = recipes["judged"].scores
    assert {*scores["split"]} >= {"time", "new_creators"} and (scores["error_challenger"] > 0).all()
    assert recipes["newest"] < 0 and recipes["never_seen"] < 0
    rows = recipes["examples"].tail(3)
    seen = recipes["ours"].inputs(rows)
    np.testing.assert_array_equal(recipes["again"].predict(seen), recipes["ridge"].predict(seen))
    np.testing.assert_array_equal(recipes["model"].predict_interval(rows), recipes["ours"].predict_interval(rows))

import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.asof.identity import known_by_history
from predictor.intake.contract import read_candidates
from predictor.intake.mapping import load_mapping
from predictor.tables.frames import History
from predictor.wording.sentences import worded

CREATORS = pd.DataFrame(
    {"creator_id": ["c0001", "linh.review", "an", "An", "mai"], "platform": ["facebook", "tiktok", "tiktok", "tiktok", "tiktok"]}
)
HISTORY = History({"creators": CREATORS})


def matched(*ids: str, platform: str | None = "facebook", **options):
    frame = pd.DataFrame({"creator_id": pd.Series(ids, dtype="str"), "platform": pd.Series([platform] * len(ids), dtype="str")})
    rows, said = known_by_history(frame, HISTORY, **options)
    return rows["creator_id"].tolist(), [worded("en", one) for one in said]


def test_a_handle_its_capitals_its_at_sign_and_its_link_are_one_creator_of_the_history():
    ids, said = matched("c0001", "@c0001", "C0001", "https://www.facebook.com/c0001")
    assert ids == ["c0001"] * 4
    assert said == [
        "3 candidates are creators of the history under another spelling: @c0001 = c0001, C0001 = c0001, "
        "https://www.facebook.com/c0001 = c0001."
    ]


@pytest.mark.parametrize("typed", ["https://www.tiktok.com/@linh.review?lang=vi", "@Linh.Review"])
def test_an_account_is_matched_where_the_platform_agrees_or_is_not_known(typed):
    assert matched(typed, platform="tiktok")[0] == ["linh.review"]
    assert matched(typed, platform=None)[0] == ["linh.review"]


def test_the_id_of_a_creator_on_another_platform_is_another_account_and_told():
    ids, said = matched("mai", "c0001", platform="instagram")
    assert ids == ["mai @ instagram", "c0001 @ instagram"]
    assert said == [
        "2 candidates have ids of creators whom the history knows on another platform: mai = mai @ instagram, c0001 = c0001 @ "
        "instagram. Their forecasts are those of other accounts, without these records; where one is the same account, correct "
        "the platform."
    ]
    assert matched("mai", platform=None) == (["mai"], [])
    assert matched("mai", platform="tiktok") == (["mai"], [])


def test_the_account_of_an_id_on_the_candidates_own_platform_is_found():
    creators = pd.DataFrame({"creator_id": ["pin", "@Pin"], "platform": ["instagram", "facebook"]})
    asked = pd.DataFrame({"creator_id": pd.Series(["pin", "pin"], dtype="str"), "platform": ["facebook", "instagram"]})
    rows, said = known_by_history(asked, History({"creators": creators}))
    assert rows["creator_id"].tolist() == ["@Pin", "pin"] and [one.key for one in said] == ["same_creator"]


@pytest.mark.parametrize(
    ("typed", "platform", "like"),
    [
        ("linh_review", "tiktok", "linh.review"),
        ("linh.reviews", "tiktok", "linh.review"),
        ("@mai", "instagram", "mai"),
        ("@AN", "tiktok", "an"),
    ],
)
def test_an_id_that_is_only_near_one_of_the_history_is_told_and_stays_somebody_new(typed, platform, like):
    ids, said = matched(typed, platform=platform)
    assert ids == [typed]
    assert len(said) == 1 and said[0].startswith(
        f"1 candidate is taken for somebody new, but looks like a creator of the history: {typed} = {like}. If it is one, write "
        "the id as the history does, or accept it for good: --mapping with a file that says"
    )


def test_ids_that_differ_in_their_figures_alone_are_not_alike():
    assert matched("c0002", "c0010") == (["c0002", "c0010"], [])


def test_without_a_search_for_likeness_the_same_handles_are_found():
    assert matched("@c0001", "facebook.com/c0001", "linh_review", near=False)[0] == ["c0001", "c0001", "linh_review"]


def test_a_handle_with_its_platform_is_that_account_on_either_side():
    twice = pd.DataFrame({"creator_id": ["linh @ tiktok", "linh @ facebook", "an"], "platform": ["tiktok", "facebook", "tiktok"]})
    frame = pd.DataFrame({"creator_id": ["linh", "@Linh", "an @ tiktok"], "platform": ["tiktok", "facebook", "tiktok"]})
    for near in (True, False):
        rows, _ = known_by_history(frame, History({"creators": twice}), near=near)
        assert rows["creator_id"].tolist() == ["linh @ tiktok", "linh @ facebook", "an"]


def test_candidates_without_ids_or_a_history_without_creators_stay_as_they_are():
    frame = pd.DataFrame({"platform": ["tiktok"]})
    assert known_by_history(frame, HISTORY)[0] is frame
    assert known_by_history(frame, History())[0] is frame


def test_who_has_no_id_goes_by_the_name_and_a_name_of_the_history_is_told():
    history = History({"creators": CREATORS.assign(name=["Hoa Lê", "Linh", "An", "An", "Mai"])})
    frame = pd.DataFrame({"name": ["c0001", "hoa lê", "Nobody"], "platform": ["facebook", None, "tiktok"]}, dtype="str")
    rows, said = known_by_history(frame, history)
    assert rows["creator_id"].fillna("").tolist() == ["c0001", "", ""]
    assert [(one.key, one.values["each"]) for one in said] == [
        ("same_creator", [("c0001", "c0001")]),
        ("looks_like", [("hoa lê", "c0001")]),
    ]


def test_who_looks_like_somebody_is_told_with_the_line_that_accepts_it(tmp_path):
    _, (said,) = known_by_history(pd.DataFrame({"creator_id": ["linh_review"], "platform": ["tiktok"]}), HISTORY)
    assert said.key == "looks_like" and f"`{said.values['line']}`" in worded("vi", said)
    (tmp_path / "mapping.yaml").write_text(said.values["line"], encoding="utf-8")
    (tmp_path / "list.csv").write_text("creator_id,platform\nlinh_review,tiktok\n")
    accepted = read_candidates(tmp_path / "list.csv", CATALOGUE, load_mapping(tmp_path / "mapping.yaml", CATALOGUE))
    assert accepted["creator_id"].tolist() == ["linh.review"] and known_by_history(accepted, HISTORY)[1] == []


def test_an_id_that_was_told_apart_by_its_platform_is_still_the_handle_of_the_history():
    assert matched("linh.review @ tiktok", platform="tiktok")[0] == ["linh.review"]

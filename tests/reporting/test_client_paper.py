import re
import shutil
from datetime import date
from html import unescape

import pandas as pd
import pytest

from builders import CATALOGUE, phrases, scored
from predictor.cli.main import main
from predictor.errors import RowsError
from predictor.planning.lineup import lineup
from predictor.planning.rules import Between, LineupConstraints
from predictor.reporting.client_paper import BROWSERS, client_page, pdf
from predictor.reporting.lineup_words import why_none
from predictor.reporting.plots import chart_files
from predictor.tables.files import write_frame

pytestmark = pytest.mark.slow  # each draws pages

RULES = LineupConstraints(budget=50e6, at_least=12_000)
BRIEF = {"brand": "Son Việt", "brief": "Ra mắt dòng son mới", "niche": "beauty; fashion", "starts_on": pd.Timestamp(2026, 7, 21)}
BRIEF |= {"goal": "engagement", "budget": 50e6, "currency": "VND"}
browser = pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="there is no Chromium or Chrome to print with")


def page(rows=None, lang="en", rules=RULES, brief=BRIEF, **more):
    rows = scored(better=2.0) if rows is None else rows
    return client_page(lineup(rows, "engagement", rules, CATALOGUE), rows, brief, phrases(lang), on=date(2026, 7, 1), **more)


def words(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main>") :])))


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ["Proposed line-up: Influencers only", "Beauty, Fashion", "2026-07-21", "50M ₫", "20K", "Chance of 12,000"]),
        ("en", ["For the same money, influencers are likely to bring more", "Total of 10 bookings", "For the brand Signature"]),
        ("vi", ["Phương án đề xuất: Chỉ influencer", "Làm đẹp, Thời trang", "21/07/2026", "50 triệu ₫", "20 nghìn"]),
        ("vi", ["Với cùng số tiền, influencer nhiều khả năng", "Đại diện nhãn hàng Chữ ký Họ tên, chức vụ Ngày", "Son Việt"]),
    ],
)
def test_the_paper_tells_brief_proposal_numbers_verdict_and_where_to_sign(lang, told):
    html = page(lang=lang)
    assert [one for one in told if one not in words(html)] == [] and html.count("<svg") == 2


def test_it_tells_what_it_rests_on_down_to_the_model_and_the_day_of_the_data():
    rows = scored(better=2.0, model_version="campaign 7", known_creator=[True] * 8 + [False] * 32, posts_seen=30)
    told = words(page(rows, data_until=date(2026, 6, 30)))
    assert "Forecast by the model “campaign 7”. The model knows results up to 2026-06-30. Chosen from 40 candidates." in told
    assert re.search(r"\d+ of 10 bookings rests? on the creator's own record", told) and "the middle creator has 30" in told
    assert "is taken as shared, an assumption" in told and "An assumption" not in told


def test_several_offers_of_one_person_are_counted_as_offers_and_people():
    rows = scored(better=2.0)
    rows["creator_id"] = [f"c{place // 2}" for place in range(len(rows))]
    assert "Chosen from 40 offers of 20 people." in words(page(rows))
    assert "Chọn từ 40 lựa chọn booking của 20 người." in words(page(rows, lang="vi"))


def test_what_the_quotes_say_of_their_fees_stands_below_the_bookings():
    rows = scored(better=2.0, name=[f"Creator {place}" for place in range(40)])
    rows["fee_terms"] = ["without_vat; midpoint", "without_vat", "lo kịch bản"] + [None] * 37
    booked = RULES.model_copy(update={"must_have": ("c0", "c1", "c2")})
    told, vietnamese = words(page(rows, rules=booked)), words(page(rows, "vi", booked))
    assert (
        "VAT is not in the fees of 2 of 10 bookings (10M ₫: Creator 0, Creator 1): it comes on top of what the plan spends"
        in told
    )
    assert "The quote is a range, of which the midpoint is counted: 1 of 10 bookings (5M ₫: Creator 0)" in told
    assert "“lo kịch bản” is said beside the fee of Creator 2: 1 of 10 bookings, 5M ₫." in told
    assert "Phí chưa gồm VAT: 2/10 booking (10 triệu ₫: Creator 0, Creator 1)" in vietnamese
    assert "VAT" not in words(page())
    assert "VAT is not in the fees of 10 of 10 bookings (50M ₫): it comes" in words(page(rows.assign(fee_terms="without_vat")))


def test_the_plan_to_sign_is_called_by_who_is_in_it_and_the_brief_by_the_goal_of_the_plan():
    told = words(page(scored(influencers=0, kols=40), brief={**BRIEF, "goal": "sales"}))
    assert "Proposed line-up: KOLs only" in told and "Goal Engagement" in told and "Goal Sales" not in told
    assert "“Influencers only”: no influencer of the list has a quote in the budget's currency." in told
    partly = words(page(scored(better=2.0, kind=["influencer"] * 3 + [""] * 37)))
    assert "Proposed line-up: Kinds not stated" in partly and "influencers only" not in partly
    assert "“KOLs only”: no KOL of the list has a quote in the budget's currency." in partly


@pytest.mark.parametrize(
    ("lang", "named", "told"),
    [
        ("en", "KOLs and creators of no stated kind", "creators of no stated kind (9 of the bookings)"),
        ("vi", "KOL và người chưa phân loại", "người chưa phân loại (9 booking)"),
    ],
)
def test_a_plan_in_which_some_kinds_are_known_is_not_said_to_be_of_a_list_without_kinds(lang, named, told):
    found = words(page(scored(kind=["kol"] + [""] * 39), lang, RULES.model_copy(update={"must_have": ("c0",)})))
    assert f": {named}" in found and told in found
    assert "whether these are" not in found and "những người này" not in found


@pytest.mark.parametrize(("lang", "unnamed"), [("en", "Model not registered"), ("vi", "Mô hình chưa đăng ký")])
def test_the_paper_is_named_after_the_plan_with_its_brand_above_and_a_model_without_a_name_is_told_in_the_language(lang, unnamed):
    html = page(scored(better=2.0, model_version="not registered"), lang, name="Hè 2026 – phương án A")
    assert "<h1>Hè 2026 – phương án A</h1>" in html and "· Son Việt</p>" in html
    assert unnamed in words(html)
    assert "<h1>Son Việt</h1>" in page(lang=lang)


def test_a_bundle_says_itself_how_many_posts_it_is_and_is_not_multiplied_by_them():
    told = words(page(scored(better=2.0, format=["2 video + 1 story"] * 20 + ["video"] * 20, posts=3.0)))
    assert "2 video + 1 story" in told and "2 video + 1 story × 3" not in told


def test_bookings_that_do_not_pay_or_whose_audience_nobody_knows_are_named():
    rows = scored(better=2.0, name=[f"Creator {place}" for place in range(40)], followers=[None] * 2 + [1000.0] * 38)
    rows["pays"] = [False] + [True] * 39
    told = words(page(rows, rules=RULES.model_copy(update={"must_have": ("c0", "c1")})))
    assert "More is asked than they are worth to this goal" in told and "1 of 10 bookings (5M ₫: Creator 0)" in told
    assert "No follower count is known of Creator 0, Creator 1: the forecast takes an account of 10,000 followers." in told


def test_rows_without_a_forecast_are_told():
    rows = scored(better=2.0)
    rows.loc[[38, 39], [c for c in rows if c.startswith("engagement_")]] = None
    assert "2 rows have no forecast for this goal and are left out." in words(page(rows))


def test_a_list_that_names_no_kinds_has_no_plan_named_after_them():
    told = words(page(scored(kind="")))
    assert "of people whom it calls neither influencer nor KOL" in told and "Proposed line-up: Kinds not stated" in told
    assert "“Influencers and KOLs”" not in told and "no such line-up" not in told


@pytest.mark.parametrize(
    ("lang", "why"),
    [("en", "The list does not say who is an influencer or a KOL."), ("vi", "Danh sách chưa ghi ai là influencer, ai là KOL.")],
)
def test_a_plan_of_one_kind_that_a_list_without_kinds_cannot_have_says_that_the_list_has_none(lang, why):
    found = lineup(scored(kind=""), "engagement", RULES, CATALOGUE)
    assert {why_none(plan, found, phrases(lang)) for plan in found.plans if not plan.found} == {why}


@pytest.mark.parametrize(("until", "said"), [(date(2026, 6, 30), False), (date(2026, 1, 31), True)])
def test_a_stale_history_is_said(until, said):
    assert ("ends 151 days before this paper was made" in words(page(data_until=until))) == said


def test_nothing_typed_by_anybody_becomes_markup_and_nothing_is_fetched():
    evil = "<script>alert(1)</script>"
    html = page(
        scored(better=2.0, name=evil, format=evil, model_version=evil), brief={"brand": evil, "brief": evil, "niche": evil}
    )
    assert "<script" not in html and html.count("&lt;script&gt;") > 12
    outside = html.replace("http://www.w3.org", "").replace("http://purl.org", "").replace("http://creativecommons.org", "")
    assert (
        not re.search("https?:", outside)
        and "default-src 'none'" in html
        and not re.search(r"url\((?!#)|@import|<link|<img", html)
    )


def test_invented_data_is_said_first_and_only_then():
    assert words(page(scored(invented_data=True))).startswith(" INVENTED DATA")
    assert "INVENTED" not in page()


def test_where_no_line_up_keeps_the_rules_the_paper_says_so_and_has_nothing_to_sign():
    told = words(page(rules=LineupConstraints(budget=50e6, number=Between(min=20))))
    assert "No line-up keeps all rules" in told and "cannot be kept together" in told and "Signature" not in told


def test_without_a_count_to_reach_no_chance_is_made_up():
    assert "Chance of reaching the goal – no count to reach was set" in words(page(rules=LineupConstraints(budget=50e6)))


def test_the_same_input_gives_the_same_bytes():
    assert page(lang="vi") == page(lang="vi")


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_each_chart_is_a_picture(tmp_path, lang):
    rows = scored(better=2.0, name="$x^2$ Nguyễn Thị Ánh Nguyệt và nhiều người bạn")
    files = chart_files(lineup(rows, "engagement", RULES, CATALOGUE), rows, "engagement", phrases(lang), tmp_path / "charts")
    assert [file.name for file in files] == ["plans.png", "budgets.png", "bookings.png", "kinds.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
    assert sorted(files) == sorted((tmp_path / "charts").iterdir())


def test_charts_go_to_a_folder_and_not_over_a_file(tmp_path):
    (tmp_path / "charts").write_text("mine")
    with pytest.raises(RowsError, match="charts: is a file; name a folder"):
        chart_files(lineup(scored(), "engagement", RULES, CATALOGUE), scored(), "engagement", phrases("en"), tmp_path / "charts")


@browser
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_longest_paper_prints_on_three_pages(tmp_path, lang):
    rows = scored(influencers=60, kols=30, better=2.0, invented_data=True, known_creator=False, posts=3, format="livestream")
    rows["name"] = [f"Nguyễn Thị Ánh Nguyệt Official {place}" for place in range(90)]
    rules = LineupConstraints(
        budget=450e6, at_least=100_000, starts_on=date(2026, 7, 1), largest_share=0.3, must_have=("c1", "c2", "c3"),
        platform={"instagram": Between(min=2, max=99)}, tier={"micro": Between(min=2, max=99)}, kind={"kol": Between(min=2)},
    )  # fmt: skip
    html = page(
        rows, lang, rules, {**BRIEF, "brief": "Ra mắt dòng son mới cho phái nữ trẻ. " * 100}, data_until=date(2026, 6, 30)
    )
    pdf(html, tmp_path / "paper.pdf")
    assert pages(tmp_path / "paper.pdf") == 3
    assert {"en": "and 50 more, named in", "vi": "và 50 booking khác"}[lang] in words(html)


def pages(path):
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


def test_without_a_browser_the_way_out_is_told_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RowsError, match=r"paper.pdf: needs Chromium or Chrome, and none was found; .* write .html"):
        pdf("<p>", tmp_path / "paper.pdf")
    assert not list(tmp_path.iterdir())


@browser
def test_the_command_writes_a_paper_in_either_form_and_the_charts(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_frame(scored(better=2.0), tmp_path / "scored.csv")
    (tmp_path / "brief.yaml").write_text("brand: Son Việt\nbudget: 50tr\ncurrency: VND\n", encoding="utf-8")
    asked = ["lineup", "scored.csv", "--goal", "engagement", "--campaign", "brief.yaml", "--lang", "vi"]
    main([*asked, "--paper", "paper.html", "--charts", "charts"])
    main([*asked, "--paper", "paper.pdf"])
    assert "Son Việt" in (tmp_path / "paper.html").read_text("utf-8") and pages(tmp_path / "paper.pdf") in (1, 2)
    assert len(list((tmp_path / "charts").iterdir())) == 4
    assert "đã ghi phương án vào paper.pdf" in capsys.readouterr().err


def test_a_paper_of_another_kind_is_refused_before_any_work(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        main(["lineup", "nowhere.csv", "--goal", "sales", "--paper", str(tmp_path / "paper.docx")])
    assert end.value.code == 2 and "paper.docx: ends in '.docx'; allowed: .html, .pdf" in capsys.readouterr().err

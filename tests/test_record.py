from datetime import date

import pytest

from predictor.cli import main
from predictor.record import write_record

TODAY = date(2026, 7, 1)


@pytest.fixture(scope="module")
def pages(training, tmp_path_factory):
    folder = tmp_path_factory.mktemp("record")
    for lang in ("en", "vi"):
        write_record(training.judged, training.bundle.catalogue, folder / f"{lang}.html", lang, TODAY)
    return {lang: (folder / f"{lang}.html").read_text("utf-8") for lang in ("en", "vi")}


def test_the_record_stands_alone_and_says_that_the_data_are_invented(pages):
    for lang, banner in (("en", "INVENTED DATA"), ("vi", "DỮ LIỆU GIẢ LẬP")):
        assert banner in pages[lang] and f'<html lang="{lang}">' in pages[lang]
        assert "http" not in pages[lang].replace("http://www.w3.org", "") and "<script" not in pages[lang]


def test_every_target_has_its_verdict_table_plots_and_gain(pages, training):
    page = pages["en"]
    assert page.count("<svg") >= 2 * len(training.bundle.models)
    assert page.count("What a planner would have gained") == len(training.bundle.models)
    for row in training.judged.scores.query("group == 'all'").to_dict("records"):
        assert f'<td class="n">{row["rows"]:,}</td>' in page
    assert page.count("KOLs beside influencers, apart from size") == len(training.judged.kinds) == 3


def test_numbers_and_sentences_take_the_form_of_the_language(pages):
    assert "Cách kiểm tra" in pages["vi"] and "How it was tested" not in pages["vi"]
    assert "01/07/2026" in pages["vi"] and "2026-07-01" in pages["en"]


def test_the_same_back_test_on_the_same_day_gives_the_same_bytes(training, pages, tmp_path):
    write_record(training.judged, training.bundle.catalogue, tmp_path / "again.html", "en", TODAY)
    assert (tmp_path / "again.html").read_text("utf-8") == pages["en"]


def test_another_kind_of_file_is_refused_before_the_work(world, project, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        main(["judge", str(world), "--project", str(project), "--report", str(tmp_path / "record.txt")])
    assert left.value.code == 2 and "record.txt" in capsys.readouterr().err

"""A planner mends what a file left open, in a real browser: by clicks, without a file of settings."""

import pytest

from pages import CHROMIUM, on, sound

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
WORDS = {
    "vi": {
        "goal": "Tương tác", "on": "Tiếp theo:", "row": "Tiêu đề ở dòng 2", "is": "“{}” là", "name": "Tên", "fee": "Phí",
        "platform": "Nền tảng", "currency": "không ghi loại tiền", "recalled": "Đọc như tệp trước có cùng tiêu đề",
        "both": "Giữ cả hai", "paste": "Dán các dòng", "field": "Các dòng từ bảng tính", "read": "Đọc",
        "fill": "Điền cho các dòng đã chọn", "column": "Cột", "kind": "Loại", "value": "Giá trị", "do": "Điền",
        "adopt": "Đúng:", "back": "Bỏ câu trả lời: “Bao nhiêu” là Phí", "switch": "English", "empty": "Tệp trống;",
    },
    "en": {
        "goal": "Engagement", "on": "Next:", "row": "Titles are in row 2", "is": "“{}” is", "name": "Name", "fee": "Fee",
        "platform": "Platform", "currency": "name no currency", "recalled": "Read as the last file with these titles",
        "both": "Keep both", "paste": "Paste rows", "field": "Rows from a spreadsheet", "read": "Read them",
        "fill": "Fill in chosen rows", "column": "Column", "kind": "Kind", "value": "Value", "do": "Fill in",
        "adopt": "Yes:", "back": "Take back: “Bao nhiêu” is Fee", "switch": "Tiếng Việt", "empty": "The file is empty",
    },
}  # fmt: skip


def pick(page, name, option):
    """Choose an option of a list by clicks."""
    page.get_by_role("combobox", name=name).first.click()
    page.get_by_role("option", name=option, exact=True).click()


def column(page, place, name):
    """What the list shows in a column, once it has that many rows."""
    page.locator(f'.k-sheet .ag-row[row-index="{place}"]').first.wait_for()
    return page.locator(f'.k-sheet .ag-row [col-id="{name}"]').all_inner_texts()


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 400)])
def test_a_refused_file_is_mended_by_clicks_and_the_next_one_of_its_shape_is_read_at_once(place, tab, tmp_path, lang, width):
    words, other, page = WORDS[lang], WORDS["en" if lang == "vi" else "vi"], tab(lang, width)
    name = f"Ai {lang}"  # the shape of the other language's file is remembered too
    for file, rows in (("a", "Lan,TikTok,5000000\nMinh,YouTube,7000000\n"), ("b", "Hoa,TikTok,3000000\n")):
        (tmp_path / f"{file}.csv").write_text(f"Bảng giá,,\n{name},Ở đâu,Bao nhiêu\n{rows}", "utf-8")
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=words["goal"]).click()
    on(page, words, ".q-uploader")
    page.set_input_files(".q-uploader__input", tmp_path / "a.csv")
    page.get_by_role("button", name=words["row"]).click()
    for title, role in ((name, "name"), ("Ở đâu", "platform"), ("Bao nhiêu", "fee")):
        pick(page, words["is"].format(title), words[role])
        page.get_by_role("button", name=words["is"].format(title).strip()).wait_for()
    sound(page)
    page.get_by_role("button", name="1.").click()  # what is open is still there on the way back
    page.get_by_role("radio", name=words["goal"]).wait_for()
    page.get_by_role("button", name="2.").click()
    page.get_by_role("button", name=words["back"]).wait_for()
    page.wait_for_url("**/candidates")
    page.reload()  # and after a refresh
    page.get_by_role("button", name=words["back"]).wait_for()
    pick(page, words["currency"], "VND")
    page.locator('.ag-row [col-id="name"]').first.wait_for()
    sound(page)
    page.set_viewport_size({"width": 1280, "height": 860})  # the grid draws the columns in sight
    page.locator('.ag-row[row-index="1"] [col-id="fee"]', has_text="7").wait_for()
    page.get_by_role("button", name=words["back"]).wait_for()
    page.reload()  # how a file was read, and what was answered, outlives a refresh once nothing is open too
    page.get_by_role("button", name=words["back"]).wait_for()
    page.set_input_files(".q-uploader__input", tmp_path / "b.csv")
    page.get_by_text(words["recalled"]).wait_for()
    page.get_by_role("button", name=words["both"]).wait_for()
    page.get_by_role("button", name=words["switch"]).click()  # another language, and back
    page.get_by_role("button", name=other["back"]).wait_for()
    page.get_by_role("button", name=other["both"]).wait_for()
    page.get_by_role("button", name=other["switch"]).click()
    page.get_by_role("button", name=words["both"]).click()
    assert column(page, 2, "name") == ["Lan", "Minh", "Hoa"]
    page.get_by_role("button", name=words["back"]).click()  # a wrong answer is taken back and given again
    pick(page, words["is"].format("Bao nhiêu"), words["fee"])
    page.get_by_role("button", name=words["back"]).wait_for()
    page.set_input_files(".q-uploader__input", {"name": "c.csv", "mimeType": "text/csv", "buffer": b" "})
    page.get_by_text(words["empty"]).wait_for()  # a file of which nothing can come leaves the one before as it was
    page.get_by_role("button", name=words["back"]).wait_for()
    assert column(page, 2, "name") == ["Lan", "Minh", "Hoa"]
    sound(page)
    page.get_by_text(words["paste"], exact=True).click()
    page.get_by_label(words["field"]).click()
    page.keyboard.insert_text("Tên\tNền tảng\tPhí (VND)\nInvented Creator 001\t\t4tr\n")
    page.get_by_role("button", name=words["read"], exact=True).click()
    page.get_by_role("button", name=words["adopt"]).first.click()
    page.locator('.ag-row [col-id="creator_id"]', has_text="c0001").first.wait_for()
    page.locator(".ag-row .ag-checkbox-input").first.click()
    page.get_by_role("button", name=words["fill"]).click()
    pick(page, words["column"], words["kind"])
    page.get_by_role("combobox", name=words["value"]).click()
    page.get_by_role("option", name="KOL", exact=True).click()
    sound(page)
    page.get_by_role("button", name=words["do"], exact=True).click()
    page.locator('.ag-row[row-index="0"] [col-id="kind"]', has_text="KOL").wait_for()
    page.get_by_role("button", name="1.").click()
    page.get_by_role("radio", name=words["goal"]).wait_for()
    page.reload()
    page.get_by_role("button", name="2.").click()
    page.locator('.ag-row[row-index="0"] [col-id="kind"]', has_text="KOL").wait_for()
    assert column(page, 3, "name") == ["Lan", "Minh", "Hoa", "Invented Creator 001"]


def test_several_prices_of_a_cell_are_rows_and_a_language_that_is_none_is_said_without_an_empty_list_of_words(
    place, tab, tmp_path
):
    words, page = WORDS["vi"], tab("vi")
    rows = 'Lan,TikTok,Video: 5tr / Livestream: 9tr,vi\nMinh,YouTube,Video: 7tr / Short: 2tr,"en,hi"\n'
    (tmp_path / "list.csv").write_text(f"Tên,Kênh,Báo giá,Ngôn ngữ\n{rows}", "utf-8")
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=words["goal"]).click()
    on(page, words, ".q-uploader")
    page.set_input_files(".q-uploader__input", tmp_path / "list.csv")
    assert column(page, 3, "fee") == ["5.000.000", "9.000.000", "7.000.000", "2.000.000"]
    page.get_by_text("Ngôn ngữ: không dùng được “en,hi”").first.wait_for()
    assert "trong các từ ." not in page.locator("body").inner_text()

"""A folder of people's files judged: what is read of each, what is asked, and what is refused."""

from field import main


def test_every_file_of_a_folder_is_told_with_its_rows_questions_and_doubts(tmp_path, capsys):
    (tmp_path / "good.csv").write_text(
        "Tên KOL,Nền tảng,Followers,Phí (VNĐ)\nA,TikTok,1000,5tr\nB,TikTok,1000,gọi em\n", encoding="utf-8"
    )
    (tmp_path / "open.csv").write_text("Tên KOL,Nền tảng,Followers,Phí\nA,TikTok,1000,5000000\n", encoding="utf-8")
    (tmp_path / "none.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    main(tmp_path)
    told = capsys.readouterr().out
    assert "2 rows of sheet 'good': name, platform, followers, fee, currency, creator_id" in told
    assert "doubt     good.csv, sheet 'good', row 3, cell D3" in told
    assert "question  open: column 'Phí' names no currency" in told
    assert "refused   none.csv: has no sheet with a row of at least two known titles" in told

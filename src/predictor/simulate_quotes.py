"""The invented candidates as an agency would send them: lines above the titles, Vietnamese words, ranges, a total row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from predictor.tables import aside

TITLES = {
    "creator_id": "Mã", "name": "Tên KOL / Influencer", "platform": "Kênh", "kind": "Loại", "niche": "Lĩnh vực",
    "country": "Quốc gia", "followers": "Followers", "engagement_rate": "Tỷ lệ tương tác", "format": "Hình thức",
    "posts": "Số bài", "fee": "Báo giá (VND)",
}  # fmt: skip
FORMATS = {
    "image": "Ảnh",
    "carousel": "Album ảnh",
    "video": "Video",
    "short": "Video ngắn",
    "live": "Livestream",
    "article": "Bài viết",
}
PLATFORMS = {"facebook": "Facebook", "instagram": "Instagram", "tiktok": "TikTok", "youtube": "YouTube"}
KINDS = {"kol": "KOL", "influencer": "Influencer"}
RANGED = 12  # every so manyth quote is a range


def write_quotes(candidates: pd.DataFrame, path: Path) -> None:
    """Write the .xlsx file, whole or not at all."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Báo giá"
    _above(sheet, len(TITLES) + 1)
    sheet.append(["STT", *TITLES.values()])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for number, (_, row) in enumerate(candidates.iterrows(), start=1):
        sheet.append([number, *(_cell(name, row.get(name), number) for name in TITLES)])
    total = f"{candidates['fee'].sum() / 1e6:,.0f}".replace(",", ".") + " triệu"
    sheet.append([None, "Tổng cộng", *[None] * (len(TITLES) - 2), total])
    with aside(path) as scratch:
        book.save(scratch)


def _above(sheet: Worksheet, width: int) -> None:
    """What stands above the titles, across merged cells."""
    for text in (
        "BÁO GIÁ KOL / INFLUENCER (DỮ LIỆU HƯ CẤU)",
        "Đơn vị: VND, chưa gồm VAT. Sinh ngẫu nhiên, không có người thật.",
        None,
    ):
        sheet.append([text])
        sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=width)


def _cell(name: str, value: object, number: int) -> object:
    """A value as people type it."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if name == "fee":
        return _fee(float(value), number)  # type: ignore[arg-type]
    if name == "engagement_rate":
        return f"{100 * float(value):.2f}%".replace(".", ",")  # type: ignore[arg-type]
    words = {"format": FORMATS, "platform": PLATFORMS, "kind": KINDS}.get(name, {})
    return words.get(str(value), value) if name not in ("posts", "followers") else int(value)  # type: ignore[call-overload]


def _fee(amount: float, number: int) -> str:
    millions = f"{amount / 1e6:.1f}".replace(".", ",").removesuffix(",0")
    return f"{millions}-{round(amount / 1e6) + 2}tr" if number % RANGED == 0 and amount >= 3e6 else f"{millions}tr"

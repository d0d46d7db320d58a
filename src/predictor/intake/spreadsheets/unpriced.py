"""Words that stand where a price should: none is asked in money, none is said yet, or the thing is not offered at all."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import pandas as pd

from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.layout import Layout
from predictor.wording.sentences import Said


@lru_cache(maxsize=4096)  # lists repeat their prices
def _folded(text: str) -> str:
    small = unicodedata.normalize("NFKD", text).casefold().replace("đ", "d")
    plain = "".join(letter for letter in small if not "\u0300" <= letter <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", plain).split()).strip(" .!*?:…()（）[]")


def _any(*words: str) -> str:
    """A pattern of these words, each written as people write it."""
    each = {_folded(word) for part in words for word in part.split(",") if word}
    return "|".join(re.escape(word) for word in sorted(each, key=len, reverse=True))


FREE = _any(
    "free,free of charge,foc,no charge,without charge,no fee,no cost,at no cost,complimentary,pro bono,unpaid,barter,trade",
    "miễn phí,không phí,không tính phí,không lấy phí,không thu phí,không mất phí,không cát xê,không cat xe",
    "free booking,free cast,free cát xê,tặng,không cast,ko cast,k cast,0 cast",
    "免费,免費,免费合作,無償,无偿,無料,置换,產品置換,产品置换,互惠,タダ,フリー,ギフティング,무료,무상,협찬,무료 협찬,제품 협찬",
    "x-deal,x deal,xdeal,ex-deal,exdeal,permuta,kostenlos,kostenfrei,gratuit,gratuito,grátis,tauschgeschäft,"
    "hợp tác trao đổi,trao đổi hợp tác,đổi chéo",
    "gratis,cuma-cuma,tanpa biaya,bebas biaya,barter produk,ฟรี,ไม่คิดค่าใช้จ่าย,ไม่มีค่าใช้จ่าย,ไม่เสียค่าใช้จ่าย,ไม่คิดเงิน",
)
LATER = _any(
    "liên hệ,lh,inbox,ib,nego,negotiable,negotiation,by negotiation,thương lượng,thỏa thuận,thoả thuận,deal,trao đổi,chờ,",
    "chưa báo giá,chưa có,chưa chốt,chưa báo,chưa có giá,chưa rõ,cho báo giá,chờ báo giá,đang chờ báo giá,đang chờ,cần báo giá,",
    "đang cập nhật,cập nhật sau,hỏi giá,báo sau,báo giá sau,contact,contact us,contact for price,contact for pricing,dm,pm,",
    "ask,ask for price,enquire,inquire,on request,upon request,by request,price on request,pricing on request,quote on request,",
    "por,poa,p.o.a,price on application,on application,varies,depends,tbd,tba,tbc,pending,unknown,undisclosed,not disclosed,",
    "by dm,na,n.a,面议,面議,面談,面谈,待定,咨询,諮詢,私聊,私信,另议,另議,详谈,详询,洽谈,暂无,電洽,応相談,要相談,要問合せ,",
    "要問い合わせ,お問い合わせ,要見積,要見積もり,未定,협의,별도 협의,가격 협의,문의,별도 문의,가격 문의,미정,",
    "vb,verhandlungsbasis,auf anfrage,sob consulta,a combinar,a negociar,",
    "hubungi,hubungi kami,tanya,japri,by japri,menyusul,sesuai kesepakatan,ติดต่อ,ติดต่อสอบถาม,สอบถาม,สอบถามราคา,ตามตกลง,แล้วแต่ตกลง",
)
ACCORDING = (
    r"(?:tuy|theo|tuy theo|depends on|depending on|sesuai|per)\s+(?:the\s+)?"
    r"(?:brief|job|du an|campaign|project|san pham|sp|yeu cau|scope|noi dung)"
)
NEVER = _any("không,ko,k nhận,không nhận,không làm,no,none,x,/,not available,unavailable,无,無,なし,없음")
GIFT = (
    r"(?:(?:free|gui|tang|nhan|ho tro|trao doi|doi|bang)\s*)?\+?\s*(?:1\s+)?"
    r"(?:san pham|sp|product|qua tang|gift|sample|gifting|gifted)s?"
)
TAIL = (
    r"(?:\s*(?:\+|&|,|/|va|or|hoac)?\s*"
    r"(?:san pham|sp|products?|qua|gift|sample|inbox|ib|lien he|truc tiep|rieng|agency|sau|nhe|a|ah))*"
)
REMARK = r"(?:\s*[(（\[][^()\d]*)?"  # barter (product only)
NO_PRICE = re.compile(rf"(?:(?:gia\s+)?(?:{LATER}|{FREE}|{ACCORDING})|{GIFT}|{NEVER}){TAIL}{REMARK}")
NOT_OFFERED = re.compile(NEVER)


def unpriced(cells: pd.Series) -> pd.Series:
    """Whether each cell says in words that there is no price yet, or none in money."""
    return cells.map(lambda cell: isinstance(cell, str) and NO_PRICE.fullmatch(_folded(cell)) is not None).astype(bool)


def offered(cells: pd.Series) -> pd.Series:
    """Whether each cell of a column of prices offers anything; 'không nhận' or a dash offers nothing."""
    text = as_text(cells)
    return text.notna() & ~text.map(lambda cell: NOT_OFFERED.fullmatch(_folded(cell)) is not None, na_action="ignore").eq(True)


def told_unpriced(layout: Layout, title: str, cells: pd.Series, at: pd.Series) -> list[Said]:
    """What to know of the cells that name no price."""
    if not at.any():
        return []
    row = int(at.idxmax())
    words = ", ".join(dict.fromkeys(str(cell).strip() for cell in cells[at]))
    place = layout.address(row, title) if layout.column(title) else "–"
    return [Said("import_no_price", {"title": title, "count": int(at.sum()), "place": place, "words": words})]

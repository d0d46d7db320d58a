"""The words and marks by which a row of a sheet says that it is no data: a total, a charge on all, a note, terms, an example."""

from __future__ import annotations

import re

from predictor.wording.matching import fold

TOTAL = re.compile(
    r"^\s*((tổng|tong)\b|(sub|grand)?[\s-]*totals?\b|cộng\b|sum\b|jumlah\b|subtotal\b|합계|총계|총합|소계|合计|合計|总计|總計|"
    r"総計|总和|小计|小計|ยอดรวม|รวม|summe\b|gesamt\w*|insgesamt\b|zwischensumme\b|somme\b|sous-total|totale\b|suma\b|soma\b|"
    r"итого|всего|toplam\b)",
    re.IGNORECASE,
)
MEAN = (
    r"^\s*(?:trung bình|trung binh|bình quân|binh quan|averages?\b|avg\b|mean\b|median\b|trung vị|rata[\s-]*rata|"
    r"평균|平均|均值|中位数|中央値|ค่าเฉลี่ย|เฉลี่ย|max(?:imum)?\b|min(?:imum)?\b|durchschnitt\b|mittelwert\b|moyenne\b|promedio\b|"
    r"m[eé]dia(?:na)?\b|среднее|ortalama\b)"
)
AVERAGE = re.compile(rf"{MEAN}[\s:.()\d]*(\w+\s*)?$", re.IGNORECASE)
AVERAGE_OF = re.compile(  # average per creator, trung bình mỗi KOL: no name
    rf"{MEAN}\s*(?:/|\b(?:per|of|mỗi|trên|một|cho|theo|por|pro|par|chi phí|giá|phí|fees?|prices?|costs?|rates?|harga|biaya)\b)",
    re.IGNORECASE,
)
TARGET = re.compile(  # what was promised, and how much of it came, of all rows above
    r"^\s*(?:kpis?(?: (?:tổng|total|cam kết|chiến dịch|campaign))?|targets?|(?:tổng )?(?:mục tiêu|cam kết)|committed|"
    r"(?:% ?|tỷ lệ |tỉ lệ )?(?:đạt(?: kpi)?|hoàn thành(?: kpi)?|kpi đạt(?: được)?)|% ?(?:kpi|target|of (?:kpi|target))|"
    r"(?:%|kpi|target)? ?(?:achieve(?:d|ment)|delivered|completion)(?: ?%| rate)?|chênh lệch|variance|difference|delta|"
    r"vs\.? (?:kpi|target)|目标|达成率|完成率|目標|達成率|달성률)\s*[:：]?\s*$",
    re.IGNORECASE,
)
WHOSE = r"(?:kol|koc|creator|influencer|account|channel|post|video)s?"
BENCHMARK = re.compile(  # what the others are held against, or all of them: nobody is called so
    rf"\s*(?:(?:our|brand|industry|category|market|platform|tier|competitors?|campaign)\s+)?(?:benchmarks?|averages?|avg\.?|medians?)\s*|"
    rf"\s*(?:(?:tb|trung bình|bình quân|benchmark|mức chung)\s+(?:ngành|toàn ngành|thị trường|chiến dịch)|"
    rf"(?:top|bottom)\s+\d+\s*%|std\.?\s*dev\.?|standard deviation|độ lệch chuẩn|(?:all|other)\s+{WHOSE}|"
    rf"tất cả(?:\s+{WHOSE})?|toàn bộ|(?:last|previous|prior)\s+(?:year|quarter|month|campaign|period)|"
    r"(?:năm|quý|tháng|kỳ|chiến dịch) trước|行业(?:平均|均值|基准)|業界平均|基准|基準値|ベンチマーク|업계\s*평균|벤치마크)\s*",
    re.IGNORECASE,
)
BARE_TOTALS = tuple(
    map(
        fold,
        ("tổng", "tổng cộng", "total", "totals", "sub total", "grand total", "tổng phụ", "cộng", "sum", "jumlah", "jumlah total",
         "total keseluruhan", "합계", "총계", "소계", "合计", "合計", "总计", "總計", "総計", "小计", "小計", "รวม",
         "ยอดรวม", "รวมทั้งหมด",
         "รวมทั้งสิ้น", "tổng số", "tổng chi phí", "tổng tiền", "trung bình", "tb", "bình quân", "average", "averages", "avg", "mean",
         "均值", "平均值",
         "median", "trung vị", "rata-rata", "평균", "平均", "平均値", "中位数", "中央値", "ค่าเฉลี่ย", "เฉลี่ย", "max", "min",
         "summe", "gesamt", "gesamtsumme", "zwischensumme", "insgesamt", "durchschnitt", "mittelwert", "somme", "total général",
         "sous-total", "moyenne", "total general", "suma", "promedio", "media", "mediana", "soma", "média", "totale", "итого",
         "всего", "среднее", "toplam", "ortalama"),
    )
)  # fmt: skip
EXTREMES = {"max": max, "min": min}
NAMESAKES = (*EXTREMES, *map(fold, ("sum", "total", "cộng", "tb", "mean", "media", "suma", "soma")))  # names of people too
ON_TOP = (  # what whoever books takes besides what is paid to the creator
    r"(?:phí|phi) (?:quản lý|quan ly|dịch vụ|dich vu|agency|sàn|san)|"
    r"(?:agency|service|management|platform|handling|production) (?:fee|charge|commission)s?\b|"
    r"biaya (?:agensi|layanan)|服务费|服務費|手数料|수수료|ค่าบริการ"
)
CHARGED = re.compile(rf"\s*(?:{ON_TOP})", re.IGNORECASE)  # of a title
CHARGE = re.compile(  # a tax, a charge or a reduction on all that stands above, not a creator
    r"^\s*((?:(?:sau|trước|gồm|có|cộng|after|before|incl?(?:uding|\.)?|plus|with)\s+)?\+?\s*(vat|gtgt|tax|gst|ppn|pph|thuế)\b|"
    rf"{ON_TOP}|ph[íi] booking|booking (fee|charge|commission)s?\b|"
    r"chiết khấu|giảm giá|discounts?\b|rebates?\b|税|消費税|増値税|增值税|返点|折扣|値引|부가세|부가가치세|할인|ภาษี|ส่วนลด)",
    re.IGNORECASE,
)
NOTE = re.compile(
    r"^\s*(\*|ghi chú|chú thích|lưu ý|notes?\b|legend\s*:|nguồn|source\b|\(\*\)|catatan\b|备注|注[:：]|หมายเหตุ)", re.IGNORECASE
)
TERMS = re.compile(  # what an offer says about itself, or whom to ask: no name
    r"^\s*(?:contacts?|liên hệ|hotline|e-?mail|tel|phone|sđt|zalo|kontak|联系|連絡先|문의|ติดต่อ)\b\s*\w*\s*[:：]|"
    r"(?:không|chưa|đã|not?|belum|sudah)\s+(?:bao\s+)?(?:gồm|includ\w+|termasuk)|"
    r"\b(?:in|ex)clu(?:des?|ded|ding|sive)\b|\bvalid (?:for|until|till|\d)|hiệu lực|\bberlaku\b|有効期限|有效期|유효",
    re.IGNORECASE,
)
EXAMPLE = re.compile(  # of how to fill in; a handle (vd.linh) is none
    r"\s*(?:(?:vd|ví dụ|example|sample|contoh|例|예시|ตัวอย่าง)(?:\s*[:：]|\.\s)|e\.?g\.?\s*[:：])", re.IGNORECASE
)
RULE = re.compile(r"[-–—=_:|.\s]*[-–—=_]{2}[-–—=_:|.\s]*")  # a line drawn under titles
IN_BRACKETS = re.compile(r"[(（\[【].*[\w%].*[)）\]】]")
NUMBERED = re.compile(r"[(（\[]\s*(\d{1,2}|[a-hA-H])\s*[)）\]](?:\s*=.*)?")  # a column's number: (1), (7)=(5)x(6)
COUNTER = re.compile(r"^\s*([ivx]+|[a-z])[.)]?\s*$", re.IGNORECASE)

SIGNED = re.compile(  # who signs, below a list
    r"\s*(?:người (?:lập|duyệt|ký|đề xuất|đề nghị)|đại diện (?:bên|công ty)|bên [ab]\b|ký tên|"
    r"(?:prepared|approved|checked|signed) by|signature|disetujui oleh|dibuat oleh|制表|审核|审批|作成者|承認者)",
    re.IGNORECASE,
)

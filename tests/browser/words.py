"""What the city's election is called and who stands in it, in Persian and English."""

from __future__ import annotations

from election.manifest import Title


def _titles(*pairs: tuple[str, str]) -> tuple[Title, ...]:
    return tuple({"fa": persian, "en": english} for persian, english in pairs)


TITLE, CITY, COUNCIL, PARK = _titles(
    ("انتخابات شورای اسلامی شهر سرو‌آباد، دورهٔ هفتم", "City Council of Sarvabad, Seventh Term"),
    ("شهر سرو‌آباد", "City of Sarvabad"),
    ("اعضای شورای شهر", "Members of the city council"),
    ("آیا زمین قدیم راه‌آهن پارک شود؟", "Should the old railway yard become a park?"),
)
_LONG = (
    "ائتلاف مستقل آبادانی و فردای بهتر برای محله‌های شمالی، شرقی و بافت قدیم شهر؛ ",
    "The independent alliance for building up a better tomorrow in the northern, eastern and old quarters; ",
)
CANDIDATES: list[tuple[str, Title]] = [
    (f"c{number}", title)
    for number, title in enumerate(
        _titles(
            ("مریم رستمی", "Maryam Rostami"),
            ("بهرام کاظمی‌نیا", "Bahram Kazeminia"),
            ("دکتر شیرین آذرپناه", "Dr Shirin Azarpanah"),
            ("سید علی‌رضا موسوی", "Seyyed Alireza Mousavi"),
            ("نسترن گلستانی", "Nastaran Golestani"),
            ("فهرست محیط زیست <script>alert(1)</script>", "Environment list <script>alert(1)</script>"),
            ("کیومرث ۲۰۲۷ (Kiumars)", "Kiumars 2027 (کیومرث)"),
            (_LONG[0] * 12, _LONG[1] * 9),
            ("پروانه صدر", "Parvaneh Sadr"),
        ),
        1,
    )
]
YES_NO = [("yes", {"fa": "آری", "en": "Yes"}), ("no", {"fa": "نه", "en": "No"})]
STATIONS = [
    (f"station-{number}", title)
    for number, title in enumerate(
        _titles(
            ("شعبهٔ ۱، دبستان دهخدا", "Station 1, Dehkhoda School"),
            ("شعبهٔ ۲، مسجد جامع", "Station 2, Friday Mosque"),
            ("شعبهٔ ۳، کتابخانهٔ مرکزی", "Station 3, Central Library"),
        ),
        1,
    )
]
TRUSTEES = _titles(
    ("آناهیتا فرهمند", "Anahita Farahmand"),
    ("بابک نیکزاد", "Babak Nikzad"),
    ("چیستا ایرانی", "Chista Irani"),
    ("داریوش پیمان", "Dariush Peyman"),
    ("الهه سپهری", "Elaheh Sepehri"),
)

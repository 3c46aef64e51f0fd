"""The words by which texts cite a source: around a name in Arabic, Persian, Sorani, Turkish, English and Kurmanji.

The patterns are matched against flattened text, as ``citations`` makes it: ة is ه, ى is ي, أ is ا, گ is ك, ڵ is ل, ş is s, all small,
hyphens are blanks and every quotation mark is ``"``.
"""

# ruff: noqa: E501 - a list of words is easier to read and to compare in one line

from __future__ import annotations

import re

# --------------------------------------------------------------------------- nouns

_NOUN = (
    r"(?:صحيفه|صحيفتي|صحيفتا|جريده|وكاله|وكالتي|وكالتا|قناه|قناتي|قناتا|موقع|شبكه|اذاعه|راديو|مجله|تلفزيون|فضاييه|محطه|منصه|بوابه|يوميه"
    r"|مراسل|مراسله|مراسلي|خبركزاري|روزنامه|سايت|وبسايت|وب سايت|وبكاه|پايكاه|تلويزيون|ياژانسي|روژنامهي|كهنالي|مالپهري|توري|تهلهفزيوني)"
)
_QUALITY = r"(?:(?:ال)?(?:انباء|اخبار|اخباري|اخباريه|الكتروني|الالكتروني|خبري|رسمي|رسميه|نيوز|ههوالي)|(?:ال)?\w{3,}يه)"
_NOUNS = rf"(?:(?:[وفبل]?(?:ال)?|لل){_NOUN} (?:{_QUALITY} )?){{0,2}}"
_TR_KIND = r"(?:gazete|ajans|televizyon|kanal|site|dergi|radyo|portal)"
_TR_NOUN = rf"(?: (?:haber |internet |adli |isimli ){{0,2}}{_TR_KIND}\w*)"
_EN_NOUN = r"(?:news agency|agency|newspaper|daily|broadcaster|outlet|website|channel|magazine|network|weekly|news site)"
_KU_NOUN = r"(?:ajansa|rojnameya|malpera|kanala|televizyona|tora|radyoya|kovara)"

NOUN_BEFORE = re.compile(
    rf"(?<!\w)(?:[وفبل]?(?:ال)?|لل){_NOUN} (?:{_QUALITY} )?[\"']?$|(?<!\w){_EN_NOUN} [\"']?$|(?<!\w){_KU_NOUN} (?:\w+ )?[\"']?$"
)
NOUN_AFTER = re.compile(rf"[\"']?{_TR_NOUN}|[\"']? (?:newspaper|daily|news agency)\b")
QUOTED_NAME = re.compile(
    rf"(?<!\w)(?:(?:[وفبل]?(?:ال)?|لل){_NOUN} (?:{_QUALITY} )?|{_EN_NOUN} |{_KU_NOUN} (?:nuceyan (?:a )?)?)[\"'](?P<name>[^\"'\n]{{2,40}})[\"']"
    rf"|[\"'](?P<before>[^\"'\n]{{2,40}})[\"']{_TR_NOUN}"
)
PLATFORM = re.compile(
    r"(?<!\w)(?:فيسبوك|فيس بوك|تويتر|اكس|ايكس|تلغرام|تلكرام|تليغرام|تيليغرام|يوتيوب|انستغرام|اينستاكرام|واتساب|تيك توك|x|twitter|facebook|telegram|youtube|instagram|tiktok"
    r"|whatsapp|فهيسبووك|تويتهر)(?!\w)"
)
JOINED = re.compile(rf"[\"']?(?:'\w{{1,4}})?(?: ?[,،])? ?(?:و ?|and |ve |u |ile |as well as ){_NOUNS}(?:the )?[\"']?")
LONGER_NAME = re.compile(
    r"[ ](?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|News|Agency|Daily|Haber|Ajansı|Gazetesi|TV|Televizyonu)[A-ZÇĞİÖŞÜ][a-zçğıöşü]"
)

# --------------------------------------------------------------------------- Arabic, Persian, Sorani

_VERB = (
    r"(?:(?:نقل|افاد|ذكر|قال|كشف|اورد|نشر|اشار|اوضح|بث|اعلن|اضاف|كتب|اكد|رصد|لفت|زعم|ادع|علق|وصف)(?:ت|تا)?(?:ه|ها)?"
    r"|(?:ت|ي)(?:قول|نقل|ذكر|فيد|شير|ورد|زعم|وكد))"
)
_ADVERB = (
    r"(?:[،,]? ?(?:امس|اليوم|ايضا|كذلك|بدورها|بدوره|لاحقا|سابقا|مساء|صباح|عنه|عنها|عنهم|من جهتها|من جانبها|من جهته|يوم|السبت|الاحد|الاثنين|الثلاثاء"
    r"|الاربعاء|الخميس|الجمعه|في وقت سابق|في وقت لاحق|في تقرير|لها|حينها|انذاك|قبل ايام|الماضي)[،,]?(?= )){0,4}"
)
_SPEECH = (
    r"(?:قال|قالت|صرح|صرحت|اكد|اكدت|اوضح|اوضحت|اضاف|اضافت|كشف|كشفت|ذكر|ذكرت|تحدث|تحدثت|روي|روت|شرح|شرحت|افاد|افادت|اشار|اشارت|اعتبر|اعتبرت|بين|لفت|ادلي|نفي|نفت|راي"
    r"|تصريح|تصريحات|تصريحاته|حديث|حديثه|حديثها|تصريحه|افادته|اقوال|مقابله|مقابلته|حوار|لقاء|اتصال|قايلا|مداخله)"
)
_ARABIC_LEFT = (
    rf"نقلا (?:\w+ )?عن {_NOUNS}",
    rf"(?:نقل|تنقل|ينقل|نقول)\w*(?: [\w\"]+){{0,5}} عن {_NOUNS}",
    rf"(?:وفقا?|بحسب|حسب|حسبما|وفقما|طبقا|استنادا|تبعا|نقلا)(?: ?ل| الي| ما| لما| علي)?(?: ?ما)?(?: ?{_VERB})?{_ADVERB}(?: عن| في| علي)? ?ل?{_NOUNS}",
    rf"{_VERB}{_ADVERB} {_NOUNS}",
    rf"(?:كان|كانت) {_NOUNS}",
    rf"(?:تقرير|تحقيق|خبر|مقال|مقاله|تحليل|نبا)(?: \w+){{0,3}} (?:ل|في |علي ){_NOUNS}",
    rf"وسايل (?:ال)?اعلام(?: \w+){{0,3}}[،,]? (?:بينها|منها|ومنها|من بينها|ابرزها) {_NOUNS}",
)
_ARABIC = re.compile("|".join(rf"(?<!\w)[وف]?{pattern}$" for pattern in _ARABIC_LEFT))
_ARABIC_TOLD = re.compile(
    rf"(?<!\w)[وفبل]?(?:ال)?{_SPEECH}(?:[^.؟!\n]{{0,90}}?)? (?:ل|مع |الي |عبر |علي شاشه |علي |في )?(?P<last>ل|مع |عبر |علي شاشه |الي ){_NOUNS}$"
    rf"|(?<!\w)[وف]?(?:ابلغ|اخبر|خص)\w*(?: \w+){{1,4}} {_NOUNS}$"
    rf"|(?<!\w)[وف]?(?:ابلغ|اخبر|حدث)\w* {_NOUNS}$"
    rf"|(?<!\w)[وفبل]?(?:ال)?{_SPEECH}(?:[^.؟!\n]{{0,90}}?)? ل{_NOUN} {_NOUNS}$"
)
_ARABIC_NOT_TOLD = re.compile(
    rf"(?<!\w)(?:ال)?(?:مدير|رييس|رييسه|مقر|مكتب|مراسل|تابع|تابعه|مالك|صحفي|صحفيه|مصور|سياره|مبني|عام|رسمي|محرر|عاملين|عامل|استهداف|ترخيص|برنامج|بث)\w*(?: \w+)? (?:ل|في |مع ){_NOUNS}$"
)
_ARABIC_WAS = re.compile(rf"(?<!\w)[وف]?(?:كان|كانت) {_NOUNS}$")
_ARABIC_RIGHT = re.compile(rf"(?: \w+)? (?:قد )?{_VERB}(?: |$)")
_LINE_START = re.compile(rf"\s*{_NOUNS}[\"']?")
_HEADED = re.compile(r" ?:|[،,]? (?:نقلا )?عن (?:ال)?(?:مصدر|مصادر|مسوول|متحدث)")
_ALONE_AT_END = re.compile(r"\)\s*$")

_PERSIAN_LEFT = re.compile(
    r"(?<!\w)(?:(?:به|بنا بر|بنابر|بر اساس|طبق|بنا به) (?:كزارش|نوشته|نقل از|كفته|اعلام)|به نقل از|(?:كفت ?و ?كو(?:يي)?|كفتكو(?:يي)?|مصاحبه(?: اي)?|كفت و شنود) (?:\w+ )?با"
    rf"|كزارش) (?:{_NOUN} )?(?:{_QUALITY} )?(?:\w+ )?$"
)
_PERSIAN_RIGHT = re.compile(
    r"[،,]?(?: [\w\"]+){0,8}? (?:نوشت|نوشته است|كزارش داد|كزارش كرد|كزارش داده|اعلام كرد|خبر داد|مدعي شد|كزارش داده است|منتشر كرد)(?!\w)"
)
_SORANI_LEFT = re.compile(
    rf"(?<!\w)(?:بهپيي|به پيي|بهكويرهي|به كويرهي|وهك|لهزاري|له زاري|به وتهي|بهوتهي)(?: \w+){{0,3}}? (?:{_NOUN} )?(?:\w+ )?$|(?<!\w)وهك (?:{_NOUN} )?$"
)
_SORANI_TO = re.compile(rf"(?<!\w)(?:به|بو) (?:{_NOUN} )?(?:\w+ )?$|(?<!\w)لهكهل (?:{_NOUN} )?$")
_SORANI_TOLD = re.compile(r"(?:ي)?(?: \w+){0,2} (?:كوت|وت|ووت|راكهياند|رايكهياند|كووت|دوا|كوتي)(?!\w)|[^.]{0,60}(?:ي )?راكهياند")
_SORANI_PRESS = re.compile(r"ياژانسي|كهنالي|مالپهري|توري|روژنامهي|ههوالي|زاري")
_SORANI_RIGHT = re.compile(
    r"[،,]?(?: [\w\"]+){0,6}? (?:رايكهياند|رايكهياندووه|راكهياندووه|بلاويكردهوه|بلاوي كردهوه|بلاويكردووهتهوه|نووسي|نووسيويهتي|ياشكرايكرد|ياشكراي كرد|باسيكرد|دهلي)(?!\w)"
)
_FEW_WORDS = re.compile(rf"\s*(?:\w+[،,]? ){{0,3}}{_NOUNS}(?:\w+ )?[\"']?")

# --------------------------------------------------------------------------- Turkish, English, Kurmanji

_OF = rf"(?:'\w{{0,3}}n|'[dt][ae]n?|{_TR_NOUN}n[iu]n|{_TR_NOUN}nd[ae]n?| muhabir\w*n)"
_TO = rf"(?:'[yn]?[ae]|{_TR_NOUN}n[ae])"
_TURKISH = re.compile(
    rf"{_OF}(?: [\w']+){{0,5}}? (?:haberin\w*|habere|haberlere|aktardigina|aktardiklarina|bildirdigine|yazdigina|duyurdugun\w*|iddiasina|raporuna|bilgiye|bilgilere|analizine|gectigi\w*|elde ettigi\w*) ?gore"
    rf"|{_OF} (?:yer alan|yayimlanan|yayinlanan|aktardigi|bildirdigi|duyurdugu)(?: \w+){{0,2}} (?:haber|bilgi|rapor|iddia)\w*"
    rf"|{_TO}(?: [\w']+){{0,3}}? (?:konus\w+|acikla\w+|demec\w*|degerlendir\w+|anlat\w+|roportaj\w*|mulakat\w*|bilgi ver\w+|soyle\w+|dayandir\w+)"
    rf"|{_TO} gore"
    r"|(?:'\w+)? muhabir(?:ine|lerine|inin (?:edindigi|aldigi|ulastigi))"
    rf"|(?:'[dt][ae]|'n[iu]n|{_TR_NOUN}n[iu]n)?(?: canli)? yayininda (?:konus|soyle|acikla|degerlendir)\w+"
    r"|(?:'\w+) kaynak goster\w+"
)
_TURKISH_PRESS = re.compile(r"haberin|muhabir|konus|yayin|roportaj|demec|mulakat|gazete|ajans|dergi|televizyon")
_ENGLISH_AT_ONCE = re.compile(r" (?:has |had )?(?:reported|reports|wrote)\b")
_TURKISH_SUBJECT = re.compile(
    rf"(?:{_TR_NOUN})?(?:,| )(?!(?:muhabir|yazar|calisan|genel|baskan|editor|binas|foto|kamera|ekib|sahib|temsilci|ankara|sam) ?\w*)"
)
_TURKISH_SAID = re.compile(
    r" (?:bildirdi|aktardi|yazdi|duyurdu|haberlestirdi|gecti|iddia etti|one surdu|haber verdi|aktariyor|yaziyor|bildiriyor)[,\"']?\s*$"
)
_FEW_LATIN = re.compile(r"\s*(?:[\w']+,? ){0,4}[\"']?")
_EN_BETWEEN = (
    r"(?: (?:the|a|an|turkish|syrian|israeli|state|run|owned|linked|based|pro|\w+(?:ish|ian|ese|ean|i)|\w+ based|french|german|us|u\.s|uk|news|agency|daily"
    r"|newspaper|outlet|broadcaster|channel|television|tv|website|network|magazine|local|government|opposition|private|public|site|weekly|wire|service|kurdish|american|\w+ language))*"
)
_ENGLISH_LEFT = re.compile(
    rf"(?<!\w)(?:according to|citing|cited by|quoting|quoted by|reported by|reports? (?:by|from|in|on)|told|speaking to|spoke to|speaking with|spoke with|interview (?:with|to)|interviewed by"
    rf"|published (?:by|in|on)|article (?:in|by)|(?:statement|statements|remarks|comments) to|carried by|as per|cited|quoted){_EN_BETWEEN} [\"']?$"
)
_ENGLISH_RIGHT = re.compile(
    r"(?:, (?:citing|quoting)[^.]{0,80},|,[^.,]{3,60},| (?:news agency|agency|newspaper|daily|television|tv|network|also|has|had|earlier|later|on \w+day))*"
    r" (?:reported|reports|said|says|wrote|writes|quoted|cited|revealed|claimed)\b"
)
_ENGLISH_NOT = re.compile(r"(?<!\w)(?:for|of|from|with|at|against|to|by|who|on|in|near|outside|and)(?: the| a)? [\"']?$")
_KURMANJI_LEFT = re.compile(
    rf"(?<!\w)(?:li gor|li gori|li goreyi|bi gotina)(?: \w+){{0,3}}? (?:{_KU_NOUN} )?(?:\w+ )?[\"']?$|(?<!\w)li gori [\"']?$"
)
_KURMANJI_TO = re.compile(rf"(?<!\w)ji (?:bo )?(?:{_KU_NOUN} )?(?:\w+ ){{0,3}}[\"']?$")
_KURMANJI_TOLD = re.compile(
    r"'?(?:y?[eai])?[\"']?(?: re| ra)(?: [\w']+){0,5}? (?:got|axivi|axift|ragihand|diyar kir|eskere kir|peyivi|da zanin)\w*"
)
_KURMANJI_RIGHT = re.compile(
    r"'?(?:y?[eai])?[\"']?,?(?: [\w']+){0,6}? (?:ragihand|ragihandiye|nivisand|nivisi|nivisiye|wesand|belav kir|belav kiriye|eskere kir|da zanin|got ku|diyar kir)(?!\w)"
)


def cites(left: str, right: str, *, latin: bool, sure: bool) -> bool:
    """Whether the words before and behind a name in its sentence cite it. ``sure``: the name cannot be a common word here."""
    return _latin_cites(left, right, sure=sure) if latin else sure and _arabic_cites(left, right)


def _arabic_cites(left: str, right: str) -> bool:
    if right[:1].isalpha():  # a Sorani ending
        return bool(_SORANI_TO.search(left) and _SORANI_TOLD.match(right)) or bool(_SORANI_LEFT.search(left) and _SORANI_PRESS.search(left))
    if _LINE_START.fullmatch(left) and _HEADED.match(right):
        return True
    if left.endswith("(") and _ALONE_AT_END.match(right):
        return True
    if _ARABIC_WAS.search(left):
        return _ARABIC_RIGHT.match(right) is not None
    if _ARABIC.search(left):
        return True
    if _ARABIC_TOLD.search(left) and not _ARABIC_NOT_TOLD.search(left):
        return True
    return _persian_or_sorani_cites(left, right) or (_latin_cues(left, right))


def _persian_or_sorani_cites(left: str, right: str) -> bool:
    if _PERSIAN_LEFT.search(left) or _SORANI_LEFT.search(left) or (_SORANI_TO.search(left) and _SORANI_TOLD.match(right)):
        return True
    return bool(_FEW_WORDS.fullmatch(left) and (_PERSIAN_RIGHT.match(right) or _SORANI_RIGHT.match(right)))


def _latin_cites(left: str, right: str, *, sure: bool) -> bool:
    if left.endswith("(") and _ALONE_AT_END.match(right):
        return sure
    if (turkish := _TURKISH.match(right)) and (sure or _TURKISH_PRESS.search(turkish[0])):
        return True
    if _ENGLISH_LEFT.search(left) or (_ENGLISH_AT_ONCE.match(right) and not _ENGLISH_NOT.search(left)):
        return True
    return sure and (_latin_cues(left, right) or _arabic_cites_latin(left, right))


def _latin_cues(left: str, right: str) -> bool:
    if _FEW_LATIN.fullmatch(left) and _TURKISH_SUBJECT.match(right) and _TURKISH_SAID.search(right):
        return True
    if _ENGLISH_RIGHT.match(right) and not _ENGLISH_NOT.search(left):
        return True
    if _KURMANJI_LEFT.search(left) or (_KURMANJI_TO.search(left) and _KURMANJI_TOLD.match(right)):
        return True
    return bool(_FEW_LATIN.fullmatch(left) and _KURMANJI_RIGHT.match(right))


def _arabic_cites_latin(left: str, right: str) -> bool:
    """A Latin name in an Arabic sentence: ``نقلا عن Reuters``."""
    return "\u0600" <= left.rstrip("\"' ")[-1:] <= "\u06ff" and _arabic_cites(left, right)

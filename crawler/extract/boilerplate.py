"""The words that news sites put around articles, in Arabic, Turkish and English: one place to read and to add to.

Only patterns. ``cleaning`` decides what a match means. All are matched against single lines from the start.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from crawler.extract import signs


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(patterns) + ")", re.IGNORECASE)


def _after_marks(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"[\W_]*(?:" + "|".join(patterns) + ")", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rare:
    """A costly pattern, tried only on a line that has one of its words (``sign``) and less than ``longest`` characters."""

    find: Callable[[str], re.Match[str] | None]
    sign: int
    longest: int = 300

    def finds(self, line: str) -> bool:
        return len(line) < self.longest and bool(signs.signs_in(line) & self.sign) and self.find(line) is not None


LONGEST_LABEL = 200
"""Characters of the longest label: a longer line cannot match the patterns that end with the line, and they are not tried on it."""
_END = r"\s*[:：.…»]*\s*$"
_A = "[أإاآ]"  # alef is written in four ways
_AN = "(?:ا|اً|ًا|أ)"

# Headings of lists of other articles. After article text the article ends here, unless it goes on behind the list.
RELATED = _any(
    rf"(?:ال)?(?:مقالات|مواضيع|مواد|{_A}خبار|موضوعات|قصص|تقارير)\s+(?:ال)?(?:ذات\s+(?:ال)?صلة|مشابهة|متعلقة|مرتبطة|مقترحة|مختارة){_END}",
    rf"ذات\s+صلة{_END}",
    rf"(?:ال){_A}كثر\s+(?:قراءة|مشاهدة|تداولا?ً?|شيوعا?ً?|تعليقا?ً?){_END}",
    rf"(?:{_A}هم|{_A}خر|{_A}حدث|المزيد\s+من)\s+(?:ال){_A}?خبار{_END}",
    rf"{_A}خبار\s+{_A}خرى{_END}",
    rf"قد\s+(?:يهمك|يعجبك)(?:\s+{_A}يض{_AN})?{_END}",
    r"İlgili\s+(?:haber|içerik|konu)(?:ler|lar)?" + _END,
    r"(?:Benzer|Diğer|Önerilen)\s+(?:haber|içerik)ler" + _END,
    r"(?:En\s+)?çok\s+okunan(?:lar)?(?:\s+haberler)?" + _END,
    r"Son\s+dakika\s+haberleri" + _END,
    r"(?:Related|Similar|Recommended|More)\s+(?:articles?|posts?|stor(?:y|ies)|news|topics)" + _END,
    r"You\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested\s+in)" + _END,
    r"Most\s+(?:read|viewed|popular)" + _END,
    rf"(?:مواضيع|مقالات|{_A}خبار)\s+قد\s+(?:تهمك|تعجبك|تهمكم){_END}",
    rf"{_A}خبار\s+(?:متعلقة|مرتبطة|مشابهة|ذات\s+صلة){_END}",
    rf"اخترنا\s+ل(?:ك|كم){_END}",
    r"(?:Sıradaki|Öne\s+çıkan|Popüler|Bağlantılı)\s+haber(?:ler)?" + _END,
    r"İlginizi\s+çekebil(?:ir|ecek(?:\s+(?:haberler|diğer\s+haberler))?)" + _END,
    r"(?:Recommended|Suggested|Selected)\s+for\s+you" + _END,
    r"(?:Don['’]t\s+miss|Editor['’]?s?\s+(?:picks?|choice)|Read\s+next|Up\s+next|Latest\s+(?:news|stories))" + _END,
    r"(?:Nûçeyên|Mijarên|Gotarên|Babetên)\s+(?:têkildar|din|girêdayî)" + _END,
    r"(?:هەواڵی|بابەتی|هەواڵە|بابەتە)\s+پەیوەندی\s*دار(?:ەکان)?" + _END,
    r"(?:هەواڵی|بابەتی)\s+(?:زیاتر|تر|نوێ)" + _END,
    rf"(?:المزيد|{_A}خبار\s+{_A}خرى)\s+(?:من|في|عن|حول)\s+\S.{{0,30}}$",
    rf"(?:{_A}قر{_A}|تابع|شاهد)\s+(?:المزيد\s+)?(?:في|من)\s+(?:هذا\s+)?(?:القسم|الباب|الموقع){_END}",
    r"(?:More|Also)\s+(?:from|in|on)\s+\S.{0,30}$",
    r"(?:Bu\s+kategori|Kategori)(?:den|deki)?\s+(?:diğer|son)\s+haberler" + _END,
    r"(?:Gündem|Dünya|Ekonomi|Spor)\s+kategorisin(?:den|deki)\s+diğer(?:\s+haberler)?" + _END,
    r"(?:Son|Günün|Tüm|Haftanın)\s+(?:öne\s+çıkan\s+)?(?:haberler(?:i)?|manşetler(?:i)?)" + _END,
    r"(?:Nûçeyên|Gotarên)\s+(?:dawî|nû|herî\s+zêde)(?:\s+\S+)?" + _END,
    r"(?:Zêdetir|Bêtir)\s+(?:nûçe|ji)\b.{0,30}$",
    r"(?:اخبار|مطالب|خبرهای)\s+(?:مرتبط|مشابه|بیشتر|پیشنهادی|برگزیده)" + _END,
    r"(?:پربازدیدترین|پربیننده‌ترین|آخرین)\s*(?:ها|اخبار|خبرها|مطالب)?" + _END,
    r"زۆرترین\s+(?:بینراو|خوێندراو)(?:ەکان)?" + _END,
)

# Those among them that may as well be a subheading: *More from the mountains*.
MORE_OF = _any(rf"(?:المزيد|{_A}خبار\s+{_A}خرى)\s+(?:من|في|عن|حول)\s+\S", r"(?:More|Also)\s+(?:from|in|on)\s+\S")

# Headings of what readers say.
COMMENTS = _any(
    rf"(?:{_A}ترك|{_A}ضف|{_A}كتب|{_A}ضافة|شاركنا)\s+(?:ال)?(?:تعليق|رد|ر{_A}ي)[\w\u064b]*{_END}",
    r"(?:ال)?تعليقات\s*(?:\(\d+\)|\d+)?" + _END,
    r"لن\s+يتم\s+نشر\s+عنوان\s+بريدك",
    r"(?:Leave|Post|Add|Write)\s+a\s+(?:comment|reply)",
    r"(?:\d+\s+)?Comments?(?:\s*\(\d+\))?" + _END,
    r"Your\s+email\s+address\s+will\s+not\s+be\s+published",
    r"(?:\d+\s+)?Yorum(?:lar|\s+yap|\s+yaz)?(?:\s*\(\d+\))?" + _END,
    r"E-posta\s+adresiniz\s+yayınlanmayacak",
    r"Şîrove(?:yan|yek|yekê)?(?:\s+(?:binivîse|bike|lê\s+zêde\s+bike))?" + _END,
    r"Navnîşana\s+te\s+ya\s+e-peyam",
    r"(?:کۆمێنت|لێدوان)(?:ەکان|ێک\s+بنووسە)?" + _END,
    r"(?:نظرات?|دیدگاه(?:ها)?|ارسال\s+نظر|نظر\s+شما)(?:\s*\(?[\d۰-۹]+\)?)?" + _END,
)

# The foot of the page.
COPYRIGHT = Rare(
    _any(
        r"(?:[\W_]*(?:©|\(c\)|Copyright|Telif\s+hakkı)\W*(?:©\s*)?[\s\-–]*(?:20\d\d|٢٠\S\S|۲۰\S\S|19\d\d))",
        r"(?:©|حقوق\s+النشر|[^.]{0,60}?(?:جميع|كافة|كل)\s+(?:ال)?حقوق\s+(?:ال\S+\s+){0,2}محفوظة)",
        r"[^.]{0,60}?(?:All\s+rights\s+reserved|(?:Tüm|Bütün)\s+hak(?:lar)?ı?\s+saklıdır|Her\s+hakkı\s+(?:saklı|mahfuz)d[uı]r)",
        r"[^.]{0,60}?(?:Hemû\s+maf(?:ên\s+\S+)?\s+(?:parastî|hatine\s+parastin)|(?:تمام(?:ی)?|کلیه)\s+حقوق\b|هەموو\s+مافەکان)",
    ).match,
    signs.COPYRIGHT,
)

# A line like these, after article text, is where the article ends: what follows is about other things.
_TERMINATORS = (
    RELATED.pattern,
    # sharing
    rf"شارك(?:ها|ه)?(?:\s+(?:هذا|هذه|المقال|المقالة|الخبر|الموضوع|عبر|على|مع)\b.{{0,40}})?{_END}",
    r"شارك(?:ها|ه)\s*[.:]",
    r"(?:Share\s+(?:this|on|via)\b.{0,40}|Share)" + _END,
    r"(?:Bu\s+haberi\s+)?Paylaş(?:ın)?" + _END,
    # tags, comments, author
    r"(?:كلمات|الكلمات)\s+(?:دلالية|الدلالية|مفتاحية|المفتاحية|البحث)",
    rf"(?:ال)?(?:وسوم|{_A}وسمة|هاشتاغ)\s*:?(?:\s.{{0,200}})?$",
    r"(?:Tags|Topics|Keywords)\s*:",
    r"(?:Etiketler|Anahtar\s+kelimeler)\s*:?",
    COMMENTS.pattern,
    r"(?:برچسب‌?\s?ها|کلید\s?واژه‌?\s?ها|تاگ(?:ەکان)?|Etîket|Mijar)\s*[:：]",
    r"(?:اشتراک‌?\s?گذاری|بە\s?شداری\s+پێ\s?بکە|Parve\s+bike)" + _END,
    r"(?:نبذة\s+)?عن\s+(?:الكاتب|المؤلف|المحرر)" + _END,
    r"About\s+the\s+author" + _END,
    r"Yazar\s+hakkında" + _END,
    # foot of the page
    rf"{_A}قسام\s+الموقع{_END}",
)
_TERMINATOR = _any(*_TERMINATORS)
_TERMINATOR_OF_LONG = _any(*(pattern for pattern in _TERMINATORS if not pattern.endswith(_END)))


def is_terminator(line: str) -> bool:
    """Whether a line says that the article is over."""
    terminators = _TERMINATOR if len(line) <= LONGEST_LABEL else _TERMINATOR_OF_LONG
    return terminators.match(line) is not None or COPYRIGHT.finds(line)


# A biography of the author, set below the article without a heading.
BIOGRAPHY = Rare(
    _any(
        r"(?:كاتبة?|صحفية?|صحافية?|محررة?|إعلامية?|باحثة?)\s.{0,60}?(?:متخصص|مختص|حاصل|خريج|مهتم|عضو|يعمل|تعمل|من\s+مواليد)",
        r".{3,50}\bis\s+an?\s+(?:[\w-]+\s+){0,4}(?:journalist|writer|editor|reporter|correspondent)\b",
    ).match,
    signs.BIOGRAPHY,
)

# A pointer to another article inside the body; with a headline behind the colon, or alone with the headline on the next line.
READ_ALSO = _after_marks(
    rf"(?:{_A}قر{_A}(?:وا|/ي|/وا|ي)?|اقرؤوا|ا?قرء|طالع|شاهد|شاهدوا|{_A}نظر|تابع|للاطلاع)\s+{_A}يض{_AN}\s*(?:[:：.\-–|]|$)",
    rf"(?:{_A}قر{_A}|طالع|شاهد)\s+(?:المزيد|كذلك|{_A}كثر)\s*(?:[:：.\-–|]|$)",
    rf"{_A}قر{_A}/ي\s",
    r"(?:للمزيد|لمزيد\s+من\s+التفاصيل|لقراءة\s+المزيد)\s*[:：]",
    r"(?:قد\s+يهمك|مواضيع\s+ذات\s+صلة|خبر\s+ذو\s+صلة|ذات\s+صلة)(?:\s+\S+)?\s*[:：]",
    r"(?:Read|See|Watch)\s+(?:also|more|next|too)\s*(?:[:：\-–|]|$)",
    r"(?:Also\s+read|Related|More\s+on\s+this(?:\s+story)?|Recommended)\s*(?:[:：]|$)",
    r"(?:İlgili\s+haber(?:ler)?|Ayrıca\s+(?:bakınız|bkz\.?|okuyun)|Bunu\s+da\s+oku(?:yun)?|Bu\s+haber\s+de\s+ilginizi\s+çekebilir"
    r"|İLGİLİ\s+HABER(?:LER)?|Bunlar\s+da\s+ilginizi\s+çekebilir)\s*(?:[:：\-–|]|$)",
    rf"(?:مواضيع|مقالات|{_A}خبار)\s+(?:قد\s+(?:تهمك|تعجبك|تهمكم)|متعلقة|مرتبطة|مشابهة|ذات\s+صلة)\s*(?:[:：]|$)",
    r"اخترنا\s+ل(?:ك|كم)\s*(?:[:：]|$)",
    rf"قد\s+(?:يهمك|يعجبك)(?:\s+{_A}يض{_AN})?\s*(?:[:：]|$)",
    r"(?:Related\s+(?:news|stories|articles)|You\s+(?:may|might)\s+also\s+(?:like|be\s+interested\s+in)|Recommended\s+for\s+you"
    r"|Don['’]t\s+miss|More\s+(?:from|on|about)\s+\S+(?:\s+\S+)?)\s*(?:[:：]|$)",
    r"(?:Ayrıca\s+oku|(?:Diğer|Sıradaki|Önerilen|Benzer|Bağlantılı)\s+haber(?:ler)?|Okumaya\s+devam\s+et|İlginizi\s+çekebilir"
    r"|Daha\s+fazla\s+oku|Devamını\s+oku|Şunu\s+da\s+oku)\s*(?:[:：]|$)",
    r"(?:(?:Her\s+wiha|Herwiha|Ev\s+jî|Zêdetir|Bêtir|Dîsa)\s+bixwîn(?:e|in)|Bixwîne|(?:Nûçeyên|Mijarên|Gotarên|Babetên)\s+(?:têkildar|girêdayî))"
    r"\s*(?:[:：\-–|]|$)",
    r"(?:هەروەها\s+بخوێن(?:ەوە|نەوە)|زیاتر\s+بخوێن(?:ەوە|نەوە)|بخوێنەوە|(?:هەواڵی|بابەتی)\s+پەیوەندی\s*دار)\s*(?:[:：\-–|]|$)",
)

# Frames of reposters and what agencies say of their own wire, after some other words.
FRAMES = Rare(
    _any(
        r"[^.]{0,80}?(?:مشتركي|لمشتركي|المشتركين)\s[^.]{0,80}?(?:الوكالة|الخدمة|نشرة|خدمة)\b[^.]{0,120}?(?:النسخة|الاشتراك|كاملة|الكامل|مختصر)",
        r"[^.]{0,60}?(?:مختصرة?|موجزة?|ملخص)\s[^.]{0,60}?(?:مشتركي|للمشتركين|المشتركين)",
        r"[^.]{0,80}?abone(?:lerimize|lere|lerine)\s[^.]{0,100}?(?:kısaltıl|özet|bir\s+kısmı|tamamı)",
        r"[^.]{0,80}?\b(?:our|its)\s+subscribers\b[^.]{0,80}?(?:full|wire|whole|summar|shorten)|[^.]{0,60}?(?:shortened|summarized|summarised|abridged)\s"
        r"[^.]{0,60}?\bsubscribers\b",
        r"[^.]{0,120}?(?:كما\s+وردت?\s+في\s+(?:المقال|الخبر|السطور)\s+(?:التالي|الآتي)|في\s+(?:المقال|الخبر|السطور)\s+(?:التالية?|الآتية?)\s*[:：.])",
    ).match,
    signs.FRAME,
)

# Lines that are never article text, wherever they stand.
_NOISE = (
    r"https?://\S+\s*$",
    # counters
    rf"(?:عدد\s+)?(?:ال)?(?:قراءات|مشاهدات|زيارات|زوار|قراء)\s*[:：]?\s*[\d٠-٩.,]+{_END}",
    rf"(?:قراءة|قرئ|شوهد|مشاهدة|زيارة)\s*[:：]?\s*[\d٠-٩.,]+\s*(?:مرة|مرات)?{_END}",
    rf"[\d٠-٩.,]+\s*(?:قراءة|مشاهدة|مشاهدات|زيارة|تعليقات?){_END}",
    r"(?:Views?|Reads?|Hits|Okunma|Okundu|Görüntülenme|Gösterim|Izlenme|İzlenme|Xwendin|Dîtin)(?:\s+(?:Sayısı|count|hejmar))?\s*[:：]?\s*\d[\d.,]*"
    r"(?:\s*kez)?" + _END,
    r"\d[\d.,]*\s*(?:views?|reads?|hits|okunma|görüntülenme|kez\s+okundu|gösterim|shares?|paylaşım|xwendin)" + _END,
    r"(?:تعداد\s+)?(?:بازدید|بینەر|بینین|خوێندنەوە)(?:ها)?\s*[:：]?\s*[\d۰-۹٠-٩.,]+" + _END,
    r"(?:کد\s+خبر|شناسه\s+خبر|رقم\s+الخبر|Haber\s+(?:No|Kodu)|News\s+(?:ID|code))\s*[:：]?\s*[\d۰-۹٠-٩]+" + _END,
    r"(?:لینک\s+کوتاه|لینک\s+خبر|رابط\s+مختصر|الرابط\s+المختصر|Short\s*(?:link|URL)|Kısa\s+link)\s*(?:[:：].{0,120})?$",
    # a reader's corrections and complaints
    rf"(?:هل\s+)?(?:وجدت|لاحظت|لاحظتم|رصدت|وجدتم)\S*\s+.{{0,25}}?(?:خط{_A}|{_A}خطاء|معلومة\s+غير)",
    rf"(?:{_A}بلغ(?:وا|نا)?|بلّ?غ)\s+عن\s+(?:خط{_A}|محتوى)",
    r"(?:Found|Spotted|Noticed|See)\s+(?:an?|any)\s+(?:error|mistake|typo|inaccurac)",
    r"(?:Report|Suggest)\s+(?:an?|this)\s+(?:error|correction|mistake|typo|problem)",
    r"(?:Haberde|Metinde|Yazıda|Bu\s+haberde)\s+(?:bir\s+)?(?:hata|yanlış)",
    r"(?:Hata\s+bildir|Düzeltme\s+(?:öner|gönder))",
    r"(?:We\s+welcome\s+your\s+(?:feedback|comments|corrections))",
    # what an agency says of its own wire
    r"(?:AA|Anadolu\s+Ajansı)\s[^.]{0,60}?(?:abone|subscri|HAS)",
    # frames of reposters
    r"(?:و?(?:نقدم|ننقل|نعرض|نضع|ننشر|نستعرض|نوافيكم|نطرح)|يقدم)\s[^.]{0,60}?(?:زوار|متابعي|قراء|الكرام|الأعزاء|بين\s+[أا]يديكم)",
    r"(?:الخبر|المقال|الموضوع)\s+كاملا?ً?\s[^.]{0,40}?(?:الرابط|هنا|الضغط)",
    r"(?:لقراءة|لمشاهدة|لمطالعة|للاطلاع\s+على|لمتابعة)\s+(?:ال)?(?:خبر|مقال|موضوع|تفاصيل|نص|مصدر)[^.]{0,60}?(?:اضغط|الضغط|انقر|الرابط|هنا|الأصلي|المصدر)",
    r"(?:و?(?:إلى|الى)\s+هنا\s+)?(?:انتهى|انتهت)\s+(?:الخبر|المقال|المقالة|التفاصيل|قراءة)",
    r"(?:و?بهذا\s+نكون|كانت?\s+هذ[اه]\s+(?:هي\s+)?(?:تفاصيل|أهم|أبرز))",
    r"(?:نحيطكم\s+علما|تجدر\s+(?:الإشارة|الاشارة)\s+(?:بأن|إلى\s+أن|بان)\s+(?:الخبر|المقال|محتوى)|كما\s+تجدر\s+(?:الإشارة|الاشارة)\s+(?:بأن|إلى\s+أن|بان)\s+(?:الخبر|المقال))",
    r"(?:Haberin\s+(?:devamı|tamamı|detayları|ayrıntıları)\s+(?:için|haberimizde)|(?:Devamı|Ayrıntılar|Detaylar)\s+için\s+tıkla|İşte\s+haberin\s+(?:detayları|ayrıntıları))",
    r"(?:Dear\s+(?:readers?|visitors?)|Değerli\s+(?:okur|ziyaretçi)|Sayın\s+(?:okur|ziyaretçi)|Saygıdeğer\s+(?:okur|ziyaretçi))",
    r"(?:Click|Tap)\s+(?:here|below|the\s+link)\b|(?:Continue\s+reading|Read\s+the\s+(?:full|original)\s+(?:story|article))\b",
    r"Close\s+Menu" + _END,
    r"زر\s+الذهاب\s+إلى\s+الأعلى",
    r"error\s*:" + _END,
    r"xml/\S+\s+\S+\s+not\s+found",
    r"اكتب\s+كلمة\s+البحث",
    rf"{_A}خر\s+{_A}ل{_A}خبار{_END}",
    r"(?:\d+|[٠-٩]+)\s*(?:دقائق|دقيقة|دقيقه)(?:\s+(?:قراءة|للقراءة))?" + _END,
    r"\d+\s*(?:min(?:utes?)?\s+read|dakika(?:lık)?\s+okuma)" + _END,
    r"(?:A\s*[+-]\s*){2}",
    r"googletag\.|window\.|\(adsbygoogle",
    r"Getting\s+your\s+Trinity\s+Audio",
    r"(?:إعلان|إعلانات|Advertisement|Sponsored|Reklam|ADVERTISEMENT)" + _END,
    rf"(?:اشترك|{_A}نضم(?:وا)?|تابعونا|تابعنا|تابعوا)\s.{{0,80}}(?:تلغرام|تيليغرام|تليجرام|واتساب|فيسبوك|تويتر|يوتيوب|{_A}خبار\s+جوجل"
    r"|Telegram|WhatsApp|نشرتنا|قناتنا|صفحتنا|الإلكتروني)",
    rf"لمتابعة\s+(?:{_A}خر|{_A}حدث|{_A}هم|المزيد)\s.{{0,120}}(?:تلغرام|تيليغرام|تليجرام|واتساب|فيسبوك|انضم|قناتنا)",
    r"(?:Follow|Subscribe|Join)\s+(?:us|our|to)\b.{0,80}(?:Telegram|WhatsApp|Twitter|Facebook|YouTube|newsletter|channel|Google\s+News)",
    r"Bizi\s+takip\s+edin",
    r"(?:الرئيسية|Anasayfa|Ana\s+Sayfa|Home)\s*[»>›/|\\]",
    r"(?:نسخ\s+الرابط|تم\s+نسخ\s+الرابط|طباعة|Copy\s+link|Print|Yazdır|Linki\s+kopyala)" + _END,
    r"(?:تكبير|تصغير)\s+(?:الخط|النص)" + _END,
)
NOISE = _any(*_NOISE)
NOISE_OF_LONG = _any(*(pattern for pattern in _NOISE if not pattern.endswith(_END)))
"""For lines over ``LONGEST_LABEL``."""

# What is no article text after a few other words either.
ASIDE = Rare(
    _any(
        r"(?![\"“«']).{0,40}(?:Google\s+News|WhatsApp|Telegram).{0,60}(?:takip\s+ed(?:in|ebilir)|abone\s+ol(?:un|abilir)|katıl(?:ın|abilir))",
        r".{0,60}(?:çerez(?:ler)?|cookies?)\s.{0,60}(?:kullan|accept|consent|policy|politika|kabul)",
        r".{0,60}(?:ملفات\s+تعريف\s+الارتباط|الكوكيز)",
    ).match,
    signs.ASIDE,
    600,
)

# What asks the reader to pay, to subscribe or to follow; searched anywhere in short lines.
APPEAL = Rare(
    re.compile(
        r"[Pp]atreon|PATREON|[Bb]uy\s[Mm]e\s[Aa]\s[Cc]offee|[Kk]o-fi\.|"
        r"(?:[Ss]ign(?:ing)?\s+up|[Ss]ubscrib\w+)\s+(?:to|for|now|here|means)\b.{0,80}(?:newsletter|updates|inbox|terms|free|digest|edition)|"
        r"(?:[Bb]ecome\s+a|[Bb]ecome\s+our)\s+(?:member|supporter|patron|subscriber)|[Ss]upport\s+(?:our|independent)\s+(?:work|journalism|newsroom|reporting)|"
        r"(?:bülten|Bülten)\w*\s.{0,60}(?:abone|kayıt|üye)|(?:abone|üye)\s+(?:olun|ol\b|olmak\s+için)|(?:yayıncılığ|gazeteciliğ)\w+\s+.{0,20}destek|"
        r"(?:اشترك(?:وا|ي)?|سجل(?:وا)?|انضم(?:وا)?|للاشتراك)\s.{0,60}(?:نشرتنا|النشرة|البريد(?:ية)?|قناتنا|قناة|الواتساب|تلغرام|تليغرام)|"
        r"(?:تبرع(?:وا)?|ادعم(?:وا|ونا|نا)?|ساهم(?:وا)?|لدعم)\s.{0,40}(?:الصحافة\s+المستقلة|موقعنا|عملنا|استقلالي|مؤسستنا|الآن|صحافتنا)|"
        r"(?:حمّ?ل(?:وا)?|نزّ?ل(?:وا)?)\s+تطبيق|(?:[Dd]ownload|[Gg]et)\s+(?:our|the)\s+(?:mobile\s+)?app\b|[Uu]ygulamamızı\s+indir|"
        r"(?:bibin|bibe)\s+(?:abone|endam)|(?:عضو|مشترک)\s+(?:کانال|خبرنامه)|به\s+کانال\s.{0,40}بپیوندید"
    ).search,
    signs.APPEAL,
    220,
)  # fmt: skip

# Short lines that name a box inside the article: a newsletter to sign up for, an app, a channel, a fund drive.
BOX = _any(
    r".{0,40}?\b(?:newsletters?|daily\s+digest|morning\s+briefing)\b.{0,30}$",
    r".{0,40}?(?:نشرتنا|النشرة)\s+(?:البريدية|الإخبارية|الالكترونية|الإلكترونية|الأسبوعية|اليومية|الصباحية)",
    r".{0,40}?(?:E-?bülten|bültenimiz|haber\s+bülteni)",
    r"(?:Support\s+(?:us|our|independent|quality)|Donate|Become\s+a\s+(?:member|supporter))\b[^.]{0,40}$",
    r"(?:(?:ادعم|تبرع|ساهم)(?:وا|ونا|نا)\s[^.]{0,40}|(?:ادعم|تبرع)\s+(?:الآن|لنا|موقع\S*|صحافة|الصحافة\s)[^.]{0,30})$",
    r"(?:Destek\s+(?:ol|verin|olun)|Bize\s+destek)\b.{0,40}$",
    r"(?:خبرنامه|Belavoka\s+me|Nûçenameya?)\b.{0,30}$",
)

# A date, a time or an age at the start or the end of a line that is otherwise a link.
AGO = (
    r"(?:منذ|قبل)\s+\S+(?:\s+\S+)?|\d+\s*(?:saat|dakika|dk|gün|hafta|saet|roj|deqe)\s+(?:önce|berê)|\d+\s*(?:hours?|minutes?|mins?|days?|weeks?)\s+ago"
    r"|[\d٠-٩۰-۹]+\s*(?:ساعت|دقیقه|روز|کاتژمێر|خولەک)\s*(?:پیش|قبل|لەمەوپێش|پێش)"
)
CARD_DATE = re.compile(
    rf"(?:(?:20\d\d|٢٠[٠-٩]{{2}}|۲۰[۰-۹]{{2}}|1[34]\d\d|۱[۳۴][۰-۹]{{2}})|[\d٠-٩۰-۹]{{1,2}}[:.][\d٠-٩۰-۹]{{2}}|{AGO})\W*$"
    rf"|^\W*(?:{AGO}|[\d٠-٩۰-۹]{{1,2}}[:.][\d٠-٩۰-۹]{{2}}\b|[\d٠-٩۰-۹]{{1,4}}[./-][\d٠-٩۰-۹]{{1,2}}[./-])"
)

# Names that stand in share bars, and words between them.
NETWORKS = frozenset(
    """
    فيسبوك تويتر بينتيريست بنترست تيلقرام تلغرام تيليغرام تليجرام لينكدإن لينكد إن لينكدان tumblr واتساب واتس اب
    الواتساب البريد الإلكتروني بريد إلكتروني مشاركة طباعة ماسنجر سكايب ريديت انستغرام الانستغرام انستقرام يوتيوب تيك
    توك سناب شات facebook twitter x (twitter) linkedin pinterest whatsapp telegram email e-mail mail reddit
    messenger viber skype instagram youtube tiktok threads bluesky print share paylaş tweet tweetle pin it شاركها
    شاركها. شارك عبر على copy link rss
    """.split()  # noqa: SIM905
)

# The line below a headline that names the author.
BYLINE = _any(
    rf".{{0,40}}?(?:بواسطة|كتبه?|كتبت|{_A}عداد|تحرير)\s*[:：]?\s",
    r"(?:By|Yazan|Haber|Muhabir|Editör)\s*[:：]?\s+\S",
    rf"(?:تاريخ\s+النشر|نُ?شر\s+في|{_A}خر\s+تحديث)",
)

# Words by which a date says that it is the day of publication, or that it is not.
PUBLISHED_WORDS = _any(
    r"بواسطة|كتب[هت]?\b|نُ?شرت?\b|تاريخ\s+النشر|Published|Posted|Yayın|Giriş|Eklenme|Oluşturulma|\bBy\s",
)
UPDATED_WORDS = re.compile(rf"{_A}خر\s+تحديث|تم\s+التحديث|تحديث|Updated|Last\s+modified|Güncelle", re.IGNORECASE)

FEWEST_PROVINCES = 8
"""With so many names of provinces something is a list of them."""

# The provinces of Turkey, in lists for weather, traffic and prayer times that stand among the text of some outlets.
PROVINCES = frozenset(
    """
    adana adiyaman afyonkarahisar afyon agri aksaray amasya ankara antalya ardahan artvin aydin balikesir bartin batman
    bayburt bilecik bingol bitlis bolu burdur bursa canakkale cankiri corum denizli diyarbakir duzce edirne elazig erzincan
    erzurum eskisehir gaziantep giresun gumushane hakkari hatay icel igdir isparta istanbul izmir kahramanmaras karabuk
    karaman kars kastamonu kayseri kilis kirikkale kirklareli kirsehir kocaeli konya kutahya malatya manisa mardin mersin
    mugla mus nevsehir nigde ordu osmaniye rize sakarya samsun sanliurfa siirt sinop sirnak sivas tekirdag tokat trabzon
    tunceli usak van yalova yozgat zonguldak
    """.split()  # noqa: SIM905
)

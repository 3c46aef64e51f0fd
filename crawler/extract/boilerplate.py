"""The words that news sites put around articles, in Arabic, Turkish and English: one place to read and to add to.

Only patterns. ``cleaning`` decides what a match means. All are matched against single lines from the start.
"""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(patterns) + ")", re.IGNORECASE)


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
)

# A line like these, after article text, is where the article ends: what follows is about other things.
TERMINATORS = _any(
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
    r"(?:نبذة\s+)?عن\s+(?:الكاتب|المؤلف|المحرر)" + _END,
    r"About\s+the\s+author" + _END,
    r"Yazar\s+hakkında" + _END,
    # foot of the page
    rf"{_A}قسام\s+الموقع{_END}",
    r"(?:©|\(c\)\s*\d{4}|حقوق\s+النشر)",
    r".{0,60}جميع\s+الحقوق\s+محفوظة",
    r".{0,60}(?:All\s+rights\s+reserved|Tüm\s+hakları\s+saklıdır|Her\s+hakkı\s+saklıdır)",
)

# A biography of the author, set below the article without a heading.
BIOGRAPHY = _any(
    r"(?:كاتبة?|صحفية?|صحافية?|محررة?|إعلامية?|باحثة?)\s.{0,60}?(?:متخصص|مختص|حاصل|خريج|مهتم|عضو|يعمل|تعمل|من\s+مواليد)",
    r".{3,50}\bis\s+an?\s+(?:[\w-]+\s+){0,4}(?:journalist|writer|editor|reporter|correspondent)\b",
)

# A pointer to another article inside the body; with a headline behind the colon, or alone with the headline on the next line.
READ_ALSO = _any(
    rf"[\W_]*(?:{_A}قر{_A}(?:وا|/ي|/وا|ي)?|اقرؤوا|ا?قرء|طالع|شاهد|شاهدوا|{_A}نظر|تابع|للاطلاع)\s+{_A}يض{_AN}\s*(?:[:：.\-–|]|$)",
    rf"[\W_]*(?:{_A}قر{_A}|طالع|شاهد)\s+(?:المزيد|كذلك|{_A}كثر)\s*(?:[:：.\-–|]|$)",
    rf"[\W_]*{_A}قر{_A}/ي\s",
    r"[\W_]*(?:للمزيد|لمزيد\s+من\s+التفاصيل|لقراءة\s+المزيد)\s*[:：]",
    r"[\W_]*(?:قد\s+يهمك|مواضيع\s+ذات\s+صلة|خبر\s+ذو\s+صلة|ذات\s+صلة)(?:\s+\S+)?\s*[:：]",
    r"[\W_]*(?:Read|See|Watch)\s+(?:also|more|next|too)\s*(?:[:：\-–|]|$)",
    r"[\W_]*(?:Also\s+read|Related|More\s+on\s+this(?:\s+story)?|Recommended)\s*(?:[:：]|$)",
    r"[\W_]*(?:İlgili\s+haber(?:ler)?|Ayrıca\s+(?:bakınız|bkz\.?|okuyun)|Bunu\s+da\s+oku(?:yun)?|Bu\s+haber\s+de\s+ilginizi\s+çekebilir"
    r"|İLGİLİ\s+HABER(?:LER)?|Bunlar\s+da\s+ilginizi\s+çekebilir)\s*(?:[:：\-–|]|$)",
    rf"[\W_]*(?:مواضيع|مقالات|{_A}خبار)\s+(?:قد\s+(?:تهمك|تعجبك|تهمكم)|متعلقة|مرتبطة|مشابهة|ذات\s+صلة)\s*(?:[:：]|$)",
    r"[\W_]*اخترنا\s+ل(?:ك|كم)\s*(?:[:：]|$)",
    rf"[\W_]*قد\s+(?:يهمك|يعجبك)(?:\s+{_A}يض{_AN})?\s*(?:[:：]|$)",
    r"[\W_]*(?:Related\s+(?:news|stories|articles)|You\s+(?:may|might)\s+also\s+(?:like|be\s+interested\s+in)|Recommended\s+for\s+you"
    r"|Don['’]t\s+miss|More\s+(?:from|on|about)\s+\S+(?:\s+\S+)?)\s*(?:[:：]|$)",
    r"[\W_]*(?:Ayrıca\s+oku|(?:Diğer|Sıradaki|Önerilen|Benzer|Bağlantılı)\s+haber(?:ler)?|Okumaya\s+devam\s+et|İlginizi\s+çekebilir"
    r"|Daha\s+fazla\s+oku|Devamını\s+oku|Şunu\s+da\s+oku)\s*(?:[:：]|$)",
    r"[\W_]*(?:(?:Her\s+wiha|Herwiha|Ev\s+jî|Zêdetir|Bêtir|Dîsa)\s+bixwîn(?:e|in)|Bixwîne|(?:Nûçeyên|Mijarên|Gotarên|Babetên)\s+(?:têkildar|girêdayî))"
    r"\s*(?:[:：\-–|]|$)",
    r"[\W_]*(?:هەروەها\s+بخوێن(?:ەوە|نەوە)|زیاتر\s+بخوێن(?:ەوە|نەوە)|بخوێنەوە|(?:هەواڵی|بابەتی)\s+پەیوەندی\s*دار)\s*(?:[:：\-–|]|$)",
)

# Lines that are never article text, wherever they stand.
NOISE = _any(
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
    r".{0,40}(?:Google\s+News|WhatsApp|Telegram).{0,60}(?:takip\s+ed|abone\s+ol|katıl)",
    r"Bizi\s+takip\s+edin",
    r".{0,60}(?:çerez(?:ler)?|cookies?)\s.{0,60}(?:kullan|accept|consent|policy|politika|kabul)",
    r".{0,60}(?:ملفات\s+تعريف\s+الارتباط|الكوكيز)",
    r"(?:الرئيسية|Anasayfa|Ana\s+Sayfa|Home)\s*[»>›/|\\]",
    r"(?:نسخ\s+الرابط|تم\s+نسخ\s+الرابط|طباعة|Copy\s+link|Print|Yazdır|Linki\s+kopyala)" + _END,
    r"(?:تكبير|تصغير)\s+(?:الخط|النص)" + _END,
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

"""Which links of an unknown outlet's page lead to articles, measured on pages built like those of typical sites.

The pages are our own; ``data-article`` marks the links that lead to articles. The heuristic does not see that mark.
"""

# ruff: noqa: E501 - markup as a page has it
from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from core.model import Source, SourceKind
from crawler.discover import read
from crawler.discover.assemble import repair_link

# A link missed is a story that may be missed; a link too many costs one request, and extraction refuses its page. So nearly all
# must be found (on a page of six articles one may bear no sign), and of ten links taken at most one may lead nowhere.
LEAST_RECALL, LEAST_PRECISION = 0.80, 0.90
LEAST_RECALL_OF_ALL, LEAST_PRECISION_OF_ALL = 0.98, 0.97

# A WordPress theme in Arabic: slugs percent-encoded, menus, tag cloud, archive months, share buttons, comments.
WORDPRESS = """
<body class="rtl home blog has-menu"><header id="masthead"><nav class="main-navigation"><ul id="primary-menu" class="menu">
<li class="menu-item"><a href="https://manara.test/">الرئيسية</a></li>
<li class="menu-item"><a href="https://manara.test/category/%d8%b3%d9%8a%d8%a7%d8%b3%d8%a9/">سياسة</a></li>
<li class="menu-item"><a href="https://manara.test/category/%d8%a7%d9%82%d8%aa%d8%b5%d8%a7%d8%af/">اقتصاد</a></li>
<li class="menu-item"><a href="https://manara.test/%d8%ad%d9%88%d9%84-%d8%a7%d9%84%d9%85%d9%88%d9%82%d8%b9-%d9%88%d9%81%d8%b1%d9%8a%d9%82-%d8%a7%d9%84%d8%b9%d9%85%d9%84/">حول الموقع وفريق العمل</a></li>
<li class="menu-item"><a href="https://manara.test/contact-us/">اتصل بنا</a></li></ul></nav></header>
<main><article class="post-4711"><a class="post-thumbnail" href="https://manara.test/%d9%81%d8%aa%d8%ad-%d8%b7%d8%b1%d9%8a%d9%82-%d8%ac%d8%af%d9%8a%d8%af-%d8%a8%d9%8a%d9%86-%d8%a7%d9%84%d9%85%d8%af%d9%8a%d9%86%d8%aa%d9%8a%d9%86/"><img src="a.jpg" alt=""></a>
<h2 class="entry-title"><a data-article rel="bookmark" href="https://manara.test/%d9%81%d8%aa%d8%ad-%d8%b7%d8%b1%d9%8a%d9%82-%d8%ac%d8%af%d9%8a%d8%af-%d8%a8%d9%8a%d9%86-%d8%a7%d9%84%d9%85%d8%af%d9%8a%d9%86%d8%aa%d9%8a%d9%86/">فتح طريق جديد بين المدينتين بعد أعمال دامت سنة</a></h2>
<span class="byline"><a href="https://manara.test/author/huda-al-karim-saleh/">هدى الكريم صالح</a></span>
<span class="posted-on"><a href="https://manara.test/2026/11/24/">24 نوفمبر، 2026</a></span>
<a href="https://manara.test/%d9%81%d8%aa%d8%ad-%d8%b7%d8%b1%d9%8a%d9%82-%d8%ac%d8%af%d9%8a%d8%af-%d8%a8%d9%8a%d9%86-%d8%a7%d9%84%d9%85%d8%af%d9%8a%d9%86%d8%aa%d9%8a%d9%86/#respond">اترك تعليقا</a>
<a href="https://manara.test/%d9%81%d8%aa%d8%ad-%d8%b7%d8%b1%d9%8a%d9%82-%d8%ac%d8%af%d9%8a%d8%af-%d8%a8%d9%8a%d9%86-%d8%a7%d9%84%d9%85%d8%af%d9%8a%d9%86%d8%aa%d9%8a%d9%86/?share=twitter&amp;nb=1">شارك على تويتر</a></article>
<article><h2><a data-article href="https://manara.test/%d8%a7%d9%84%d8%a8%d9%84%d8%af%d9%8a%d8%a9-%d8%aa%d8%a8%d8%af%d8%a3-%d8%aa%d9%88%d8%b2%d9%8a%d8%b9-%d8%a7%d9%84%d9%85%d9%8a%d8%a7%d9%87/">البلدية تبدأ توزيع المياه على الأحياء الشرقية</a></h2>
<a href="https://manara.test/category/%d9%85%d8%ad%d9%84%d9%8a/">محلي</a><a href="https://manara.test/tag/%d9%85%d9%8a%d8%a7%d9%87-%d8%a7%d9%84%d8%b4%d8%b1%d8%a8-%d9%81%d9%8a-%d8%a7%d9%84%d9%85%d8%af%d9%8a%d9%86%d8%a9/">مياه الشرب في المدينة</a></article>
<article><h2><a data-article href="https://manara.test/%d8%a7%d8%ac%d8%aa%d9%85%d8%a7%d8%b9-%d9%88%d8%b2%d8%a7%d8%b1%d9%8a-%d9%85%d8%b1%d8%aa%d9%82%d8%a8/">اجتماع وزاري مرتقب حول معابر الشمال</a></h2></article>
<article><h2><a data-article href="https://manara.test/?p=48213">عودة الرحلات الجوية بعد انقطاع طويل</a></h2></article>
<nav class="navigation pagination"><a class="page-numbers" href="https://manara.test/page/2/">2</a><a class="page-numbers" href="https://manara.test/page/148/">148</a>
<a class="next page-numbers" href="https://manara.test/page/2/">التالي</a></nav></main>
<aside id="secondary"><section class="widget widget_recent_entries"><ul>
<li><a data-article href="https://manara.test/%d9%88%d9%81%d8%af-%d8%aa%d8%ac%d8%a7%d8%b1%d9%8a-%d9%8a%d8%b2%d9%88%d8%b1-%d8%a7%d9%84%d8%b9%d8%a7%d8%b5%d9%85%d8%a9/">وفد تجاري يزور العاصمة لبحث التبادل</a></li></ul></section>
<section class="widget widget_archive"><a href="https://manara.test/2026/11/">نوفمبر 2026</a><a href="https://manara.test/2026/10/">أكتوبر 2026</a></section>
<section class="widget widget_tag_cloud"><div class="tagcloud"><a href="https://manara.test/tag/%d8%ad%d9%84%d8%a8/">حلب</a></div></section>
<section class="widget widget_pages"><a href="https://manara.test/%d8%b4%d8%b1%d9%88%d8%b7-%d8%a7%d8%b3%d8%aa%d8%ae%d8%af%d8%a7%d9%85-%d8%a7%d9%84%d9%85%d9%88%d9%82%d8%b9-%d9%88%d8%ad%d9%82%d9%88%d9%82-%d8%a7%d9%84%d9%86%d8%b4%d8%b1/">شروط استخدام الموقع وحقوق النشر</a></section></aside>
<footer><a href="https://manara.test/privacy-policy/">سياسة الخصوصية</a><a href="https://manara.test/feed/">RSS</a><a href="https://manara.test/wp-login.php">دخول</a>
<a href="https://www.facebook.com/manara.test.page/posts/1234567890">فيسبوك</a><a href="mailto:x@manara.test">بريد</a></footer></body>"""

# Drupal: aliases without ids, node addresses, taxonomy, pager from nought.
DRUPAL = """
<body><div role="navigation"><ul class="menu"><li><a href="/ar">الرئيسية</a></li><li><a href="/ar/taxonomy/term/12">سوريا</a></li>
<li><a href="/ar/سياسة">سياسة</a></li><li><a href="/ar/شؤون-عربية-ودولية-عامة">شؤون عربية ودولية عامة</a></li><li><a href="/ar/user/login">دخول</a></li>
<li><a href="/en">English</a></li></ul></div>
<div class="view-content"><div class="views-row"><h3><a data-article href="/ar/مباحثات-حول-فتح-خط-سكة-حديد-بين-البلدين">مباحثات حول فتح خط سكة حديد بين البلدين</a></h3>
<a href="/ar/taxonomy/term/4711">نقل</a></div>
<div class="views-row"><h3><a data-article href="/ar/node/98231">انطلاق موسم قطاف الزيتون في الريف الغربي</a></h3></div>
<div class="views-row"><h3><a data-article href="/ar/%D8%A7%D9%84%D9%83%D9%87%D8%B1%D8%A8%D8%A7%D8%A1-%D8%AA%D8%B9%D9%88%D8%AF-%D8%A5%D9%84%D9%89-%D8%A3%D8%B1%D8%A8%D8%B9-%D8%A8%D9%84%D8%AF%D8%A7%D8%AA">الكهرباء تعود إلى أربع بلدات بعد إصلاح الخط</a></h3></div>
<div class="views-row"><h3><a data-article href="/ar/سياسة/لجنة-مشتركة-تبحث-ملف-المياه">لجنة مشتركة تبحث ملف المياه في النهر</a></h3></div>
<div class="views-row"><h3><a data-article href="/ar/رأي/هل-تعود-التجارة">هل تعود التجارة عبر الحدود إلى سابق عهدها؟</a></h3><a href="/ar/كاتب/نور-الدين-حسن-العلي">نور الدين حسن العلي</a></div></div>
<nav class="pager"><ul><li><a href="?page=0">1</a></li><li><a href="?page=1" rel="next">2</a></li><li><a href="?page=57">الأخيرة</a></li></ul></nav>
<div class="block-tags"><a href="/ar/tags/الهيئة-العامة-للمنافذ-البرية-والبحرية">الهيئة العامة للمنافذ البرية والبحرية</a><a href="/ar/وسوم/حلب">حلب</a></div>
<footer><a href="/ar/contact">اتصل بنا</a><a href="/ar/about-us">من نحن</a><a href="/ar/rss.xml">خلاصة</a></footer></body>"""

# Turkish: slugs that end in a number, sections, galleries, videos, columnists, weather and prayer times.
TURKISH = """
<body><header><a href="/"><img alt="Boğaz"></a><ul class="nav"><li><a href="/gundem">Gündem</a></li><li><a href="/dunya">Dünya</a></li>
<li><a href="/son-dakika-haberleri">Son Dakika</a></li><li><a href="/yazarlar">Yazarlar</a></li><li><a href="/video-galeri">Video</a></li>
<li><a href="/secim-2026">Seçim 2026</a></li><li><a href="/canli-yayin">Canlı Yayın</a></li></ul></header>
<section class="manset"><a data-article href="/dunya/sinir-kapisinda-yeni-donem-basliyor-12345678"><img alt="Sınır kapısında yeni dönem başlıyor"></a>
<a data-article href="/gundem/bakanlik-acikladi-gumruk-tarifesi-degisti-12345699">Bakanlık açıkladı: Gümrük tarifesi değişti</a>
<a data-article href="/gundem/vali-hastaneyi-ziyaret-etti-12345702/">Vali hastaneyi ziyaret etti</a>
<a data-article href="/ekonomi/ihracat-rakamlari-12345711.html">İhracat rakamları</a>
<a data-article href="https://www.bogaz.test/dunya/liman-anlasmasi-imzalandi-h12345720.html">Liman anlaşması imzalandı</a></section>
<section><a href="/yazarlar/deniz-akin">Deniz Akın</a><a data-article href="/yazarlar/deniz-akin/komsuda-yeni-bir-sayfa-acilirken-345678">Komşuda yeni bir sayfa açılırken</a>
<a href="/foto-galeri/kis-manzaralari-kartpostallari-aratmadi-87654">Kış manzaraları kartpostalları aratmadı</a>
<a href="/video/dev-vinc-limana-boyle-getirildi-87655">Dev vinç limana böyle getirildi</a>
<a href="/hava-durumu/istanbul-saatlik-hava-durumu-15-gunluk">İstanbul saatlik hava durumu 15 günlük</a><a href="/namaz-vakitleri/ankara">Ankara namaz vakitleri</a>
<a href="/haberleri/sinir-kapisi">sınır kapısı haberleri</a><a href="/etiket/suriye-turkiye-iliskileri-son-durum">Suriye Türkiye ilişkileri</a>
<a href="/biyografi/deniz-akin-kimdir-kac-yasinda">Deniz Akın kimdir, kaç yaşında?</a></section>
<a href="/dunya?sayfa=2">Sonraki</a><a href="/gundem/12/3">3</a>
<div class="footer"><a href="/kunye">Künye</a><a href="/kullanim-kosullari">Kullanım Koşulları</a><a href="/kisisel-verilerin-korunmasi-kanunu-aydinlatma-metni">Kişisel Verilerin Korunması Kanunu Aydınlatma Metni</a>
<a href="/cerez-politikasi">Çerez Politikası</a><a href="/iletisim">İletişim</a><a href="/rss">RSS</a><a href="https://apps.test/app/12345678">Uygulama</a></div></body>"""

# A content system with bare numbers; the sections have numbers too.
NUMBERS = """
<body><div class="menu"><a href="/">الرئيسية</a><a href="/cat/5">محليات</a><a href="/cat/1204">عالم</a><a href="/w/6/إلى-السودان">إلى السودان</a><a href="/section/11234">تقارير</a></div>
<div id="news"><a data-article href="12956">افتتاح معرض الكتاب في المدينة القديمة</a><a data-article href="/12957">عاجل</a>
<a data-article href="/a/2795110">انخفاض أسعار الخضار في الأسواق</a><a data-article href="/a/2795111/انخفاض-أسعار">انخفاض أسعار الخضار</a>
<a data-article href="https://www.raqam.test/13001/"><img src="x.jpg" alt="صورة من الاحتفال السنوي للمدرسة"></a><a data-article href="/news/318">خبر قديم من الأرشيف عن النهر</a></div>
<div class="side"><a href="/writer/12344">سامر عيسى</a><a href="/tags/99123">النقل البري</a><a href="/users/55123">حسابي</a><a href="/polls/1234">استطلاع الرأي</a><a href="/2026">أرشيف 2026</a>
<a href="/archive/2026/11">أرشيف الشهر</a><a href="/images/2026/11/20261124.jpg">صورة</a></div>
<div class="pages"><a href="/?page=2">2</a><a href="/?page=3">3</a></div><div class="footer"><a href="/static/1005">شروط الاستخدام</a></div></body>"""

# Query strings everywhere: articles, sections, searches, printing, another language.
QUERIES = """
<body><table id="top"><tr><td class="menu"><a href="index.php">الرئيسية</a> <a href="category.php?id=5">سياسة</a> <a href="category.php?id=12345">رياضة</a>
<a href="section.aspx?sid=4">منوعات</a> <a href="search.php?q=حلب">بحث</a> <a href="index.php?page=about">من نحن</a> <a href="author.php?id=77">كتاب</a> <a href="?cat=14">قسم</a> <a href="?page_id=2">عن الموقع</a></td></tr></table>
<a data-article href="news.php?id=555123">توقيع مذكرة تفاهم في قطاع النقل</a> <a data-article href="details.asp?newsID=88121&amp;lang=ar">زيادة عدد الشاحنات العابرة</a>
<a data-article href="haber_detay.asp?haberID=4312">Köprü yeniden trafiğe açıldı</a> <a data-article href="index.php?option=com_content&amp;view=article&amp;id=812:kopru&amp;catid=9">Köprü onarıldı</a>
<a href="index.php?option=com_content&amp;view=category&amp;id=9">Haberler</a> <a data-article href="/?p=90121">وصول قافلة مساعدات إلى المخيم</a> <a data-article href="/story.php?story_id=31">قصة مدينة على ضفتي النهر</a>
<a href="news.php?id=555123&amp;print=1">طباعة</a> <a href="print.php?id=555123">نسخة للطباعة</a> <a href="send.php?id=555123">أرسل إلى صديق</a>
<a href="comments.php?id=555123">التعليقات (3)</a> <a href="download.php?id=12">تحميل الملف</a> <a href="rss.php?cat=3">RSS</a> <a href="?page=2">التالي »</a> <a href="login.php?return=news.php?id=555123">دخول</a></body>"""

# The home page of a large outlet: mega menu with articles in it, tags, authors, programmes, videos, live, footer.
HOME = """
<body class="nav-open"><nav><ul><li><a href="/ar/politics">سياسة</a><div class="mega"><a data-article href="/ar/politics/318221/جولة-مفاوضات-جديدة-في-العاصمة">جولة مفاوضات جديدة في العاصمة الأسبوع المقبل</a></div></li>
<li><a href="/ar/economy">اقتصاد</a></li><li><a href="/ar/authors">كتاب</a></li><li><a href="/ar/programs/1207">برامج</a></li><li><a href="/ar/live">البث الحي</a></li><li><a href="/en/">English</a></li><li><a href="/tr/haberler">Türkçe</a></li></ul></nav>
<main><h1><a data-article href="/ar/politics/318230/وزير-النقل-يعلن-خطة">وزير النقل يعلن خطة من ثلاث مراحل لتأهيل الطرق</a></h1>
<a data-article href="/ar/economy/318233/أسعار-الصرف">أسعار الصرف اليوم</a><a href="/ar/economy">المزيد من الاقتصاد</a><a data-article href="/ar/318240">عاجل: هزة أرضية خفيفة تضرب الساحل</a>
<a data-article href="/ar/culture/318244/مهرجان-الفيلم">مهرجان الفيلم القصير يعلن أسماء الفائزين بجوائزه هذا العام</a>
<section class="opinion"><a href="/ar/authors/20117/ريم-الخطيب">ريم الخطيب</a><a data-article href="/ar/opinion/318250/ما-بعد-الشتاء">ما بعد الشتاء</a></section>
<section class="videos"><a href="/ar/videos/70112/شاهد-لحظة-وصول-القطار-الأول">شاهد.. لحظة وصول القطار الأول إلى المحطة</a><a href="/ar/video/70113">تقرير مصور من السوق القديم في المدينة</a></section>
<section class="gallery"><a href="/ar/gallery/80112/صور-من-احتفالات-المدينة-بالعيد">صور من احتفالات المدينة بالعيد</a><a href="/ar/programs/1207/episodes/99812">الحلقة الكاملة من برنامج المساء لهذا الأسبوع</a><a href="/ar/podcasts/88231/بودكاست-حكايات-من-الطريق-الطويل">بودكاست: حكايات من الطريق الطويل</a></section>
<ul class="tags"><li><a href="/ar/tags/318/النقل-البري-بين-المدن">النقل البري بين المدن</a></li><li><a href="/ar/topics/99121">ملف المياه</a></li></ul></main>
<footer><a href="/ar/page/12/about">من نحن</a><a href="/ar/privacy">الخصوصية</a><a href="/ar/careers/22110">وظائف</a><a href="/ar/newsletter">النشرة البريدية</a><a href="/ar/apps">تطبيقاتنا</a><a href="/sitemap.xml">خريطة الموقع</a></footer></body>"""

# No ids at all: words only, short ones among them; long names of sections; static pages outside of any footer.
WORDS = """
<body><div id="wrapper"><ul class="main-menu"><li><a href="/world/">World</a></li><li><a href="/middle-east-and-north-africa/">Middle East and North Africa</a></li><li><a href="/opinion/">Opinion</a></li><li><a href="/about-our-newsroom-and-standards/">About our newsroom and standards</a></li></ul>
<h2><a href="/middle-east-and-north-africa/">Middle East and North Africa</a></h2>
<div class="card"><a data-article href="/middle-east-and-north-africa/border-bridge-reopens-after-nine-years/">Border bridge reopens after nine years of repairs</a></div>
<div class="card"><a data-article href="/middle-east-and-north-africa/ferry-line-resumes/">Ferry line between the two ports resumes next week</a></div>
<div class="card"><a data-article href="/world/mayors-meet-in-istanbul-to-discuss-earthquake-safety/">Mayors meet in Istanbul to discuss earthquake safety</a></div>
<div class="card"><a data-article href="/world/grain/">Why the price of grain keeps falling in the region</a></div>
<div class="card"><a data-article href="/opinion/what-the-river-remembers/">What the river remembers</a><a href="/by/lena-haddad/">Lena Haddad</a></div>
<div class="card"><a data-article href="/analysis/roads-rails-and-the-return-of-trade.html">Roads, rails and the return of trade</a></div>
<div class="card"><a data-article href="/politics/a-quiet-deal">A quiet deal on water, and what it leaves out</a></div>
<div class="series"><a href="/series/">Series</a><a href="/events/">Events</a><a href="/subscribe/">Subscribe</a></div>
<p>We use cookies. <a href="/cookies/">Read more about how we use cookies on this site</a></p>
<div class="bottom"><a href="/terms-and-conditions/">Terms and conditions</a><a href="/corrections/">Corrections</a><a href="/jobs/">Jobs</a><a href="/archive/">Archive</a></div></div></body>"""

# Dates in the addresses, archives by date, weekly editions.
DATES = """
<body><nav><a href="/">الرئيسية</a><a href="/أخبار-عربية-ودولية">أخبار عربية ودولية</a><a href="/محليات">محليات</a><a href="/2026/11/24">اليوم</a><a href="/2026/11">هذا الشهر</a></nav>
<div class="list"><a data-article href="/أخبار-عربية-ودولية/2026/11/24/اتفاق-على-ضخ-الغاز">اتفاق على ضخ الغاز عبر الخط الشمالي 24/11/2026</a>
<a data-article href="/محليات/أخبار-محلية/2026/11/23/إضراب">إضراب</a><a data-article href="/2026/11/23/school-year-opens/">School year opens in the north</a>
<a data-article href="/news/2026/11/9/عودة-القطار-إلى-محطته-القديمة">عودة القطار إلى محطته القديمة</a><a data-article href="/2026-11-22/ay-sonu-raporu">Ay sonu raporu</a>
<a data-article href="/news/20261121/مؤتمر-صحفي">مؤتمر صحفي لوزير الزراعة غدا</a><a data-article href="/article/2026/11/21/4412">ورشة عمل حول مياه الري</a></div>
<div class="archive"><a href="/archive/2026-11-20">أرشيف</a><a href="/2026/11/23/">أمس</a><a href="/calendar/2026/12">التقويم</a><a href="/pdf/2026/11/24/edition.pdf">العدد الورقي</a><a href="/أخبار-عربية-ودولية?page=2">الصفحة التالية</a></div></body>"""

# One page for everything: no id, no words, only codes; the headline is the only sign.
CODES = """
<body><header><nav><a href="/">Ana sayfa</a><a href="/c/eko">Ekonomi</a><a href="/c/dun">Dünya</a></nav></header>
<main><a data-article href="/article/0a1b2c3d4e5f">Sınırda ticaret hacmi geçen yıla göre arttı</a><a data-article href="/article/9f8e7d6c5b4a3210">عودة المصانع إلى العمل في المنطقة الصناعية</a>
<a data-article href="/s/xK3v9Q">Belediye meclisi yeni bütçeyi oy birliğiyle kabul etti</a><a data-article href="/haber/68b6391c-02122212.html">Yeni tren hattı için imzalar atıldı</a>
<a data-article href="/news/7f9c2ba4-e88f-4d1a-9f0b-3c2d1e0f9a8b">معرض للصور في القلعة القديمة</a><a data-article href="/n/8821-kopru-acildi">Köprü açıldı</a>
<a href="/c/eko">Ekonomi haberlerinin tümü</a><a href="/u/lxA91">Editör</a></main>
<footer><a href="/yasal/kullanim">Kullanım şartları ve yasal uyarılar hakkında bilgi</a><a href="/kariyer">Kariyer</a></footer></body>"""

# A results page of a search: the same links thrice, dates glued to titles, relative addresses, a base element.
RESULTS = """
<head><base href="https://www.rasif.test/ar/"></head><body><form action="search"></form><div class="breadcrumb"><a href="/ar/">الرئيسية</a> » <a href="search?q=معبر">نتائج البحث عن كلمة معبر في الأرشيف كله</a></div>
<ol><li><a href="story/1407169/فتح-المعبر-أمام-الشاحنات"><img src="t.jpg"></a><a data-article href="story/1407169/فتح-المعبر-أمام-الشاحنات">فتح المعبر أمام الشاحنات24/11/2026</a><a href="story/1407169/فتح-المعبر-أمام-الشاحنات">اقرأ المزيد</a></li>
<li><a data-article href="./story/1407155/المعبر-يستأنف-العمل">المعبر يستأنف العمل</a></li><li><a data-article href="//m.rasif.test/ar/story/1407122/تأجيل">تأجيل</a></li>
<li><a data-article href="https://rasif.test/ar/storyamp/1407101/رسوم">رسوم جديدة على البضائع العابرة</a></li></ol>
<a href="search?q=معبر&amp;page=2">2</a><a href="search?q=معبر&amp;page=2">الصفحة التالية</a><a href="keywords/1203/معبر">معبر</a><a href="keyword/تبادل-تجاري-عبر-المعابر-البرية">تبادل تجاري عبر المعابر البرية</a>
<a href="https://ads.test/click/1407000">إعلان</a><a href="javascript:share()">شارك</a><a href="whatsapp://send?text=x">واتساب</a></body>"""

# Several languages in one page, a header without a nav element, capital letters in addresses.
KURD = """
<body><div class="header"><ul class="list-inline"><li><a href="/">ماڵەوە</a></li><li><a href="/ku/hewal">هەواڵ</a></li><li><a href="/ar/news">الأخبار</a></li><li><a href="/ar/news/middle-east">الشرق الأوسط</a></li><li><a href="/ar/tags/النفط-والغاز-في-إقليم-كوردستان">النفط والغاز في إقليم كوردستان</a></li></ul></div>
<div class="slider"><a data-article href="/ar/news/middle-east/محادثات-فنية-حول-تصدير-النفط">محادثات فنية حول تصدير النفط عبر الأنابيب</a><a data-article href="/ar/Economy/Dollar-prices-drop">انخفاض الدولار</a></div>
<div class="cols"><a data-article href="/en/Middle-East/Customs-talks-resume-in-the-border-town">Customs talks resume in the border town</a><a data-article href="/ar/سیاسة/بيان">بيان مشترك بعد لقاء ثلاثي استمر ساعات طويلة</a>
<a href="/ar/contact-the-editorial-team">للتواصل مع فريق التحرير</a><a href="/ar/report/weekly">التقرير الأسبوعي</a><a data-article href="/ar/reports/كيف-تغيرت-أسواق-المدينة-خلال-عام">كيف تغيرت أسواق المدينة خلال عام</a></div>
<div class="bottom-links"><a href="/ar/terms">الشروط</a><a href="/ar/about-us">من نحن</a><a href="/ar/advertise-with-us">أعلن معنا</a></div></body>"""

# A blog: months in the addresses, labels, static pages below /p/.
BLOG = """
<body><div id="Header1"><a href="https://defter.test/">Defter</a></div><div class="post"><h3><a data-article href="https://defter.test/2026/11/pazar-yerinde-sabah.html">Pazar yerinde sabah</a></h3><a href="https://defter.test/2026/11/pazar-yerinde-sabah.html#comments">3 yorum</a></div>
<div class="post"><h3><a data-article href="https://defter.test/2026/11/kopru.html">Köprü</a></h3></div><div class="post"><h3><a data-article href="https://defter.test/2026/10/sinirdan-notlar-ve-bir-harita.html">Sınırdan notlar ve bir harita</a></h3></div>
<a class="blog-pager-older-link" href="https://defter.test/search?updated-max=2026-10-01T00:00:00Z&max-results=7">Eski Kayıtlar</a><a href="https://defter.test/search/label/tarih">tarih</a><a href="https://defter.test/p/hakkinda.html">Hakkında</a><a href="https://defter.test/2026/">2026</a><a href="https://defter.test/2026_11_01_archive.html">Kasım</a><a href="https://defter.test/feeds/posts/default">Atom</a></body>"""

# An agency: ids as the last segment, galleries, a pager of bare numbers.
AGENCY = """
<body><div class="top-bar"><a href="/tr">TR</a><a href="/en">EN</a><a href="/ar">AR</a></div><ul class="main-nav"><li><a href="/tr/gundem">Gündem</a></li><li><a href="/tr/dunya">Dünya</a></li><li><a href="/tr/info/infografik">İnfografik</a></li><li><a href="/tr/p/abonelik-islemleri-ve-sartlari">Abonelik işlemleri ve şartları</a></li></ul>
<div><a data-article href="/tr/dunya/sinir-ticareti-icin-yeni-protokol/3401122">Sınır ticareti için yeni protokol</a><a data-article href="/tr/gundem/meclis-komisyonu-toplandi/3401130">Meclis komisyonu toplandı</a><a data-article href="/ar/الدول-العربية/توقيع-اتفاق-للنقل-البري/3401131">توقيع اتفاق للنقل البري</a><a data-article href="/tr/analiz/bolgesel-ulastirma/3401140">ANALİZ - Bölgesel ulaştırma</a>
<a href="/tr/vg/video-galeri/liman-acildi-3401150">Liman açıldı</a><a href="/tr/pg/foto-galeri/limandan-kareler">Limandan kareler</a><a href="/tr/info/infografik/41233">Ticaret hacmi</a><a href="/tr/ayrimcilikhatti/dosya/12">Dosya</a></div>
<div class="pagination"><a href="/tr/gundem/2">2</a></div><div class="footer"><a href="/tr/kurumsal/123456">Kurumsal</a><a href="/uploads/tanitim-dosyasi-2026.pdf">Tanıtım</a></div></body>"""

# A town's paper: ids before slugs, firms, columns, opinion polls.
CITY = """
<body><div class="topmenu"><a href="/haberler/guncel-haberler.html">Güncel</a><a href="/haberler/spor.html">Spor</a><a href="/firma-rehberi">Firma Rehberi</a><a href="/vefat-edenler">Vefat</a></div>
<a data-article href="/haber/45210/belediye-otobus-seferlerini-artirdi">Belediye otobüs seferlerini artırdı</a><a data-article href="/haber-45212-sinir-kapisinda-kuyruk.html">Sınır kapısında kuyruk</a><a data-article href="/haberler/guncel/hastane-acildi-h9123.html">Hastane açıldı</a><a data-article href="/news_detail.php?id=3321">Okul yeniden açıldı</a><a data-article href="/3322-okul-kapandi">Okul kapandı</a>
<a href="/yazar/41/mehmet-usta">Mehmet Usta</a><a data-article href="/kose-yazisi/981/sehrin-hafizasi">Şehrin hafızası</a><a href="/firma/551/yildiz-lokantasi">Yıldız Lokantası</a><a href="/galeri/771/kar-yagdi">Kar yağdı</a><a href="/anketler/12">Anket</a><a href="/haber_arsivi?tarih=2026-11-23">Arşiv</a><a href="/nobetci-eczaneler">Nöbetçi eczaneler</a></body>"""

# A modern front: cards, a ticker in the header, short films, quizzes, a footer in each card.
SPA = """
<body class="home"><header class="header"><a class="logo" href="/"></a><div class="ticker"><a data-article href="/news/1-4471203">تحديث: استئناف الملاحة في المرفأ</a></div></header><div class="card" ><a data-article href="/article/ur8842/انطلاق-الدورة-الجديدة">انطلاق الدورة الجديدة</a><a data-article href="/politics/2026/11/24/بين-نهرين">بين نهرين</a><a href="/politics">سياسة</a></div>
<div class="card"><a data-article href="/story/عن-المدينة-التي-عادت"><img alt="عن المدينة التي عادت إلى أهلها"></a><footer><a href="/story/عن-المدينة-التي-عادت">اقرأ</a></footer></div><div class="card"><a data-article href="/liveblog/2026/11/24/مباشر">مباشر: آخر التطورات في الشمال</a><a href="/live">بث مباشر</a></div>
<a href="/shorts/88712">قصير</a><a href="/quiz/5521">اختبر معلوماتك</a><a href="/writers/salim-n">سليم</a><a href="/country/12345/تركيا">تركيا</a><a href="/search/?q=x">بحث</a></body>"""

# Posts by number; files on a subject look like articles.
POSTS = """
<body><div id="site"><div class="head"><a href="/">الصفحة الأولى</a><a href="/main/1">أخبار</a><a href="/main/2">تقارير</a><a href="/special/ملف-إعادة-الإعمار-في-الشمال">ملف إعادة الإعمار في الشمال</a></div>
<div class="b"><a data-article href="/post/77123">وصول أول قطار بضائع إلى المحطة</a><a data-article href="/post/77120">تدشين محطة كهرباء</a><a data-article href="/opinion/post/77101/قراءة-في-الموازنة">قراءة في الموازنة</a><a data-article href="/local/هطول-الأمطار-يغلق-الطريق-الجبلي">هطول الأمطار يغلق الطريق الجبلي</a><a data-article href="/local/سوق">إقبال كبير على سوق الماشية قبل العيد بأيام</a></div>
<div class="c"><a href="/authors/سامي-يوسف">سامي يوسف</a><a href="/reporters/441">مراسلون</a><a href="/media/88123">فيديوغراف</a><a href="/ads/2026/11/offer">عرض</a><a href="/special/99">ملفات</a><a href="/pdf-edition">النسخة الورقية</a></div><div class="foot"><a href="/policy">السياسة التحريرية</a><a href="/jobs/1234">فرص عمل</a><a href="/who-we-are">من نحن</a></div></div></body>"""

# A magazine: few ids, short slugs, authors with ids. One of its articles bears no sign at all and is missed.
MAGAZINE = """
<body><div class="menu-container"><a href="/haberler">Haberler</a><a href="/dosyalar">Dosyalar</a><a href="/haberler/orta-dogu">Orta Doğu</a></div><div class="grid"><a data-article href="/haberler/orta-dogu/elektrik-hatti-onarildi-n48812">Elektrik hattı onarıldı</a><a data-article href="/haberler/ekonomi/lira-ve-ihracat">Lira ve ihracat: Üç soruda son durum ne oldu</a>
<a data-article href="/analiz/sinirda-ticaretin-yeni-rotasi">Sınırda ticaretin yeni rotası</a><a data-article href="/soylesi/muhtar-anlatiyor">Muhtar anlatıyor</a><a data-article href="/haber/2026112412345">Okullara kar tatili</a><a data-article href="/24-kasim-2026-gunun-ozeti">24 Kasım 2026: Günün özeti</a>
<a href="/dosyalar/su-krizi">Su krizi dosyası</a><a href="/yazarlarimiz/ayse-demir-1021">Ayşe Demir</a><a href="/etkinlik-takvimi">Etkinlik takvimi</a><a href="/bulten-aboneligi">Bülten</a><a href="/destek-ol-abone-ol-bagis-yap">Destek ol</a></div><div id="footer"><a href="/gizlilik-ve-cerez-politikasi-metni">Gizlilik ve çerez politikası metni</a></div><a href="/?sayfa=2" class="more">Daha fazla haber</a></body>"""

PAGES = {
    "WordPress": ("https://manara.test/", WORDPRESS), "Drupal": ("https://midan.test/ar", DRUPAL), "Turkish": ("https://www.bogaz.test/", TURKISH),
    "numbers": ("https://www.raqam.test/", NUMBERS), "queries": ("https://sual.test/index.php", QUERIES), "home": ("https://sahifa.test/ar", HOME),
    "words": ("https://words.test/", WORDS), "dates": ("https://www.tarikh.test/", DATES), "codes": ("https://kod.test/", CODES),
    "results": ("https://www.rasif.test/ar/search?q=معبر", RESULTS), "languages": ("https://shar.test/ar", KURD),
    "blog": ("https://defter.test/", BLOG), "agency": ("https://ajans.test/tr/gundem", AGENCY), "town": ("https://www.sehir.test/", CITY),
    "modern": ("https://spa.test/", SPA), "posts": ("https://a.test/", POSTS), "magazine": ("https://b.test/", MAGAZINE),
}  # fmt: skip


@dataclass(frozen=True)
class Measure:
    right: frozenset[str]
    missed: frozenset[str]
    wrong: frozenset[str]

    @property
    def recall(self) -> float:
        return len(self.right) / (len(self.right) + len(self.missed))

    @property
    def precision(self) -> float:
        return len(self.right) / (len(self.right) + len(self.wrong))


def measure(name: str) -> Measure:
    url, page = PAGES[name]
    base = re.search(r'<base href="([^"]+)"', page)
    hrefs = re.findall(r'<a data-article[^>]*? href="([^"]+)"', page)
    expected = {repair_link(href.replace("&amp;", "&"), base[1] if base else url) for href in hrefs}
    listing = read(SourceKind.LISTING, page.encode(), url=url, source=Source("t", SourceKind.LISTING, url))
    found = {entry.url for entry in listing.entries}
    assert None not in expected
    assert len(expected) == page.count("data-article")
    return Measure(frozenset(expected & found), frozenset(expected - found), frozenset(found - expected))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PAGES)
def test_articles_are_told_from_everything_else(name: str) -> None:
    result = measure(name)
    assert result.recall >= LEAST_RECALL, f"{name} misses {sorted(result.missed)}"
    assert result.precision >= LEAST_PRECISION, f"{name} takes {sorted(result.wrong)} for articles"


def test_over_all_pages_nearly_all_is_right() -> None:
    results = [measure(name) for name in PAGES]
    right, missed, wrong = (sum(len(getattr(result, name)) for result in results) for name in ("right", "missed", "wrong"))
    assert right + missed >= 80, "too few articles to measure anything"
    assert right / (right + missed) >= LEAST_RECALL_OF_ALL, f"{missed} of {right + missed} articles missed"
    assert right / (right + wrong) >= LEAST_PRECISION_OF_ALL, f"{wrong} of {right + wrong} links taken lead to no article"


# What each of the pages says of its older entries.
OLDER = {
    "WordPress": "https://manara.test/page/2/", "Drupal": "https://midan.test/ar?page=1", "Turkish": "https://www.bogaz.test/dunya?sayfa=2",
    "numbers": "https://www.raqam.test/?page=2", "queries": "https://sual.test/index.php?page=2", "home": None, "words": None,
    "dates": "https://www.tarikh.test/أخبار-عربية-ودولية?page=2", "codes": None,
    "results": "https://www.rasif.test/ar/search?q=معبر&page=2", "languages": None,
    "blog": "https://defter.test/search?updated-max=2026-10-01T00:00:00Z&max-results=7", "agency": "https://ajans.test/tr/gundem/2",
    "town": None, "modern": None, "posts": None, "magazine": "https://b.test/?sayfa=2",
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_the_way_to_older_entries_is_found_on_the_same_pages(name: str) -> None:
    url, page = PAGES[name]
    assert read(SourceKind.LISTING, page.encode(), url=url, source=Source("t", SourceKind.LISTING, url)).older == OLDER[name]

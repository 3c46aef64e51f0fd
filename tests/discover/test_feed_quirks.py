"""Feeds as content systems break them: whatever is wrong with the markup, every entry is found with its title and its link.

Each row is one quirk. A row names the entries a reader of the feed would see; all texts are our own.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass

import pytest

from core.model import Listing, Source, SourceKind
from crawler.discover import read

URL = "https://news.test/feed/"
AR = ("أنقرة تستقبل وفداً اقتصادياً من دمشق", "فتح ممر جديد للشاحنات عند الحدود", "بلدية حلب تعلن خطة لترميم السوق")
TR = ("Şam ile Ankara arasında görüşme", "Gümrük kapısında yoğunluk sürüyor", "İki ülke ulaştırma anlaşması imzaladı")
LINKS = ("https://news.test/1", "https://news.test/2", "https://news.test/3")
THREE = tuple(zip(AR, LINKS, strict=True))
TURKISH = tuple(zip(TR, LINKS, strict=True))
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Quirk:
    body: bytes
    shown: tuple[tuple[str, str], ...] = THREE
    content_type: str | None = None
    url: str = URL
    dropped: tuple[str, ...] = ()


def item(number: int, *, title: str | None = None, link: str | None = None, more: str = "") -> str:
    title = AR[number] if title is None else title
    link = LINKS[number] if link is None else link
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>\n"


def items(titles: tuple[str, ...] = AR, *, more: str = "") -> str:
    return "".join(item(number, title=title, more=more) for number, title in enumerate(titles))


def rss(inside: str | None = None, *, head: str = DECLARATION, attributes: str = "", tail: str = "</channel></rss>") -> str:
    body = items() if inside is None else inside
    return f'{head}<rss version="2.0"{attributes}><channel><title>x</title><link>https://news.test/</link>{body}{tail}'


def declared(name: str) -> str:
    return f'<?xml version="1.0" encoding="{name}"?>\n'


def atom(entries: str, *, attributes: str = "", before: str = "") -> str:
    return f'{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom"{attributes}><title>x</title>{before}{entries}</feed>'


def atom_entries(link: str = '<link href="{url}"/>', *, title: str = "<title>{text}</title>", more: str = "") -> str:
    parts = (f"<entry>{title.format(text=text)}{link.format(url=url)}<id>tag:{url}</id>{more}</entry>" for text, url in THREE)
    return "".join(parts)


def told(text: str, encoding: str = "utf-8", **expected: object) -> Quirk:
    return Quirk(text.encode(encoding), **expected)  # type: ignore[arg-type]


ENCODINGS = {
    "windows-1256 declared, UTF-8 sent": told(rss(head=declared("windows-1256"))),
    "UTF-8 declared, windows-1256 sent": told(rss(), "cp1256"),
    "windows-1256 declared and sent": told(rss(head=declared("windows-1256")), "cp1256"),
    "windows-1256 in the header only": told(rss(head=""), "cp1256", content_type="text/xml; charset=windows-1256"),
    "windows-1256 declared nowhere": told(rss(head=""), "cp1256"),
    "windows-1256 called ISO-8859-1": told(rss(head=declared("ISO-8859-1")), "cp1256", content_type="text/xml; charset=ISO-8859-1"),
    "windows-1256 called windows-1254": told(rss(head=declared("windows-1254")), "cp1256"),
    "ISO-8859-6 declared and sent": told(rss(head=declared("ISO-8859-6")), "iso8859-6"),
    "ISO-8859-6 in the header only": told(rss(head=""), "iso8859-6", content_type="text/xml; charset=iso-8859-6"),
    "ISO-8859-9 declared and sent": told(rss(items(TR), head=declared("ISO-8859-9")), "iso8859-9", shown=TURKISH),
    "ISO-8859-9 in the header only": told(
        rss(items(TR), head='<?xml version="1.0"?>'), "iso8859-9", shown=TURKISH, content_type="application/rss+xml; charset=iso-8859-9"
    ),
    "ISO-8859-9 declared, UTF-8 sent": told(rss(items(TR), head=declared("ISO-8859-9")), shown=TURKISH),
    "UTF-8 declared, windows-1254 sent": told(rss(items(TR)), "cp1254", shown=TURKISH),
    "UTF-16 with its mark, little end first": Quirk(b"\xff\xfe" + rss(head=declared("UTF-16")).encode("utf-16-le")),
    "UTF-16 with its mark, big end first": Quirk(b"\xfe\xff" + rss(head=declared("UTF-16")).encode("utf-16-be")),
    "UTF-16 without a mark, little end first": told(rss(head=declared("UTF-16")), "utf-16-le"),
    "UTF-16 without a mark, big end first": told(rss(head=declared("UTF-16")), "utf-16-be"),
    "UTF-16 without a mark behind a blank line": told("\n" + rss(head=declared("UTF-16")), "utf-16-le"),
    "UTF-16 in the header only": told(rss(head=""), "utf-16-le", content_type="text/xml; charset=utf-16"),
    "UTF-16 declared, UTF-8 sent": told(rss(head=declared("utf-16"))),
    "UTF-8 misspelt": told(rss(head=declared("utf8mb4"))),
    "two declarations that disagree": told(declared("windows-1256") + rss()),
    "UTF-8 with one broken letter": Quirk(
        rss(items() + item(0, title="cut ", link="/9")).encode().replace(b"cut ", b"cut \xd8"),
        (*THREE, ("cut \N{REPLACEMENT CHARACTER}", "https://news.test/9")),
    ),
    "UTF-8 with windows-1252 quotation marks": Quirk(
        rss(items() + item(0, title="Q", link="/9")).encode().replace(b">Q<", b">\x93Q\x94<"),
        (*THREE, ("\N{REPLACEMENT CHARACTER}Q\N{REPLACEMENT CHARACTER}", "https://news.test/9")),
    ),
    "UTF-8 encoded twice": Quirk(rss().encode().decode("latin-1").encode()),
    "UTF-8 encoded twice by way of windows-1252": Quirk(
        "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in rss(items(TR)).encode()).encode(), TURKISH
    ),
    "byte order mark": told("\ufeff" + rss()),
    "byte order mark twice": told("\ufeff\ufeff" + rss()),
    "byte order mark behind blank lines": told("\r\n\ufeff" + rss()),
    "gzip inside": Quirk(gzip.compress(rss().encode())),
}

MARKUP = {
    "no declaration": told(rss(head="")),
    "XML 1.1": told(rss(head='<?xml version="1.1" encoding="UTF-8"?>')),
    "blank lines first": told("\n \n\t" + rss()),
    "PHP warning first": told("<br />\n<b>Warning</b>:  Undefined array key in <b>/srv/functions.php</b> on line <b>7</b><br />\n" + rss()),
    "PHP notice without markup first": told("\nNotice: Undefined index: HTTP_REFERER in /srv/x.php on line 3\n" + rss()),
    "comment before the declaration": told("<!-- cached 0.3 s -->" + rss()),
    "comment with two hyphens": told(rss("<!-- a -- b -->" + items())),
    "style sheet instruction": told(rss(head=DECLARATION + '<?xml-stylesheet type="text/xsl" href="/rss.xsl"?>')),
    "document type of RSS 0.91": told(
        rss(head='<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n.test/rss.dtd">')
    ),
    "something after the end": told(rss() + "\n<script>count()</script><!-- 32 queries -->"),
    "a second feed after the end": told(rss(item(0)) + rss(item(1) + item(2), head="")),
    "duplicate attribute": told(rss(attributes=' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dc="http://purl.org/dc/elements/1.1/"')),
    "attribute without quotes": told(rss(items(more="<guid isPermaLink=false>7</guid>"))),
    "undeclared prefix": told(rss(items(more="<media:content url='https://news.test/a.jpg'/><dc:creator>x</dc:creator>"))),
    "undeclared prefix of a link": told(rss('<atom:link rel="self" href="https://news.test/feed/"/>' + items())),
    "prefix bound to something else": told(rss(items(more="<dc:title>other</dc:title>"), attributes=' xmlns:dc="urn:x-other"')),
    "namespace of RSS 1.0 around RSS 2.0": told(rss(attributes=' xmlns="http://purl.org/rss/1.0/"')),
    "namespace of Atom around RSS 2.0": told(rss(attributes=' xmlns="http://www.w3.org/2005/Atom"')),
    "unknown default namespace": told(rss(attributes=' xmlns="http://backend.userland.com/rss2"')),
    "default namespace redefined inside": told(rss(items(more='<description xmlns="http://www.w3.org/1999/xhtml"><p>p</p></description>'))),
    "capital letters": told(
        rss().replace("rss", "RSS").replace("channel", "CHANNEL").replace("<item>", "<Item>").replace("</item>", "</Item>")
    ),
    "bare ampersand in a title": told(rss(item(0, title=AR[0] + " & غيره") + item(1)), shown=((AR[0] + " & غيره", LINKS[0]), THREE[1])),
    "bare ampersands in links": told(
        rss(item(0, link="https://news.test/?a=1&id=7&lang=ar&section=2&copy=1") + item(1)),
        shown=((AR[0], "https://news.test/?a=1&id=7&lang=ar&section=2&copy=1"), THREE[1]),
    ),
    "bare less-than sign in a title": told(rss(item(0, title="3 < 5") + item(1)), shown=(("3 < 5", LINKS[0]), THREE[1])),
    "escaped ampersands in links": told(
        rss(item(0, link="https://news.test/?a=1&amp;lang=ar&amp;copy=1")), shown=((AR[0], "https://news.test/?a=1&lang=ar&copy=1"),)
    ),
    "bare ampersands in CDATA links": told(
        rss(item(0, link="<![CDATA[https://news.test/?a=1&lang=ar&copy=1]]>")), shown=((AR[0], "https://news.test/?a=1&lang=ar&copy=1"),)
    ),
    "bare ampersands in Atom links": told(
        atom(f'<entry><title>{AR[0]}</title><link href="/?a=1&lang=ar&sect=2"/></entry>'),
        shown=((AR[0], "https://news.test/?a=1&lang=ar&sect=2"),),
    ),
    "entities of HTML": told(
        rss(item(0, title="&laquo;" + AR[0] + "&raquo;&nbsp;&hellip;") + item(1)), shown=(("«" + AR[0] + "» …", LINKS[0]), THREE[1])
    ),
    "entities that nobody knows": told(rss(items(more="<description>&foo; &bar;</description>"))),
    "escaped twice": told(rss(item(0, title="&amp;quot;" + AR[0] + "&amp;quot; &amp;amp; x")), shown=(('"' + AR[0] + '" & x', LINKS[0]),)),
    "escaped tags in a title": told(rss(item(0, title="&lt;b&gt;" + AR[0] + "&lt;/b&gt;") + item(1)), shown=THREE[:2]),
    "references of windows-1252": told(rss(item(0, title="&#147;x&#148;") + item(1)), shown=(("“x”", LINKS[0]), THREE[1])),
    "half characters as references": told(rss(item(0, title=AR[0] + "&#xD83D;") + item(1)), shown=THREE[:2]),
    "control characters": told(rss(items(more="<description>a\x0b\x00\x1fb</description>"))),
    "references of control characters": told(rss(items(more="<description>a&#11;&#x1F;b</description>"))),
    "CDATA in CDATA": told(rss(items(more="<description><![CDATA[a <![CDATA[b]]> c]]></description>"))),
    "CDATA around everything": told(rss("".join(item(n, title=f"<![CDATA[{AR[n]}]]>", link=f"<![CDATA[{LINKS[n]}]]>") for n in range(3)))),
    "CDATA never closed in the last item": told(
        rss(items(), tail="<item><title>x</title><description><![CDATA[abc"), shown=THREE, dropped=("no_link",)
    ),
    "CDATA never closed in the first item": told(rss(item(0, more="<description><![CDATA[abc</description>") + item(1) + item(2))),
    "a description never closed": told(rss(item(0, more="<description><p>abc") + item(1) + item(2))),
    "a link never closed": told(rss(items().replace("</link></item>", "</item>", 1))),
    "fields in CDATA never closed": told(
        rss(f"<item><title><![CDATA[{AR[0]}]]><link><![CDATA[{LINKS[0]}]]></link></item>" + item(1) + item(2))
    ),
    "an item never closed": told(rss(items().replace("</item>", "", 1))),
    "end of CDATA in a text": told(rss(items(more="<description>a ]]> b</description>"))),
    "unclosed tags in a description": told(rss(items(more="<description><p>a<br>b<img src=x></description>"))),
    "unclosed title": told(rss(items().replace("</title><link>", "<link>", 1)), shown=THREE),
    "wrong order of closing tags": told(rss(items(more="<description><b><i>x</b></i></description>"))),
    "cut off in a tag": told(rss(tail="<item><title>x</ti"), dropped=("no_link",)),
    "cut off behind an item": told(rss(tail="")),
    "cut off in an address": told(rss(tail="<item><title>x</title><link>https://news.te"), dropped=("no_link",)),
    "two channels": told(rss(item(0), tail="</channel><channel><title>y</title>" + item(1) + item(2) + "</channel></rss>")),
    "items outside the channel": told(rss("", tail="</channel>" + items() + "</rss>")),
    "no channel": told(f"{DECLARATION}<rss version='2.0'>{items()}</rss>"),
    "RSS 1.0": told(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel rdf:about='https://news.test/'><title>x</title><link>https://news.test/</link><items><rdf:Seq>"
        + "".join(f"<rdf:li rdf:resource='{link}'/>" for link in LINKS)
        + "</rdf:Seq></items></channel>"
        + "".join(f"<item rdf:about='{link}'><title>{title}</title><link>{link}</link></item>" for title, link in THREE)
        + "</rdf:RDF>"
    ),
    "RSS 0.90": told(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        f"<channel><title>x</title></channel>{items()}</rdf:RDF>"
    ),
    "RSS 1.0 with addresses in rdf:about only": told(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>x</title></channel>'
        + "".join(f"<item rdf:about='{link}'><title>{title}</title></item>" for title, link in THREE)
        + "</rdf:RDF>"
    ),
    "5,000 items": told(
        rss("".join(item(0, title=f"خبر رقم {n}", link=f"/{n}") for n in range(5000))),
        shown=tuple((f"خبر رقم {n}", f"https://news.test/{n}") for n in range(5000)),
    ),
    "empty items among good ones": told(
        rss(item(0) + "<item/>" + item(1) + "<item></item><item> <title/> </item>" + item(2)), dropped=("no_link",) * 3
    ),
}

FIELDS = {
    "no identifiers": told(rss()),
    "identifiers that are no addresses": told(rss(items(more='<guid isPermaLink="false">4711</guid>'))),
    "identifiers before the link": told(
        rss("".join(f"<item><guid isPermaLink='true'>https://news.test/?p={n}</guid>{item(n)[6:]}" for n in range(3)))
    ),
    "identifiers called permalinks that are none": told(rss(items(more='<guid isPermaLink="true">news-4711</guid>'))),
    "the same identifier for all": told(rss(items(more="<guid>0</guid>"))),
    "the address in the identifier only": told(
        rss("".join(f"<item><title>{title}</title><guid>{link}</guid></item>" for title, link in THREE))
    ),
    "a relative address in the identifier only": told(
        rss("".join(f"<item><title>{AR[n]}</title><guid>/{n + 1}</guid></item>" for n in range(3)))
    ),
    "an empty link beside an identifier": told(
        rss("".join(f"<item><title>{title}</title><link/><guid>{link}</guid></item>" for title, link in THREE))
    ),
    "identifiers that are no addresses, and no link": told(
        rss(item(0) + "<item><title>x</title><guid isPermaLink='true'>tag-7</guid></item>"), shown=THREE[:1], dropped=("no_link",)
    ),
    "the link as atom:link only": told(
        rss(
            "".join(f'<item><title>{title}</title><atom:link href="{link}"/></item>' for title, link in THREE),
            attributes=' xmlns:atom="http://www.w3.org/2005/Atom"',
        )
    ),
    "the link as atom:link only, its prefix undeclared": told(
        rss("".join(f'<item><title>{title}</title><atom:link href="{link}"/></item>' for title, link in THREE))
    ),
    "an empty link beside atom:link": told(
        rss(
            "".join(f'<item><title>{title}</title><link></link><atom:link rel="alternate" href="{link}"/></item>' for title, link in THREE),
            attributes=' xmlns:atom="http://www.w3.org/2005/Atom"',
        )
    ),
    "atom:link of the comments after the link": told(
        rss(
            items(more='<atom:link rel="replies" href="https://news.test/comments"/>'),
            attributes=' xmlns:atom="http://www.w3.org/2005/Atom"',
        )
    ),
    "atom:link of the feed itself in every item": told(
        rss(items(more='<atom:link rel="self" href="https://news.test/feed/"/>'), attributes=' xmlns:atom="http://www.w3.org/2005/Atom"')
    ),
    "the link in href": told(rss("".join(f'<item><title>{title}</title><link href="{link}"/></item>' for title, link in THREE))),
    "line feeds and blanks in the link": told(rss("".join(item(n, link=f"\n\t  {LINKS[n]}\n  ") for n in range(3)))),
    "line feeds in CDATA in the link": told(rss("".join(item(n, link=f"<![CDATA[\n{LINKS[n]}\n]]>") for n in range(3)))),
    "relative links": told(rss("".join(item(n, link=f"/{n + 1}") for n in range(3)))),
    "relative links without a slash": told(rss("".join(item(n, link=str(n + 1)) for n in range(3)))),
    "relative links in a feed on another host": told(
        rss("".join(item(n, link=f"/{n + 1}") for n in range(3))), url="https://feeds.test/news"
    ),
    "relative links in a feed that names localhost": told(
        rss("".join(item(n, link=f"/{n + 1}") for n in range(3))).replace("<link>https://news.test/<", "<link>http://localhost:8080/<")
    ),
    "relative links with xml:base": told(
        rss("".join(item(n, link=str(n + 1)) for n in range(3)), attributes=' xml:base="https://news.test/"'), url="https://feeds.test/a/b"
    ),
    "relative links with a relative xml:base": told(
        atom(atom_entries('<link href="{url}"/>').replace("https://news.test/", ""), attributes=' xml:base="/"')
    ),
    "xml:base of an entry": told(
        atom(atom_entries().replace("https://news.test/", "").replace("<entry>", '<entry xml:base="https://news.test/">')),
        url="https://feeds.test/a/b",
    ),
    "links without a scheme": told(rss("".join(item(n, link=f"//news.test/{n + 1}") for n in range(3)))),
    "links without the slash after the host": told(
        rss("".join(item(n, link=f"http://www.news.testأخبار/{n + 1}") for n in range(3))),
        shown=tuple((AR[n], f"http://www.news.test/أخبار/{n + 1}") for n in range(3)),
    ),
    "blanks inside links": told(
        rss("".join(item(n, link=f"https://news.test/a b/{n}") for n in range(3))),
        shown=tuple((AR[n], f"https://news.test/a%20b/{n}") for n in range(3)),
    ),
    "links escaped twice": told(
        rss("".join(item(n, link=f"https://news.test/?a=1&amp;amp;id={n}") for n in range(3))),
        shown=tuple((AR[n], f"https://news.test/?a=1&id={n}") for n in range(3)),
    ),
    "two links": told(rss(items(more="<link>https://news.test/other</link>"))),
    "a link in a picture of the item": told(
        rss(items(more="<image><url>https://news.test/a.jpg</url><title>صورة</title><link>https://news.test/pictures</link></image>"))
    ),
    "a title of the picture": told(
        rss(
            items(more="<media:content url='https://news.test/a.jpg'><media:title>صورة</media:title></media:content>"),
            attributes=' xmlns:media="http://search.yahoo.com/mrss/"',
        )
    ),
    "a title of the picture before the title": told(
        rss(
            "".join(f"<item><media:group><media:title>صورة</media:title></media:group>{item(n)[6:]}" for n in range(3)),
            attributes=' xmlns:media="http://search.yahoo.com/mrss/"',
        )
    ),
    "the source's title and link": told(rss(items(more='<source url="https://agency.test/rss">وكالة</source>'))),
    "dc:title beside the title": told(rss(items(more="<dc:title/>"), attributes=' xmlns:dc="http://purl.org/dc/elements/1.1/"')),
    "dc:title instead of a title": told(
        rss(
            "".join(f"<item><dc:title>{title}</dc:title><link>{link}</link></item>" for title, link in THREE),
            attributes=' xmlns:dc="http://purl.org/dc/elements/1.1/"',
        )
    ),
    "an enclosure only": told(
        rss(item(0) + "<item><title>x</title><enclosure url='https://news.test/a.mp3' length='1' type='audio/mpeg'/></item>"),
        shown=THREE[:1],
        dropped=("no_link",),
    ),
    "an enclosure before the link": told(
        rss("".join(f"<item><enclosure url='https://news.test/a.jpg' type='image/jpeg'/>{item(n)[6:]}" for n in range(3)))
    ),
    "no titles": told(rss(items(("", "", ""))), shown=tuple(("", link) for link in LINKS)),
    "a title in markup": told(rss("".join(item(n, title=f"<![CDATA[<b>{AR[n]}</b>\n<br/>]]>") for n in range(3)))),
    "Atom without a relation": told(atom(atom_entries())),
    "Atom 0.3": told(
        atom(atom_entries('<link rel="alternate" type="text/html" href="{url}"/>'), attributes=' version="0.3"').replace(
            "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"
        )
    ),
    "Atom without a namespace": told(atom(atom_entries()).replace(' xmlns="http://www.w3.org/2005/Atom"', "")),
    "Atom with a prefix": told(
        atom(atom_entries())
        .replace("<feed xmlns=", "<feed xmlns:a=")
        .replace("</", "</a:")
        .replace("<", "<a:")
        .replace("<a:/a:", "</a:")
        .replace("<a:?", "<?")
    ),
    "Atom with other links first": told(
        atom(
            atom_entries(
                '<link rel="edit" href="/e"/><link rel="related" href="/r"/><link rel="enclosure" href="/a.mp3"/><link href="{url}"/>'
            )
        )
    ),
    "Atom with links of itself only": told(atom(atom_entries('<link rel="self" href="{url}"/>'))),
    "Atom with a link of itself before the page": told(
        atom(atom_entries('<link rel="self" href="/atom/7"/><link rel="alternate" href="{url}"/>'))
    ),
    "Atom with several alternates": told(
        atom(atom_entries('<link rel="alternate" type="text/html" href="{url}"/><link rel="alternate" type="application/json" href="/j"/>'))
    ),
    "Atom with addresses in id only": told(atom("".join(f"<entry><title>{title}</title><id>{link}</id></entry>" for title, link in THREE))),
    "Atom with XHTML": told(
        atom(
            atom_entries(
                title='<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{text}</div></title>',
                more='<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a <a href="/x">b</a></p></div></content>',
            )
        )
    ),
    "Atom with the source of each entry": told(
        atom(atom_entries(more="<source><title>أخرى</title><link href='https://other.test/'/><id>urn:o</id></source>"))
    ),
}

QUIRKS = {**ENCODINGS, **MARKUP, **FIELDS}


def read_feed(quirk: Quirk) -> Listing:
    source = Source("t", SourceKind.FEED, quirk.url)
    return read(SourceKind.FEED, quirk.body, url=quirk.url, source=source, content_type=quirk.content_type)


@pytest.mark.parametrize("name", QUIRKS)
def test_every_entry_is_found_with_its_title_and_link(name: str) -> None:
    listing = read_feed(QUIRKS[name])
    assert [(entry.title or "", entry.url) for entry in listing.entries] == list(QUIRKS[name].shown), f"{name}: {listing.notes}"
    assert sorted(reason for reason, count in listing.dropped.items() for _ in range(count)) == sorted(QUIRKS[name].dropped)

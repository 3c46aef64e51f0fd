"""What the invented outlets list their articles in: RSS, WordPress REST, sitemaps. Pure: (address, article) pairs in, text out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from newsroom.articles import DemoArticle, DemoOutlet
from newsroom.markup import paragraphs
from newsroom.pages import wrapped

Published = Sequence[tuple[str, DemoArticle]]
"""(absolute address, article), the newest first."""


def rss(outlet: DemoOutlet, home: str, published: Published) -> str:
    """RSS 2.0 as WordPress writes it; the Jannah site's carries whole articles."""
    newest = max((article.published for _, article in published), default=None)
    built = f"<lastBuildDate>{format_datetime(newest)}</lastBuildDate>" if newest else ""
    entries = "\n".join(_rss_item(outlet, url, article) for url, article in published)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>{escape(outlet.name)}</title><link>{home}</link><description>{escape(outlet.name)}</description>{built}
{entries}
</channel></rss>
"""


def _rss_item(outlet: DemoOutlet, url: str, article: DemoArticle) -> str:
    whole = f"<content:encoded><![CDATA[{paragraphs(article.paragraphs)}]]></content:encoded>" if outlet.style == "jannah" else ""
    categories = "".join(f"<category><![CDATA[{name}]]></category>" for name in (article.section, *article.tags))
    return f"""<item><title>{escape(article.title)}</title><link>{quote(url, safe=":/?=&")}</link>
<dc:creator><![CDATA[{article.author or outlet.name}]]></dc:creator><pubDate>{format_datetime(article.published)}</pubDate>
{categories}<guid isPermaLink="false">{outlet.id}-{article.id}</guid>
<description><![CDATA[<p>{escape(article.paragraphs[0][:180])} [&hellip;]</p>]]></description>{whole}</item>"""


def wordpress(outlet: DemoOutlet, published: Published) -> str:
    """``/wp-json/wp/v2/posts?_embed=1``."""
    return json.dumps([_post(outlet, url, article) for url, article in published], ensure_ascii=False)


def _post(outlet: DemoOutlet, url: str, article: DemoArticle) -> dict[str, object]:
    content = wrapped(outlet, article) if outlet.style == "majalla" else paragraphs(article.paragraphs)
    return {
        "slug": article.id,
        "link": url,
        "date": article.published.replace(tzinfo=None).isoformat(),
        "date_gmt": article.published.astimezone(UTC).replace(tzinfo=None).isoformat(),
        "title": {"rendered": escape(article.title)},
        "excerpt": {"rendered": f"<p>{escape(article.paragraphs[0][:180])} [&hellip;]</p>\n", "protected": False},
        "content": {"rendered": content, "protected": False},
        "_embedded": {
            "author": [{"name": article.author or outlet.name}],
            "wp:term": [[{"name": article.section}], [{"name": tag} for tag in article.tags]],
        },
    }


def news_sitemap(outlet: DemoOutlet, published: Published) -> str:
    """A Google-News sitemap."""
    language = "tr" if outlet.style == "bogaz" else "ar"
    urls = "\n".join(
        f"<url><loc>{escape(quote(url, safe=':/?=&'))}</loc><news:news><news:publication><news:name>{escape(outlet.name)}</news:name>"
        f"<news:language>{language}</news:language></news:publication><news:publication_date>{article.published.isoformat()}"
        f"</news:publication_date><news:title>{escape(article.title)}</news:title></news:news></url>"
        for url, article in published
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{urls}
</urlset>
"""

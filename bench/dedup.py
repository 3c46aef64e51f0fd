"""Near-duplicates: recall per variant, false merges and documents a second, through keys ► bands ► decide as the pipeline does it.

usage: python -m bench.dedup [--articles 2000] [--probes 400] [--corpus perf/corpus.py --seeds SEED_DIR]

Without ``--corpus`` the texts are made here, from word lists; with it, by that file's ``Corpus(seeds).article(i)``.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.model import Article, VerdictKind
from core.text import folded_words
from crawler.dedup import Candidate, decide, keys
from crawler.normalise.article import content_hash
from crawler.normalise.minhash import fingerprint

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
Text = tuple[str, list[str]]
SUBJECTS = [
    "الوزير",
    "الرئيس",
    "المتحدث",
    "المبعوث",
    "الوفد",
    "السفير",
    "المجلس",
    "الحزب",
    "القائد",
    "النائب",
    "المحافظ",
    "الخبير",
    "الكاتب",
    "المسؤول",
    "المندوب",
]
VERBS = ["أعلن", "نفى", "أكد", "بحث", "ناقش", "رفض", "استقبل", "حذر", "كشف", "وقع", "أجل", "طالب", "عرض", "زار", "أوضح", "أضاف"]
OBJECTS = [
    "المعبر",
    "الاتفاق",
    "اللاجئين",
    "الحدود",
    "المياه",
    "الكهرباء",
    "القمح",
    "التجارة",
    "الهدنة",
    "الدستور",
    "الموازنة",
    "الطريق",
    "المطار",
    "الميناء",
    "الجامعة",
    "السوق",
    "العملة",
    "الإعمار",
]
PLACES = [
    "دمشق",
    "أنقرة",
    "حلب",
    "إدلب",
    "بغداد",
    "أربيل",
    "موسكو",
    "جنيف",
    "الدوحة",
    "عفرين",
    "منبج",
    "الرقة",
    "حمص",
    "اللاذقية",
    "إسطنبول",
    "أضنة",
]
LINKS = ["بعد", "قبل", "خلال", "وسط", "رغم", "نحو", "بين", "ضمن", "قرب", "عبر", "تجاه", "حول", "دون", "أمام"]
ADJECTIVES = [
    "الجديد",
    "الأخير",
    "المشترك",
    "الأمني",
    "السياسي",
    "الكبير",
    "المحلي",
    "الدولي",
    "القادم",
    "الطارئ",
    "الرسمي",
    "العاجل",
    "المؤقت",
    "الواسع",
]
POOLS = (SUBJECTS, VERBS, OBJECTS, PLACES, LINKS, ADJECTIVES)


def sentence(rng: random.Random) -> str:
    words = [rng.choice(VERBS), rng.choice(SUBJECTS), rng.choice(ADJECTIVES)]
    words += [rng.choice(rng.choice(POOLS)) for _ in range(rng.randint(9, 24))]
    return " ".join(words) + "."


def own_article(number: int) -> Text:
    rng = random.Random(number)
    title = " ".join(rng.choice(pool) for pool in (SUBJECTS, VERBS, OBJECTS, ADJECTIVES, LINKS, PLACES))
    return title, [sentence(rng) for _ in range(rng.randint(9, 22))]


def corpus_articles(path: Path, seeds: str) -> Callable[[int], Text]:
    spec = importlib.util.spec_from_file_location("perf_corpus", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    corpus = module.Corpus(seeds)

    def article(number: int) -> Text:
        made = corpus.article(number)
        return made["title"], [part for para in made["paras"] for part in re.split(r"(?<=[.؟!])\s+", para)]

    return article


def as_article(number: int | str, title: str, sentences: list[str], original_title: str | None = None) -> Article:
    body = "\n".join(sentences)
    words = folded_words(body)
    return Article(
        outlet="bench", url=f"https://example.org/{number}", title=title, body=body, language="ar",
        content_hash=content_hash(words), fingerprint=fingerprint(body), original_title=original_title,
    )  # fmt: skip


# --- variants: what becomes of an article elsewhere. The title is new wherever the title alone would decide.


def repost(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    title, body = article
    tags = " ".join("#" + word for word in title.split())
    top = f"تابع تفاصيل {title} وقد تم طرح الخبر عبر الموقع .. تابع {title} والتفاصيل عبر مجلة {tags}"
    return as_article(f"r{number}", "مجلة: " + " ".join(title.split()[::-1]), [top, *body, top])


def edited(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    words = " ".join(article[1]).split()
    for at in rng.sample(range(len(words)), max(1, len(words) // 20)):
        words[at] = rng.choice(rng.choice(POOLS))
    return as_article(f"e{number}", make(number + 500_000)[0], [" ".join(words)])


def new_headline(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    return as_article(f"h{number}", make(number + 500_000)[0], article[1])


def reworded(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    """Every third word changed, as a rewording machine does; only the wrapper still tells the headline."""
    words = [rng.choice(OBJECTS) if at % 3 == 0 else word for at, word in enumerate(" ".join(article[1]).split())]
    return as_article(f"w{number}", make(number + 500_000)[0], [" ".join(words)], original_title=article[0])


def appended(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    """A second article of about the same length behind the first, under the first one's title."""
    second = make(number + 600_000)[1]
    return as_article(f"a{number}", article[0], article[1] + (second * 2)[: len(article[1])])


def appended_new_headline(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    made = appended(number, article, rng, make)
    return as_article(f"b{number}", make(number + 500_000)[0], made.body.split("\n"))


def excerpt_same_title(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    return as_article(f"x{number}", article[0], article[1][: max(3, len(article[1]) // 3)])


def excerpt_new_headline(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    return as_article(f"y{number}", make(number + 500_000)[0], article[1][: max(3, len(article[1]) // 3)])


def same_topic(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    """Must not merge: a quarter of the sentences is shared background, the headline has one word more."""
    kept = rng.sample(article[1], max(1, len(article[1]) // 4))
    fresh = (make(number + 700_000)[1] * 3)[: len(article[1]) - len(kept)]
    mixed = kept + fresh
    rng.shuffle(mixed)
    return as_article(f"s{number}", article[0] + " اليوم", mixed)


def round_up(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    """Must not merge: four stories in one text, of which this is one."""
    others = [(make(number + 800_000 + extra)[1] * 3)[: len(article[1])] for extra in range(3)]
    return as_article(f"u{number}", "نشرة الأخبار", article[1] + [line for other in others for line in other])


def generic_title(number: int, article: Text, rng: random.Random, make: Callable[[int], Text]) -> Article:
    """Must not merge: another story under the same headline."""
    return as_article(f"g{number}", article[0], make(number + 900_000)[1])


MERGE = (repost, edited, new_headline, reworded, appended, appended_new_headline, excerpt_same_title, excerpt_new_headline)
APART = (same_topic, round_up, generic_title)


class Index:
    """What storage does: candidates by equal keys or a shared band."""

    def __init__(self) -> None:
        self.candidates: dict[int, Candidate] = {}
        self._by_key: dict[bytes | int, list[int]] = defaultdict(list)

    def add(self, number: int, article: Article) -> None:
        made = keys(article)
        self.candidates[number] = Candidate(
            number, number, article.outlet, made.url, made.title, made.original_title, made.content_hash, article.fingerprint,
            NOW - timedelta(days=1), len(folded_words(article.body)),
        )  # fmt: skip
        for key in self._all(article):
            self._by_key[key].append(number)

    def find(self, article: Article) -> list[Candidate]:
        return [self.candidates[number] for number in {number for key in self._all(article) for number in self._by_key.get(key, ())}]

    def _all(self, article: Article) -> Iterator[bytes | int]:
        made = keys(article)
        yield from (made.url, made.title, made.content_hash, *made.bands)
        if made.original_title:
            yield made.original_title


def measure(make: Callable[[int], Text], articles: int, probes: int) -> dict[str, dict[str, float]]:
    """For each variant the share of probes merged with their original, merged with another, and the documents decided a second."""
    index = Index()
    started = time.perf_counter()
    for number in range(articles):
        index.add(number, as_article(number, *make(number)))
    results = {"insert": {"per_second": articles / (time.perf_counter() - started)}}
    for variant in (*MERGE, *APART):
        rng = random.Random(variant.__name__)
        right = wrong = 0
        texts = [(number, variant(number, make(number), rng, make)) for number in rng.sample(range(articles), min(probes, articles))]
        started = time.perf_counter()
        for number, article in texts:
            fingerprint(article.body)  # counted again here: the texts were made outside the measured time
            verdict = decide(article, index.find(article), now=NOW)
            right += verdict.kind is not VerdictKind.NEW and verdict.of == number
            wrong += verdict.kind is not VerdictKind.NEW and verdict.of != number
        seconds = time.perf_counter() - started
        results[variant.__name__] = {"merged": right / len(texts), "other": wrong / len(texts), "per_second": len(texts) / seconds}
    fresh = sum(decide(made, index.find(made), now=NOW).kind is not VerdictKind.NEW for made in _fresh(make, articles, probes))
    results["fresh"] = {"merged": 0.0, "other": fresh / probes, "per_second": 0.0}
    return results


def _fresh(make: Callable[[int], Text], articles: int, probes: int) -> Iterator[Article]:
    for number in range(articles + 10, articles + 10 + probes):
        title, body = make(number)
        yield as_article(f"f{number}", title, body)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--probes", type=int, default=400)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--seeds", default="")
    options = parser.parse_args()
    make = corpus_articles(options.corpus, options.seeds) if options.corpus else own_article
    results = measure(make, options.articles, options.probes)
    print(f"{options.articles} articles, {options.probes} probes a variant, insert {results['insert']['per_second']:.0f}/s")
    for name, row in results.items():
        if name != "insert":
            duty = "apart" if name in {variant.__name__ for variant in APART} or name == "fresh" else "merge"
            print(f"{duty}  {name:22s} merged {row['merged']:.3f}  with another {row['other']:.3f}  {row['per_second']:.0f}/s")


if __name__ == "__main__":
    main()

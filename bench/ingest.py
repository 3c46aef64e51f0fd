"""``rasid ingest`` and ``rasid export`` as real processes, on made-up Arabic articles: articles a second, and the memory they take.

Every tenth article is a repost of an earlier one in another outlet, cut short by a paragraph. Deterministic.

python -m bench.ingest [--articles 5000]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.corpus import WORDS

_OUTLETS = 20
_REPOST_EVERY = 10


def make_articles(count: int) -> list[dict[str, Any]]:
    """Articles of six to ten paragraphs, and reposts among them."""
    rng = random.Random(5)
    made: list[dict[str, Any]] = []
    for number in range(count):
        if number % _REPOST_EVERY == _REPOST_EVERY - 1:
            original = made[rng.randrange(max(0, number - 500), number)]
            title, paragraphs, outlet = _sentence(rng, 8), original["body"].split("\n")[:-1], f"copier_{rng.randrange(_OUTLETS)}"
        else:
            title, paragraphs = _sentence(rng, 9), [_paragraph(rng) for _ in range(rng.randint(6, 10))]
            outlet = f"outlet_{rng.randrange(_OUTLETS)}"
        at = f"2026-11-{rng.randint(1, 25):02}T{rng.randrange(24):02}:30:00"
        made.append({"id": str(number), "outlet": outlet, "title": title, "body": "\n".join(paragraphs), "published_at": at})
    return made


def _sentence(rng: random.Random, length: int) -> str:
    return " ".join(rng.choices(WORDS, k=length))


def _paragraph(rng: random.Random) -> str:
    return " ".join(f"{_sentence(rng, rng.randint(12, 25))}." for _ in range(2))


def _run(folder: Path, *arguments: str) -> tuple[float, bytes]:
    """Seconds and output of a command."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "rasid", "--config", str(folder / "rasid.toml"), *arguments], capture_output=True, check=True
    )
    return time.perf_counter() - start, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rasid.toml").write_text(f'[store]\nurl = "sqlite:///{folder / "rasid.db"}"\n', encoding="utf-8")
        file = folder / "articles.jsonl"
        file.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in make_articles(count)), encoding="utf-8")
        size = file.stat().st_size / 1e6
        seconds, said = _run(folder, "ingest", str(file), "--silent", "--json")
        counts = json.loads(said)
        assert counts["new"] == count, counts
        print(f"ingest   {count} articles, {size:.1f} MB: {count / seconds:7.0f} articles/s  reposts folded {counts['duplicates']}")
        seconds, said = _run(folder, "ingest", str(file), "--silent", "--json")
        assert json.loads(said)["known"] == count, said
        print(f"again    all known:             {count / seconds:7.0f} articles/s")
        print(
            f"memory   the larger of the two processes at its peak: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB"
        )
        for form in ("jsonl", "csv"):
            seconds, said = _run(folder, "export", "articles", "--format", form)
            print(f"export   {form:5} {count / seconds:24.0f} articles/s  {len(said) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

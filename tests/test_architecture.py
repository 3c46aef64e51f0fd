"""Who may import whom, read from the source itself. A failure names the module, the import and the rule."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"core", "storage", "crawler", "spiders", "alerts", "scheduler", "newsroom", "rasid", "web"}

STAGES = ("discover", "extract", "normalise", "dedup", "detect")
PURE = {"feedparser", "lxml", "parsel", "trafilatura", "langdetect", "selectolax", "rensa", "ahocorasick_rs", "w3lib", "yarl", "courlan"}

RULES: dict[str, tuple[set[str], set[str]]] = {
    # package: (ours, third party)
    "core": (set(), {"pydantic", "pydantic_settings"}),
    "storage": ({"core"}, {"sqlalchemy", "alembic"}),
    **{f"crawler.{stage}": ({"core", *(f"crawler.{left}" for left in STAGES[:position])}, PURE) for position, stage in enumerate(STAGES)},
    # sqlalchemy only for the type of a connection; protego reads robots.txt
    "crawler": ({"core", "storage", "crawler"}, {"scrapy", "twisted", "sqlalchemy", "protego"}),
    "spiders": ({"core", "crawler", "spiders"}, {"scrapy", "twisted"}),
    "alerts": ({"core", "storage", "alerts"}, {"aiohttp", "aiosmtplib", "apprise", "jinja2", "pydantic", "sqlalchemy"}),
    "scheduler": ({"core", "storage", "crawler", "alerts", "scheduler"}, {"apscheduler", "scrapy"}),
    # aiohttp is there for Telegram anyway; it is the server that hubs call, and what calls hubs
    "web": ({"core", "storage", "web"}, {"aiohttp"}),
    "newsroom": ({"core", "newsroom"}, {"aiohttp"}),
    "rasid": (OURS, {"typer", "rich", "sqlalchemy"}),
}
FORBIDDEN_IN_STAGES = {"socket", "time", "asyncio", "threading", "sqlite3", "urllib.request", "http.client", "subprocess"}


def modules() -> Iterator[tuple[str, Path]]:
    for package in sorted(OURS):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "versions" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imports(path: Path) -> Iterator[str]:
    """Every module imported anywhere in the file, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a name comes from; write the whole path"
            assert node.module is not None
            yield node.module
            yield from (
                f"{node.module}.{alias.name}" for alias in node.names if (ROOT / node.module.replace(".", "/") / alias.name).is_dir()
            )


def package_of(module: str) -> str:
    """The longest package with a rule that the module lies in."""
    return max((name for name in RULES if module == name or module.startswith(name + ".")), key=len, default="")


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_follow_the_design(module: str, path: Path) -> None:
    package = package_of(module)
    ours, third_party = RULES[package]
    for imported in imports(path):
        top = imported.split(".")[0]
        if top in sys.stdlib_module_names or imported == "__future__":
            continue
        if top in OURS:
            target = package_of(imported)
            allowed = target == package or target in ours or (top in ours and not package.startswith("crawler."))
            assert allowed, f"{module} imports {imported}, but {package} may import only {sorted(ours) or 'nothing'} of ours (design §2)"
        else:
            assert top in third_party, f"{module} imports {imported}, but {package} may use only {sorted(third_party)} (design §2)"


@pytest.mark.parametrize(("module", "path"), [item for item in modules() if package_of(item[0]).startswith("crawler.")])
def test_stages_are_pure(module: str, path: Path) -> None:
    for imported in imports(path):
        assert imported not in FORBIDDEN_IN_STAGES, f"{module} imports {imported}; a stage takes values and returns values"


def test_only_the_clock_asks_for_the_time() -> None:
    for module, path in modules():
        if module == "core.clock" or module.startswith("newsroom"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert name not in {"time.time", "datetime.now", "datetime.utcnow", "date.today", "datetime.today"}, (
                f"{module}:{node.lineno} calls {name}(); take a core.clock.Clock instead"
            )


def test_every_package_is_shipped() -> None:
    listed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for module, path in modules():
        if path.name == "__init__.py":
            assert f'"{module}"' in listed, f"add {module!r} to tool.setuptools.packages in pyproject.toml"

"""What mkdocs does not check itself: links outside docs/, and nothing fetched by a reader."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def load(name: str) -> ModuleType:
    """Load one of the scripts in docs/, which is not a package."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_links_of_the_pages_at_the_root_lead_somewhere() -> None:
    pages = subprocess.run(
        ["git", "ls-files", "*.md", ":!docs"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= set(pages)
    dead = [
        f"{page}: {target}"
        for page in pages
        for target in LINK.findall((ROOT / page).read_text(encoding="utf-8"))
        if not ((ROOT / page).parent / target).exists()
    ]
    assert dead == []


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<img alt="map" src="//tiles.example/1.png">',
        '<link href="https://fonts.example/css" rel="stylesheet">',
        '<link rel="stylesheet" href="https://fonts.example/css">',
    ],
)
def test_a_page_that_loads_from_elsewhere_is_refused(html: str) -> None:
    page = SimpleNamespace(file=SimpleNamespace(src_uri="index.md"))
    with pytest.raises(PluginError, match=r"index\.md"):
        load("build").on_post_page(html, page=page, config=None)


def test_a_page_may_link_elsewhere_and_load_its_own() -> None:
    html = '<a href="https://www.gov.uk">law</a><script src="assets/x.js"></script>'
    assert load("build").on_post_page(html, page=None, config=None) == html


def test_every_page_is_listed_and_the_template_is_not() -> None:
    config = load("build").on_config(SimpleNamespace(docs_dir=str(ROOT / "docs")))
    listed = {
        page
        for entry in config.nav
        for pages in entry.values()
        for page in ([pages] if isinstance(pages, str) else pages)
    }
    docs = ROOT / "docs"
    there = {page.relative_to(docs).as_posix() for page in docs.rglob("*.md")}
    assert there - listed == {"decisions/template.md"}


def test_stale_generated_pages_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    generate = load("generate")
    monkeypatch.setattr(generate, "REFERENCE", tmp_path)
    monkeypatch.setattr(generate, "PAGES", {"now.md": "platform:python_version"})
    monkeypatch.setattr("sys.argv", ["generate", "--check"])
    assert generate.main() == 1
    assert "now.md" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["generate"])
    assert generate.main() == 0
    monkeypatch.setattr("sys.argv", ["generate", "--check"])
    assert generate.main() == 0

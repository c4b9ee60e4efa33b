"""Hooks of mkdocs: pages listed by folder, and nothing loaded from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.exceptions import PluginError

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SECTIONS = (
    ("Tutorials", "tutorials"),
    ("How-to", "how-to"),
    ("Reference", "reference"),
    ("Explanation", "explanation"),
    ("Decisions", "decisions"),
)
"""The sections in the order in which a reader needs them, and their folders."""

HIDDEN = frozenset({"template.md"})

LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=["'](?:https?:)?//"""
    r"""|<link\b(?=[^>]*\brel=["'](?:stylesheet|preload|preconnect|icon)\b)[^>]*"""
    r"""\bhref=["'](?:https?:)?//""",
    re.IGNORECASE,
)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List every page there is, so that a new page needs no entry anywhere."""
    docs = Path(config.docs_dir)
    nav: list[Any] = [{"Home": "index.md"}]
    for title, folder in SECTIONS:
        pages = sorted(
            (page for page in (docs / folder).rglob("*.md") if page.name not in HIDDEN),
            key=lambda page: (page.name != "index.md", page.as_posix()),
        )
        if pages:
            nav.append({title: [page.relative_to(docs).as_posix() for page in pages]})
    nav.append({"Glossary": "glossary.md"})
    config.nav = nav
    return config


def on_post_page(output: str, page: Any, config: MkDocsConfig) -> str:
    """Refuse a page whose reader's browser would fetch something from elsewhere."""
    found = LOADED.search(output)
    if found:
        raise PluginError(f"{page.file.src_uri} loads something from elsewhere: {found.group()}")
    return output

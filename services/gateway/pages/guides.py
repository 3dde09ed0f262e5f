"""The pages of `docs/` that callers need, as pages of the suite: the same text, with its tables and programs readable by keyboard."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

GUIDES = ("integrators", "actions", "problems", "events")
FOLDER = Path(__file__).parents[3] / "docs"
NO_WORD = re.compile(r"[^a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Guide:
    """A page: its own heading, its parts as (anchor, heading), and all of it as HTML."""

    title: str
    parts: tuple[tuple[str, str], ...]
    html: Markup


@lru_cache(maxsize=len(GUIDES))
def guide(name: str) -> Guide:
    """One of `GUIDES`."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse((FOLDER / f"{name}.md").read_text())
    headings = [(token, following) for token, following in pairwise(tokens) if token.type == "heading_open"]
    for token, following in headings:
        token.attrSet("id", NO_WORD.sub("-", following.content.lower()).strip("-"))
    parts = tuple((str(t.attrs["id"]), following.content) for t, following in headings if t.tag == "h2")
    html = markdown.renderer.render(list(_dressed(tokens)), markdown.options, {})
    return Guide(headings[0][1].content, parts, Markup(html))  # noqa: S704 – our own pages, and no HTML in them


def _dressed(tokens: list[Token]) -> Iterator[Token]:
    """The tokens, with what Markdown cannot say: what scrolls takes the focus, rows have names, links lead to pages here."""
    heading, tables = "", 0
    for place, token in enumerate(tokens):
        match token.type:
            case "heading_open":
                heading = tokens[place + 1].content
            case "table_open":
                tables += 1
                label = escape(f"{heading}, table {tables}")
                yield _html(f'<div class="scrolls" role="region" aria-label="{label}" tabindex="0">')
            case "th_open":
                token.attrSet("scope", "col")
            case "tr_open" if tokens[place + 1].type == "td_open":
                _name(token, tokens[place + 1 : place + 4])
            case "inline":
                token.children = list(_leading_here(token.children or []))
        if token.type == "fence":
            yield _html(f'<pre tabindex="0"><code>{escape(token.content)}</code></pre>\n')
        else:
            yield token
        if token.type == "table_close":
            yield _html("</div>")


def _name(row: Token, first: list[Token]) -> None:
    """The row's first cell heads it; where that is a code, it is the row's anchor too."""
    opening, text, closing = first
    opening.tag = closing.tag = "th"
    opening.attrSet("scope", "row")
    if text.children and text.children[0].type == "code_inline":
        row.attrSet("id", text.children[0].content)


def _leading_here(tokens: list[Token]) -> Iterator[Token]:
    """Links to pages that are served, as links there; of others the words alone."""
    kept = True
    for token in tokens:
        if token.type == "link_open":
            page, _, anchor = str(token.attrs["href"]).partition("#")
            kept = page.removesuffix(".md") in GUIDES
            token.attrSet("href", f"/docs/{page.removesuffix('.md')}{'#' if anchor else ''}{anchor}")
        if kept or token.type not in ("link_open", "link_close"):
            yield token
        kept = kept or token.type == "link_close"


def _html(text: str) -> Token:
    return Token("html_block", "", 0, content=text)

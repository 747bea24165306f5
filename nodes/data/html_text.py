"""Reading HTML from strangers without letting its nesting run away."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from nodes.data.values import check_size, too_deep

MOST_CHARACTERS = 4_000_000
MOST_DEPTH = 400
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
CLOSED_BY_ITSELF = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
    + ("p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot", "html", "head", "body")
)
"""Elements without content, and those that a parser closes where the next begins."""


def parse_html(text: str, *, most_depth: int = MOST_DEPTH) -> LexborHTMLParser:
    """The document. Raises NodeError `data.too_large` and `data.too_deep`.

    Parsing takes quadratic time in the depth, so the depth is counted first.
    """
    check_size(text, "the HTML", MOST_CHARACTERS)
    depth = 0
    for found in TAG.finditer(text):
        name = found[2].lower()
        if name in CLOSED_BY_ITSELF:
            continue
        depth = max(depth - 1, 0) if found[1] else depth + 1
        if depth > most_depth:
            raise too_deep("the HTML", most_depth)
    return LexborHTMLParser(text)

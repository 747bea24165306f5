"""Template tags of the inbox and of the admin's look."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from orchestrator.inbox import present, queries

register = template.Library()

# HTML is shown as text.
MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def _open_link(
    renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Links leave the page without telling where from, and never take over this one."""
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    tokens[index].attrSet("target", "_blank")
    return renderer.renderToken(tokens, index, options, env)


def _name_image(
    renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Only the words of an image: it would be fetched from another host while somebody reads."""
    return escapeHtml(f"[image: {tokens[index].content}]")


MARKDOWN.add_render_rule("link_open", _open_link)
MARKDOWN.add_render_rule("image", _name_image)


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as HTML; HTML in it is escaped, `javascript:` and `data:` links are not made."""
    return mark_safe(MARKDOWN.render(text))


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the shipped set, hidden from screen readers: words stand beside it."""
    address = f"{static('inbox/icons.svg')}#{name}"
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


@register.simple_tag
def moment(at: datetime | None, style: str = "ago") -> SafeString:
    """A moment that the page turns into local time; `style`: `ago` or `clock`."""
    if at is None:
        return SafeString("")
    at = at.astimezone(UTC)
    return format_html(
        '<time datetime="{}" data-style="{}">{} UTC</time>',
        at.isoformat(),
        style,
        at.strftime("%d %b %Y %H:%M"),
    )


@register.simple_tag
def inbox_open() -> str:
    """The number on the badge; empty when nothing waits."""
    number = queries.count_open()
    return shown_count(number) if number else ""


@register.filter
def lasting(seconds: float) -> str:
    """`40 s`, `3 h 20 min`, `5 days`."""
    return present.duration(seconds)


@register.filter
def past(outcome: str) -> str:
    """`approved` → `Approved`."""
    return present.past_of(outcome)


@register.simple_tag
def bars(rows: list[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """Name, number, and its share of the largest in percent; without those that are 0."""
    most = max((number for _, number in rows), default=0)
    return [(name, number, round(100 * number / most)) for name, number in rows if number]


@register.filter
def shown_count(number: int) -> str:
    return f"{queries.COUNT_LIMIT - 1}+" if number >= queries.COUNT_LIMIT else str(number)

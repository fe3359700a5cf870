"""The one place where text becomes HTML: whatever is not `Html` already is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from techhealth.model import Issue
from techhealth.present.charts import Figure


class Html(str):
    """Markup made by `el` (or trusted by its caller); every other string is text."""

    __slots__ = ()


#: What an element may hold; None is nothing.
Child = Html | str | int | None


def el(tag: str, *children: Child, **attributes: str | int | None) -> Html:
    """Return one element with its children; texts and attribute values are escaped.

    Args:
        tag: name and classes, such as `"p"` or `"section.th-card.th-issue"`; written in code, never taken from a log.
        children: markup, text or numbers in order.
        attributes: `_` in a name stands for `-`; None leaves the attribute out.

    Examples:
        >>> el("p.lead", "1 < 2", title='"x"')
        '<p class="lead" title="&quot;x&quot;">1 &lt; 2</p>'
        >>> el("ul", el("li", "one"), None)
        '<ul><li>one</li></ul>'
    """
    name, *classes = tag.split(".")
    given = {"class": " ".join(classes) or None, **{key.replace("_", "-"): value for key, value in attributes.items()}}
    shown = "".join(f' {key}="{_text(value)}"' for key, value in given.items() if value is not None)
    return Html(f"<{name}{shown}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """Return children side by side, texts escaped."""
    return Html("".join(child if isinstance(child, Html) else _text(child) for child in children if child is not None))


#: A number and its unit stay on one line, and a shape with the word it stands for.
_TOGETHER = re.compile(r"(?<=\d) (?=(?:%|ms|s|h|KB|MB|GB)(?!\w))|(?<=[▲■○●▼►]) ")


def _text(value: object) -> str:
    """Return a value as text in markup: this is the only place that escapes."""
    return escape(_TOGETHER.sub("\u00a0", str(value)))


def plain(text: str) -> str:
    """Return a text for a place that reads markdown, such as a control's label: every sign of it stands for itself.

    Examples:
        >>> plain("a*b")
        'a&#42;b'
    """
    return re.sub(r"[^\w (),%]", lambda sign: f"&#{ord(sign.group())};", " ".join(text.split()), flags=re.ASCII)


#: What marimo wraps around the text of a label, as it stands in an element's markup.
_WRAPPED = re.compile(
    r"&#92;u003cspan class=&#92;&quot;markdown[^/]*?&#92;&quot;paragraph&#92;&quot;&#92;u003e"
    r"(.*?)&#92;u003c/span&#92;u003e&#92;u003c/span&#92;u003e"
)


#: A sign that `plain` wrote as its number, as it stands in an element's markup.
_NUMBERED = re.compile(r"&amp;#(\d+);")


def spoken(element: str) -> Html:
    """Return an element of marimo with the text of its label alone, as a screen reader is to say it."""
    return Html(_NUMBERED.sub(_letter, _WRAPPED.sub(r"\1", element)))


def _letter(numbered: re.Match[str]) -> str:
    """Return a letter, or a sign that means nothing to markup, as itself; a screen reader would spell its number."""
    letter = chr(int(numbered[1]))
    return escape(letter) if letter in ":-'./" or (not letter.isascii() and letter.isprintable()) else numbered[0]


#: The tone a shape stands for; shape, word and colour always come together.
_TONE = {"▲": "crit", "■": "warn", "○": "info", "●": "ok"}


def tone(label: str) -> str:
    """Return the tone of a label that begins with a severity's shape."""
    return _TONE.get(label[:1], "none")


def chip(label: str) -> Html:
    """Return a small label in the tone of its shape."""
    return el(f"span.th-chip.th-{tone(label)}", label)


def card(title: str, *children: Child, kind: str = "") -> Html:
    """Return a titled card."""
    return el(f"section.th-card{kind}", el("h2", title), *children)


def anchor(issue: Issue) -> str:
    """Return the name of the place on a page where an issue has its card."""
    return f"issue-{issue.id}"


def facts(rows: list[tuple[str, Child]]) -> Html:
    """Return terms and their descriptions; a description of None leaves its row out."""
    return el("dl", *(join(el("dt", term), el("dd", value)) for term, value in rows if value is not None))


def table(
    caption: str, head: list[str], rows: list[list[Child]], *, numbers: frozenset[int] = frozenset(), stacks: bool = True
) -> Html:  # fmt: skip
    """Return a table that scrolls inside its card, or where it `stacks` shows its rows one below the other on a phone;
    `numbers` are the columns set flush right."""

    def cell(tag: str, column: int, value: Child, **attributes: str | None) -> Html:
        return el(f"{tag}.th-n" if column in numbers else tag, value, **attributes)

    heads = el("tr", *(cell("th", i, text, scope="col") for i, text in enumerate(head)))
    body = [
        el("tr", *(cell("td", i, value, data_head=head[i] if stacks else None) for i, value in enumerate(row)))
        for row in rows
    ]
    inner = el("table", el("caption", caption), el("thead", heads), el("tbody", *body))
    return el(
        "div.th-scroll.th-stack" if stacks else "div.th-scroll", inner, tabindex=0, role="region", aria_label=caption
    )


#: Address of an integration by its name; of all of them for None.
Address = Callable[[str | None], str]
#: Draws a figure as markup: live in the page, still in a report.
Draw = Callable[[Figure], Html]


def place(figure: Figure, *chart: Child) -> Html:
    """Return a chart under the sentence it proves, its height kept while it loads, and its figures as a table, folded."""
    return el(
        "figure",
        el("figcaption", figure.title),
        el("div.th-chart", *chart, style=f"min-height:{figure.height}px", **_days(figure)),
        _figures(figure) if figure.body else None,
    )


def _days(figure: Figure) -> dict[str, str | int]:
    """Return what makes the days of a chart be chosen: whose they are, and a stop of the keyboard; nothing of another chart."""
    if figure.days_of is None:
        return {}
    label = f"{figure.title}. Arrow keys choose days, Escape shows all."
    return {"data_days": figure.days_of, "tabindex": 0, "role": "group", "aria_label": label}


def _figures(figure: Figure) -> Html:
    numbers = frozenset(range(1, len(figure.head)))
    shown = table(figure.title, list(figure.head), [list(row) for row in figure.body], numbers=numbers, stacks=False)
    return el("details.th-figures", el("summary", "Table", aria_label=f"Table: {figure.title}"), shown)

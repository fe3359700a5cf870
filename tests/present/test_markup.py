"""Text becomes HTML in one place."""

from html.parser import HTMLParser

import pytest

from techhealth.present.page.markup import Html, el, join
from tests.hostile import PROBES


class _Texts(HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.tags, self.text, self.values = [], "", []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.values += attrs

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("probe", PROBES)
def test_text_stays_text(probe):
    """What is not markup comes back from an HTML parser letter for letter, as text and as attribute."""
    read = _Texts(el("p", probe, title=probe))

    assert read.tags == ["p"]
    assert probe == read.text
    assert [("title", probe)] == read.values


def test_markup_is_not_escaped_twice():
    """What `el` made goes into another element as it is."""
    assert el("ul", el("li", "a & b")) == "<ul><li>a &amp; b</li></ul>"


def test_nothing_is_left_out_but_none():
    """Numbers are shown, zero too; None is nothing."""
    assert join(0, None, Html("x")) == "0x"


def test_a_number_stays_with_its_unit():
    """A number and its unit, a shape and its word are joined by a space that does not break."""
    assert el("p", "12.7 % of calls take 2 s or 2 sheets") == "<p>12.7\u00a0% of calls take 2\u00a0s or 2 sheets</p>"
    assert el("p", "▲ Errors ■ High latency") == "<p>▲\u00a0Errors ■\u00a0High latency</p>"

"""The whole page as fragments, and its text as a reader sees it."""

from html.parser import HTMLParser

from techhealth.present import page


def draw(figure):
    """Return a chart's place without the chart."""
    return page.place(figure, page.el("div"))


def whole(assessment, **top):
    """Return every fragment of the page in order."""
    return page.join(
        page.first_screen(assessment, draw=draw, upload=page.el("div"), **top),
        page.breakdown_card(assessment),
        page.issues_card(assessment, draw=draw),
        page.webhooks_card(assessment, draw=draw),
        page.latency_card(assessment, draw=draw),
        page.risk_card(assessment),
        page.recommendations_card(assessment),
        page.understood(assessment.receipt),
    )


class Parsed(HTMLParser):
    """The tags, attribute names and text of a fragment."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.names, self.text, self.open = set(), set(), "", []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        """Keep a tag and the names of its attributes."""
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag):
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Keep text."""
        self.text += data


def read(assessment, **top):
    """Return the text of the page with ordinary spaces."""
    return " ".join(Parsed(whole(assessment, **top)).text.split())

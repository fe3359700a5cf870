"""The report says what the page says, asks nobody for anything, and no text of a log becomes a part of it."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from functools import cache
from hashlib import sha256

import pytest

from techhealth.model import Owner
from techhealth.policy import Policy
from techhealth.present import page, words
from techhealth.present.audience import Audience
from techhealth.present.card import render
from techhealth.present.report import Look, report
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.present.fragments import Parsed, draw

_LIVE = Look(style="p{color:red}", charts="window.vegaEmbed=()=>Promise.resolve()")
#: What stands in the report alone.
_OURS = {
    "a", "article", "b", "body", "caption", "code", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "g", "h1", "h2", "h3",
    "h4", "head", "header", "html", "i", "li", "line", "main", "meta", "nav", "ol", "p", "path", "polyline", "pre", "rect", "script",
    "section", "small", "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "text", "th", "thead", "title", "tr",
    "ul",
}  # fmt: skip


class Document(Parsed):
    """A whole document: its elements with their attributes, and its texts one by one."""

    def __init__(self, markup):
        self.elements, self.texts = [], []
        super().__init__(markup)

    def handle_starttag(self, tag, attrs):
        """Keep an element; one that holds nothing is not left open."""
        super().handle_starttag(tag, attrs)
        self.elements.append((tag, dict(attrs)))
        if tag == "meta":
            self.open.pop()

    def handle_data(self, data):
        """Keep a text that is shown."""
        super().handle_data(data)
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(" ".join(data.split()))

    def all(self, tag):
        """Return the attributes of every such element."""
        return [attributes for name, attributes in self.elements if name == tag]


def made(assessment=None, *, audience=Audience.INTERNAL, look=_LIVE):
    """Return a report's HTML; that of the example is made once."""
    if assessment is None:
        return _example(audience, look)
    return report(assessment, Policy(), look=look, audience=audience).html


@cache
def _example(audience, look):
    return report(builders.assessment(), Policy(), look=look, audience=audience).html


@pytest.mark.parametrize("audience", Audience)
def test_no_text_of_a_log_becomes_markup(audience):
    """A report made of hostile text holds no element and no attribute that is not ours, and shows the text."""
    found = Document(made(poisoned(builders.assessment(), " ".join(PROBES)), audience=audience))

    assert found.tags <= _OURS
    assert not [name for name in found.names if name.startswith("on") or name in ("src", "srcdoc", "xlink:href")]
    assert all(attributes["href"].startswith(("#", "data:text/csv;base64,")) for attributes in found.all("a"))
    assert len(found.all("script")) == len(found.all("figure")) + 2
    assert found.open == []
    assert all(probe in found.text for probe in PROBES)


def test_only_its_own_scripts_may_run_and_nothing_may_be_loaded():
    """The policy names the hash of each script that runs, and forbids every request."""
    html = made()
    policy = next(one["content"] for one in Document(html).all("meta") if one.get("http-equiv"))
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]

    assert policy.startswith(f"default-src 'none'; script-src {' '.join(hashes)};")
    assert "unsafe-eval" not in policy
    assert "http:" not in html.replace("http://www.w3.org/", "")
    assert "https:" not in html.replace("https://vega.github.io/schema/", "")


def test_on_paper_no_script_may_run_at_all():
    """A report for the printer holds no script and allows none."""
    html = made(look=replace(_LIVE, charts=None))

    assert "script-src 'none'" in html
    assert Document(html).all("script") == []


@pytest.mark.parametrize(
    "fragment",
    [
        lambda one: page.breakdown_card(one),
        lambda one: page.issues_card(one, draw=draw),
        lambda one: page.webhooks_card(one, draw=draw),
        lambda one: page.latency_card(one, draw=draw),
        lambda one: page.risk_card(one),
        lambda one: page.recommendations_card(one),
        lambda one: page.first_screen(one, draw=draw, upload=page.Html("")),
    ],
    ids=["breakdown", "issues", "webhooks", "latency", "risk", "actions", "first screen"],
)
def test_it_says_word_for_word_what_the_page_says(fragment):
    """Every text of the page but the words about uploads and what can be done stands in the report."""
    one = builders.assessment()
    said = set(Document(fragment(one)).texts)

    assert {text for text in said if "files are not kept" not in text and "Act on this" not in text} <= set(
        Document(made()).texts
    )


def test_the_numbers_of_the_terminal_are_those_of_the_report():
    """A number of the card that `techhealth analyze` prints stands in the report."""
    one = builders.assessment()
    numbers = re.compile(r"\d[\d,.]*\d|\d")

    assert set(numbers.findall(render(one, width=120, color=False))) <= set(
        numbers.findall(" ".join(Document(made()).texts))
    )


def test_the_parts_come_in_the_order_of_the_requirement():
    """Receipt, score, breakdown, issues, latency, risk, actions, evidence."""
    text = " ".join(Document(made()).text.split())
    order = [
        "45,234 API calls", "Technical health score", "Integration health", "Critical issues", "Warnings", "Latency of successful calls",
        "Overall technical risk", "Recommended actions", "Where these figures come from", "How the figures come about", "Policy",
    ]  # fmt: skip

    places = [text.index(head) for head in order]
    assert places == sorted(places)


def test_each_chart_is_there_three_times():
    """A chart is still with its description, live as data, and a table; what is drawn twice carries no id."""
    found = Document(made())
    figures = len(found.all("figure"))
    described = [one for one in found.all("div") if one.get("role") == "img" and one.get("class") == "th-still"]

    assert figures > 8
    assert figures == len(described) == len(re.findall(r'<script type="application/json">', made()))
    assert all(one["aria-label"] for one in described)
    assert (
        len([one for one in found.all("details") if one.get("class") == "th-figures"]) > figures / 2
    )  # a few are empty here
    assert {one["id"] for _, one in found.elements if "id" in one} == {
        "App", "score", "integrations", "issues", "latency", "risk", "actions", "evidence", *(f"issue-{one.id}" for one in builders.assessment().issues),
    }  # fmt: skip


def test_the_data_of_a_chart_is_json_that_ends_no_element():
    """What a script reads can be parsed, and holds no opening bracket."""
    html = made(poisoned(builders.assessment(), PROBES[2]))
    specs = re.findall(r'<script type="application/json">(.*?)</script>', html)

    assert all(json.loads(spec)["$schema"] for spec in specs)
    assert "<" not in "".join(specs)


def test_it_can_be_read_aloud():
    """One first heading, a language, a title, landmarks, and tables with a caption whose heads say their scope."""
    found = Document(made())

    assert len(found.all("h1")) == len(found.all("main")) == len(found.all("nav")) == 1
    assert found.all("html") == [{"lang": "en", "data-techhealth": "report"}]
    assert "Acme Corp: technical health, 23–29 January 2026" in found.texts
    assert len(found.all("table")) == len(found.all("caption"))
    assert all(one.get("scope") == "col" for one in found.all("th"))


def test_the_same_assessment_gives_the_same_bytes():
    """A report holds no clock, no counter and no chance."""
    assert made() == made(builders.assessment())


def test_the_evidence_names_files_counts_policy_and_method():
    """Hash, rows, what was left out and assumed, the counts behind rates, and every setting with its source."""
    text = " ".join(Document(made()).text.split())

    assert "0" * 64 in text
    assert "no timestamp2line 812" in text
    assert "Times without a zone are read as UTC." in text
    assert "1,547 of 1,77287.3 % (86.3 % to 88.3 %)" in text
    assert "API success30 %as the score was specified" in text
    assert "Retries: share of the failures40 %measured on simulated problems" in text
    assert "the last 7 days with data" in text


def test_a_setting_that_differs_is_marked():
    """A value of the policy at hand is not credited to the default's source."""
    policy = Policy(targets=replace(Policy().targets, score=95))
    text = Document(report(builders.assessment(), policy, look=_LIVE).html).text

    assert "Target score95 pointsset in this policy" in text


@pytest.mark.parametrize("audience", Audience)
def test_without_a_score_it_still_stands(audience):
    """No score, no issue, no latency: the report says so instead of failing."""
    one = builders.assessment()
    none = replace(one.score, value=None, interval=None, band=None, lowest=None, components=())
    text = Document(
        made(replace(one, score=none, issues=(), integrations=(), recommendations=()), audience=audience)
    ).text

    assert "No score" in text
    assert "nothing can be called healthy" in text


def test_whose_fault_it_is_is_said_to_ourselves_alone():
    """The words for owners stand in the internal report, none of them in the customer's; who takes the next step is said to both."""
    ours, theirs = Document(made()), Document(made(audience=Audience.CUSTOMER))

    assert "Who" in ours.texts
    assert "Who" not in theirs.texts
    assert not re.search(r"\b(ours|theirs|shared|who:)", theirs.text)
    assert {words.OWNER[owner] for owner in Owner} & set(ours.text.lower().split())
    assert "Next step" in theirs.texts
    assert [text for text in theirs.texts if text in ("What we do", "What you can do")] == [
        "What we do",
        "What you can do",
    ]
    assert "Internal: not for the customer" in ours.texts
    assert "Internal: not for the customer" not in theirs.texts

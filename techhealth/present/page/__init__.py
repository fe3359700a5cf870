"""Assessment → HTML fragments, pure; every text is escaped by `markup.el`."""

from techhealth.present.page.actions import recommendations_card
from techhealth.present.page.issues import issues_card
from techhealth.present.page.mapping import Sheet, questions
from techhealth.present.page.markup import Draw, Html, el, join, place
from techhealth.present.page.navigation import navigation
from techhealth.present.page.portfolio import portfolio_page
from techhealth.present.page.receipt import Controls, download_label, problem_card, understood
from techhealth.present.page.summary import first_screen, missing_card
from techhealth.present.page.tables import breakdown_card, latency_card, risk_card
from techhealth.present.page.webhooks import webhooks_card

__all__ = [
    "Controls", "Draw", "Html", "Sheet", "breakdown_card", "download_label", "el", "first_screen", "issues_card", "join", "latency_card", "missing_card", "navigation", "place",
    "portfolio_page", "problem_card", "questions", "recommendations_card", "risk_card", "understood", "webhooks_card",
]  # fmt: skip

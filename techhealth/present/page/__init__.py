"""Assessment → HTML fragments, pure; every text is escaped by `markup.el`."""

from techhealth.present.page.actions import recommendations_card
from techhealth.present.page.acts import Act, acts_card, with_elements
from techhealth.present.page.compared import effect_card, figures_card, moved_card, replay_card
from techhealth.present.page.elsewhere import elsewhere
from techhealth.present.page.integration import integration_view
from techhealth.present.page.issues import issues_card
from techhealth.present.page.knobs import meant
from techhealth.present.page.mapping import Sheet, questions
from techhealth.present.page.markup import Address, Draw, Html, el, join, place, plain, spoken
from techhealth.present.page.navigation import address, navigation
from techhealth.present.page.portfolio import portfolio_page
from techhealth.present.page.receipt import Controls, download_label, problem_card, understood
from techhealth.present.page.still import still, still_choice, still_upload, waiting
from techhealth.present.page.summary import ADD, NAME_FIRST, NOT_KEPT, first_screen, judged_by, missing_card, whose_card
from techhealth.present.page.tables import breakdown_card, latency_card, risk_card
from techhealth.present.page.talking import chat_head, talk
from techhealth.present.page.turning import knobs_panel, save_card, tuning_head
from techhealth.present.page.webhooks import webhooks_card

__all__ = [
    "ADD", "NAME_FIRST", "NOT_KEPT", "Act", "Address", "Controls", "Draw", "Html", "Sheet", "acts_card", "address", "breakdown_card", "chat_head", "download_label", "effect_card", "el", "elsewhere",
        "figures_card", "first_screen", "integration_view", "issues_card", "join", "judged_by", "knobs_panel", "latency_card", "meant", "missing_card",
    "moved_card", "navigation", "place", "plain", "portfolio_page", "problem_card", "questions", "recommendations_card", "replay_card",
    "risk_card", "save_card", "spoken", "still", "still_choice", "still_upload", "talk", "tuning_head", "understood", "waiting", "webhooks_card", "whose_card", "with_elements",
]  # fmt: skip

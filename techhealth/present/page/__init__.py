"""Assessment → HTML fragments, pure; every text is escaped by `markup.el`."""

from techhealth.present.page.actions import recommendations_card
from techhealth.present.page.compared import effect_card, figures_card, moved_card, replay_card
from techhealth.present.page.integration import address, integration_view
from techhealth.present.page.issues import issues_card
from techhealth.present.page.mapping import Sheet, questions
from techhealth.present.page.markup import Draw, Html, el, join, place, plain, spoken
from techhealth.present.page.receipt import Controls, download_label, problem_card, understood
from techhealth.present.page.summary import first_screen, judged_by
from techhealth.present.page.tables import breakdown_card, latency_card, risk_card
from techhealth.present.page.turning import knobs_panel, save_card, tuning_head
from techhealth.present.page.webhooks import webhooks_card

__all__ = [
    "Controls", "Draw", "Html", "Sheet", "address", "breakdown_card", "download_label", "effect_card", "el", "figures_card", "first_screen",
    "integration_view", "issues_card", "join", "judged_by", "knobs_panel", "latency_card", "moved_card", "place", "plain", "problem_card", "questions",
    "recommendations_card", "replay_card", "risk_card", "save_card", "spoken", "tuning_head", "understood", "webhooks_card",
]  # fmt: skip

"""Assessment → one self-contained HTML document for a mail attachment or for print, pure; files and browsers are the edge's."""

from techhealth.present.report.document import BEGINNING, Look, Report, report
from techhealth.present.report.figures import wake
from techhealth.present.report.frame import report_card, report_frame
from techhealth.present.report.withhold import Withheld

__all__ = ["BEGINNING", "Look", "Report", "Withheld", "report", "report_card", "report_frame", "wake"]

"""What persists: customers, uploads with their usage, assessments, policies, tickets, meetings, signals, the audit log."""

from techhealth.store.customer_csv import import_customers
from techhealth.store.customers import Customer, Listed, customer_of, forget, judged_by, listed
from techhealth.store.database import VARIABLE, Store, connect
from techhealth.store.known import assessment_of, known, newest_assessment, save_assessment
from techhealth.store.overview import portfolio
from techhealth.store.policies import policies_of, save_policy
from techhealth.store.tickets import Ticket, TicketState, open_ticket
from techhealth.store.uploads import Upload, keep, sweep, upload_of, uploads_of

__all__ = [
    "VARIABLE", "Customer", "Listed", "Store", "Ticket", "TicketState", "Upload", "assessment_of", "connect", "customer_of", "forget",
    "import_customers", "judged_by", "keep", "known", "listed", "newest_assessment", "open_ticket", "policies_of", "portfolio", "save_assessment", "save_policy", "sweep", "upload_of",
    "uploads_of",
]  # fmt: skip

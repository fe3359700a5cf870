"""What persists: customers, uploads with their usage, assessments, policies, tickets, meetings, signals, the audit log."""

from techhealth.store.customer_csv import import_customers
from techhealth.store.customers import Customer, Listed, customer_of, customer_with, forget, judged_by, listed
from techhealth.store.database import VARIABLE, Store, connect
from techhealth.store.known import assessment_of, known, looked_at, newest_assessment, save_assessment
from techhealth.store.meetings import MeetingState
from techhealth.store.overview import portfolio
from techhealth.store.policies import policies_of, save_policy
from techhealth.store.tickets import TicketState, report_of, ticket_row, ticket_rows
from techhealth.store.uploads import RUNNING, Upload, append, keep, last_of, sweep, upload_of, uploads_of, withdraw
from techhealth.store.users import User, add_user, fingerprint, remove_user, user_with, users_of

__all__ = [
    "RUNNING", "VARIABLE", "Customer", "Listed", "MeetingState", "Store", "TicketState", "Upload", "User", "add_user", "append",
    "assessment_of", "connect", "customer_of", "customer_with", "fingerprint", "forget", "import_customers", "judged_by", "keep", "known", "last_of", "listed", "looked_at",
    "newest_assessment", "policies_of", "portfolio", "remove_user", "report_of", "save_assessment", "save_policy", "sweep", "ticket_row",
    "ticket_rows", "upload_of", "uploads_of", "user_with", "users_of", "withdraw",
]  # fmt: skip

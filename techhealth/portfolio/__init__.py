"""All customers at a glance: the short form of an assessment, the board of all of them, and what links them. Pure."""

from techhealth.portfolio.board import Account, Board, Known, Row, board_of
from techhealth.portfolio.links import Link, links
from techhealth.portfolio.practice import Handled, Median, Practice, practice_of
from techhealth.portfolio.rules import Rules
from techhealth.portfolio.summary import Finding, Summary, WeekScore, monday, summary_of

__all__ = [
    "Account", "Board", "Finding", "Handled", "Known", "Link", "Median", "Practice", "Row", "Rules", "Summary", "WeekScore", "board_of",
    "links", "monday", "practice_of", "summary_of",
]  # fmt: skip

"""What a row is and what becomes of it: calls, totals, halves, sign-ins, attempts."""

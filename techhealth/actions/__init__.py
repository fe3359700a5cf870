"""What is done about an assessment; the only room that changes anything outside."""

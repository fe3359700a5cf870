"""Lines of text → records: known forms, and what can be told of others."""

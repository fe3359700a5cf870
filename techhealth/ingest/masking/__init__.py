"""Secrets in text: what they look like, and the same text without them."""

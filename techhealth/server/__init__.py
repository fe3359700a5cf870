"""The web apps, mounted in one process."""

"""A server: its workspace, the pages and the API, the guard before them, and the demo."""

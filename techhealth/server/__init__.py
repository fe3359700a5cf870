"""The pages on a server: their workspace, the guard before them, and the demo."""

from techhealth.server.demo import demo

__all__ = ["demo"]

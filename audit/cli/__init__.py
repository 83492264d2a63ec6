"""The door: commands, messages, exit statuses.  Imports nothing heavy before a command needs it."""

from audit.cli.main import main

__all__ = ["main"]

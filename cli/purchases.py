"""Commands about purchases: what came in and was billed, and what suppliers sent in files."""

from __future__ import annotations

from cli import purchase_files, purchasing

app = purchasing.app

for _name, _command in purchase_files.COMMANDS.items():
    app.command(_name)(_command)

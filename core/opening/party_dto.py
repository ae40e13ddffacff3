"""Parties as a file gives them, and what came of them."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from pydantic import Field

from core.boundary.frozen import Frozen, Rupees
from core.boundary.lines import LineProblem
from core.parties.dto import Details, PartyKind


class ImportedParty(Frozen):
    """A party of the file. ``opening`` is all that was open with it, debit (they owe us) positive; None is nothing."""

    line: int
    details: Details
    opening: Rupees | None = None


class ImportParties(Frozen):
    """The command to import what was read of a file; ``command_id`` becomes the id of the opening document.

    ``problems`` are the lines that could not be read; without ``skip_bad`` one of them holds up the whole import.
    ``another`` adds parties that are like others, ``again`` the same file once more.
    """

    command_id: UUID = Field(strict=False)
    kind: PartyKind = Field(strict=False)
    parties: tuple[ImportedParty, ...]
    problems: tuple[LineProblem, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    skip_bad: bool = False
    another: bool = False
    again: bool = False

    def content_sha(self) -> str:
        """Return the hash of what is brought in, whatever the command's id and the lines it stood in."""
        parties = self.model_dump(mode="json", include={"parties"})["parties"]
        for party in parties:
            del party["line"]
        return hashlib.sha256(json.dumps(parties, sort_keys=True).encode()).hexdigest()


class PartiesReport(Frozen):
    """What an import of parties did, or would do. ``opening`` is what was open with all of them, debit positive."""

    kind: PartyKind = Field(strict=False)
    parties: int
    with_opening: int
    opening: Rupees
    problems: tuple[LineProblem, ...] = ()
    ignored_columns: tuple[str, ...] = ()

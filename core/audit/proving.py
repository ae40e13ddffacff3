"""Proves a stretch of the chain: the hashes, and every event that says just the rows of its own document.

Those are nearly all. What is left is named by its place, to be looked at by field (``core.audit.verify``). A stretch
needs nothing from another, so that several processes can prove one shop.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import MetaData, Table, select
from sqlalchemy.orm import Session

from core.audit.chain import Event, Stretch, walk_chain
from core.audit.findings import Finding
from core.audit.model import AuditEvent
from core.storage.base import TableRole
from core.storage.canonical_texts import CanonicalTexts, canonical_texts, has_texts
from core.storage.unit_of_work import table_of

_EVENT = table_of(AuditEvent)
_EVENTS_AT_ONCE = 250
#: Bytes of an event beyond which it is an import rather than a document's.
_LONGEST_PLAIN = 64 * 1024


@dataclass(slots=True)
class Proved:
    """What came of a stretch. ``left`` are the numbers (``seq``) of the events that are to be looked at by field."""

    events: int = 0
    rows: int = 0
    rows_of_table: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    left: array[int] = field(default_factory=lambda: array("q"))


def prove_stretch(session: Session, metadata: MetaData, stretch: Stretch, enough: int) -> Proved:
    """Prove a stretch; no more than ``enough`` findings are kept."""
    texts = _texts(session, metadata)
    proved = Proved()
    plain: list[Event] = []
    for found in walk_chain(session, stretch):
        if isinstance(found, Finding):
            proved.findings += [found][: enough - len(proved.findings)]
            continue
        proved.events += 1
        if texts and len(found.body) <= _LONGEST_PLAIN:
            plain.append(found)
        else:
            proved.left.append(found.seq)
        if len(plain) == _EVENTS_AT_ONCE:
            _prove_plain(session, texts, plain, proved)
            plain = []
    _prove_plain(session, texts, plain, proved)
    proved.left = array("q", sorted(proved.left))
    return proved


def _prove_plain(session: Session, texts: dict[str, CanonicalTexts], plain: list[Event], proved: Proved) -> None:
    documents = [bytes.fromhex(event.subject) for event in plain]
    standing = [(name, table.of_documents(session, documents)) for name, table in texts.items()]
    for event, document in zip(plain, documents, strict=True):
        rows = [(name, found[document]) for name, found in standing if document in found]
        said = ",".join([f'"{name}":[{of_document.text}]' for name, of_document in rows])
        if event.body != f'{{"rows":{{{said}}}}}'.encode():
            proved.left.append(event.seq)
            continue
        for name, of_document in rows:
            proved.rows += of_document.rows
            proved.rows_of_table[name] += of_document.rows


def _texts(session: Session, metadata: MetaData) -> dict[str, CanonicalTexts]:
    """Return the tables that hold rows of documents: asking the others of each document would only cost time."""
    dialect = session.get_bind().dialect.name
    return {
        name: canonical_texts(table)
        for name, table in sorted(metadata.tables.items())
        if table.info.get("role") is TableRole.FACT and has_texts(table, dialect) and _has_document(session, table)
    }


def _has_document(session: Session, table: Table) -> bool:
    key = next(iter(table.primary_key.columns))
    subjects = select(_EVENT.c.subject_id).where(_EVENT.c.subject_id == key)
    return session.execute(select(1).select_from(table).where(subjects.exists()).limit(1)).first() is not None

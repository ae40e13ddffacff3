"""The project's own Python files, parsed once, and the rules that read them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "cli", "pos_desktop")


@dataclass(frozen=True)
class Source:
    """One file: its path from the project's root, with forward slashes, and its syntax tree."""

    path: str
    tree: ast.Module

    @classmethod
    def of(cls, path: str, text: str) -> Source:
        """Parse a text as if it stood at that path."""
        return cls(path, ast.parse(text))

    def at(self, node: ast.AST) -> str:
        """Return where a node stands, as editors open it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def is_in(self, *folders: str) -> bool:
        """Say whether the file is in one of the folders, at any depth."""
        return any(self.path.startswith(f"{folder}/") for folder in folders)

    def imports(self) -> Iterator[tuple[ast.AST, str]]:
        """Yield each imported name in full, lazy ones and those for type checkers as well.

        ``from core.sales import dto`` yields ``core.sales.dto``; whether ``dto`` is a module or a name in
        one, the syntax cannot tell.
        """
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)

    def calls(self) -> Iterator[ast.Call]:
        """Yield each call."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


Rule = Callable[[Source], Iterator[str]]
"""Yields a line, with its place, for each breach in a file."""


@cache
def sources() -> tuple[Source, ...]:
    """Return every Python file of the programs and of core."""
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return tuple(Source.of(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files)


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for a chain of names, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (front := dotted(node.value)):
        return f"{front}.{node.attr}"
    return ""

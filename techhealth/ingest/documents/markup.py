"""XML → records: its elements become the objects of a JSON document, which holds them wherever they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any
from xml.parsers import expat

from techhealth.errors import UnreadableError
from techhealth.ingest.documents.envelope import find_records
from techhealth.ingest.documents.jsonish import made
from techhealth.ingest.documents.pairs import is_pairs
from techhealth.ingest.records import Records
from techhealth.ingest.rejects import CUT

#: Largest document; its objects take some ten times as much memory.
MOST_BYTES = 100_000_000
_DEEPEST = 60
#: Each document of a stream may declare itself; the parser wants one root around them all.
_PROLOG = re.compile(rb"<\?xml[^>]*\?>|<!DOCTYPE[^\[>]*>")
_ENTITIES = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?\s*<!DOCTYPE[^>]*\[")
#: Attributes that two elements must share to be two forms of one thing, at least half of those of the smaller one.
_SHARED = 3


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str]
    children: list[tuple[str, Any]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def value(self) -> Any:
        """Return the element as JSON would have it: its text or value alone, or an object of attributes, children and `value`."""
        text = "".join(self.text).strip()
        if not self.attributes and not self.children:
            return text
        groups: dict[str, list[Any]] = {}
        for tag, child in self.children:
            groups.setdefault(_alike(tag, child, groups), []).append(child)
        inner = {tag: items[0] if len(items) == 1 and not is_pairs(items) else items for tag, items in groups.items()}
        said = {**self.attributes, **inner, **({"value": text} if text else {})}
        return said["value"] if said.get("name") == self.tag and "value" in said else said


def is_xml(content: bytes) -> bool:
    """Return whether text begins like a document of elements."""
    return re.match(rb"\s*<[?!A-Za-z]", content) is not None


def read_xml(name: str, content: bytes) -> Records:
    """Return the records of an XML document; of one that is cut, the whole ones.

    Raises:
        UnreadableError: if it is too large, declares entities, is nested too deeply or has no list of records.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableError(
            f"{name} is XML of more than {MOST_BYTES // 1_000_000} MB. Export the log as CSV or JSON."
        )
    if _ENTITIES.match(content):
        raise UnreadableError(
            f"{name} is XML that declares entities, which is not read. Export the log as CSV or JSON."
        )
    document, cut = _parsed(name, content)
    found = find_records(document)
    if found is None:
        raise UnreadableError(f"{name} is XML without a list of records. Export the log as CSV or JSON.")
    if cut:
        found.rejects.add(CUT, 1, [(len(found.records) + 1, cut)])
    return replace(made(found), format=found.format.replace("JSON", "XML"))


def _parsed(name: str, content: bytes) -> tuple[Any, str]:
    """Return what stands in the document, and the beginning of the element in which it is cut."""
    stack = [_Element("", {})]
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEEPEST:
            raise UnreadableError(f"{name} is XML nested more than {_DEEPEST} deep, which is not a log.")
        told = {_local(key): value for key, value in attributes.items() if not key.startswith("xmlns")}
        stack.append(_Element(_local(tag), told))

    def end(_tag: str) -> None:
        whole = stack.pop()
        stack[-1].children.append((whole.tag, whole.value()))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: stack[-1].text.append(text)
    try:
        parser.Parse(b"<all>" + _PROLOG.sub(b"", content) + b"</all>", True)
    except expat.ExpatError:
        return _closed(stack)
    return stack[0].children[0][1], ""


def _closed(stack: list[_Element]) -> tuple[Any, str]:
    """Return a cut document without the element that is not whole: the outermost one that others like it stand beside."""
    depth = next(
        (n for n in range(1, len(stack)) if any(tag == stack[n].tag for tag, _ in stack[n - 1].children)), len(stack)
    )
    cut = (
        " ".join([stack[depth].tag, *stack[depth].attributes.values()]) if depth < len(stack) else "the end is missing"
    )
    for n in range(depth - 1, 0, -1):
        stack[n - 1].children.append((stack[n].tag, stack[n].value()))
    return stack[0].children[0][1] if stack[0].children else "", cut


def _alike(tag: str, child: Any, groups: dict[str, list[Any]]) -> str:
    """Return the tag whose elements have mostly the names this one has: both are forms of one thing."""
    if tag in groups or not isinstance(child, dict):
        return tag
    for other, items in groups.items():
        if isinstance(items[0], dict):
            shared = len(child.keys() & items[0].keys())
            if shared >= max(_SHARED, min(len(child), len(items[0])) / 2):
                return other
    return tag


def _local(name: str) -> str:
    return name.rpartition(":")[2]

"""The published JSON: encode, decode, and the JSON Schema that ships with the package.

Run `python -m techhealth.present.document` to rewrite `techhealth/schema/` after a change of the model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from techhealth.errors import InputError
from techhealth.model import Assessment, Receipt, Replay

Document = Assessment | Receipt | Replay
SCHEMA_FOLDER = Path(__file__).parent.parent / "schema"
#: File of the published schema → the noun it describes.
SCHEMAS: dict[str, type[Document]] = {
    "assessment-1.json": Assessment,
    "receipt-1.json": Receipt,
    "replay-1.json": Replay,
}


def to_json(document: Document) -> bytes:
    """Return the document as one line of UTF-8 JSON: instants in UTC with Z, days as YYYY-MM-DD, unknown as null."""
    return msgspec.json.encode(document) + b"\n"


def assessment_from_json(content: bytes) -> Assessment:
    """Return the assessment that `to_json` wrote; keys added by later versions are ignored.

    Raises:
        InputError: if the bytes are not a document of this schema.
    """
    try:
        found = msgspec.json.decode(content, type=Assessment)
    except msgspec.MsgspecError as error:
        raise InputError(f"not a techhealth assessment ({error}); write one with: techhealth analyze --json.") from None
    if found.schema != "techhealth.assessment/1":
        raise InputError(f"schema {found.schema!r} is not techhealth.assessment/1; use the version that wrote it.")
    return found


def json_schema(noun: type[Document]) -> bytes:
    """Return the JSON Schema (draft 2020-12) of a noun, indented; every key we write is required."""
    schema: dict[str, Any] = msgspec.json.schema(noun)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
            _pin_schema_name(definition["properties"])
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


def _pin_schema_name(properties: dict[str, Any]) -> None:
    """Turn the default of a `schema` property into the only value it may have."""
    if "schema" in properties:
        properties["schema"] = {"const": properties["schema"]["default"]}


def write_schemas(folder: Path = SCHEMA_FOLDER) -> None:
    """Write the schema files of the package."""
    folder.mkdir(exist_ok=True)
    for name, noun in SCHEMAS.items():
        (folder / name).write_bytes(json_schema(noun))


if __name__ == "__main__":
    write_schemas()

"""The published JSON is what its schema says, and comes back as it went."""

import json
from dataclasses import replace

import jsonschema
import pytest

from techhealth.errors import InputError
from techhealth.present.document import SCHEMA_FOLDER, SCHEMAS, assessment_from_json, json_schema, to_json
from tests import builders


def _schema(name):
    return json.loads((SCHEMA_FOLDER / name).read_bytes())


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_in_the_package_is_the_schema_of_the_model(name):
    """A change of the model shows in the published schema, or this fails (python -m techhealth.present.document)."""
    assert json_schema(SCHEMAS[name]) == (SCHEMA_FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_itself_a_valid_schema(name):
    """The published schema is correct JSON Schema, draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(_schema(name))


def test_an_assessment_satisfies_the_published_schema():
    """The written assessment validates."""
    jsonschema.Draft202012Validator(_schema("assessment-1.json")).validate(json.loads(to_json(builders.assessment())))


def test_a_receipt_satisfies_the_published_schema():
    """The written receipt validates, without instants as well."""
    for receipt in (builders.receipt(), replace(builders.receipt(), first=None, last=None)):
        jsonschema.Draft202012Validator(_schema("receipt-1.json")).validate(json.loads(to_json(receipt)))


def test_a_missing_key_does_not_satisfy_the_schema():
    """The schema asks for every key that we write."""
    document = json.loads(to_json(builders.assessment()))
    del document["score"]["interval"]

    with pytest.raises(jsonschema.ValidationError, match="interval"):
        jsonschema.Draft202012Validator(_schema("assessment-1.json")).validate(document)


def test_an_assessment_survives_the_round_trip():
    """Reading what was written gives the same assessment."""
    assert builders.assessment() == assessment_from_json(to_json(builders.assessment()))


def test_the_document_opens_with_its_schema():
    """A reader knows from the first key what it holds."""
    assert to_json(builders.assessment()).startswith(b'{"schema":"techhealth.assessment/1"')
    assert to_json(builders.receipt()).startswith(b'{"schema":"techhealth.receipt/1"')


def test_instants_are_utc_and_days_are_iso():
    """Instants end in Z, days are YYYY-MM-DD, intervals are pairs."""
    document = json.loads(to_json(builders.assessment()))

    assert document["receipt"]["first"] == "2026-01-01T00:00:07Z"
    assert document["generated_for"]["as_of"] == "2026-01-29"
    assert document["score"]["interval"] == [70.4, 76.0]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"schema":"other/1"}', b"\xff\xfe"])
def test_something_else_is_refused_in_one_sentence(content):
    """Bytes that are no assessment give one clear error."""
    with pytest.raises(InputError, match="not a techhealth assessment"):
        assessment_from_json(content)


def test_a_document_of_another_schema_is_refused():
    """An assessment of a later major version is not read by guessing."""
    content = to_json(builders.assessment()).replace(b"techhealth.assessment/1", b"techhealth.assessment/2")

    with pytest.raises(InputError, match=r"is not techhealth\.assessment/1"):
        assessment_from_json(content)

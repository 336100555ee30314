"""What may stand in each document, for editors and other programs? JSON Schema, made from the model.

The schemas describe what an editor checks while somebody types, the parsers of this room decide: they also
check what no schema can say, such as that ids are unique. Sections are body and not in any schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, TypeAdapter, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import core_schema

from coordinator.model.direction import Directions
from coordinator.model.entry import Fact
from coordinator.model.experiment import ExperimentPlan, Section, Summary
from coordinator.model.instruction import Instruction
from coordinator.model.record import Record, Request
from coordinator.model.report import Report
from coordinator.model.settings import Settings
from coordinator.text.config import ALIASES
from coordinator.text.frozen import FrozenFile
from coordinator.text.ledger import Envelope

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_CONDITION = r"^\s*[^\s<>=!]{1,200}\s*(<=|>=|==|!=|<|>)\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
"""`metric < number`; the summary's parser decides what exactly a condition is."""

_ANY = 1e299
"""A bound further out than this only keeps a number finite."""


class _Plain(GenerateJsonSchema):
    """Pydantic's schemas without the titles that repeat each key, and with numbers for decimals."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002  # pydantic's signature
        """Leave the title out: it would be the key once more."""
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ANN401, FBT001  # pydantic's signature
        """Tell readers that every key is there in what we write, set or not."""
        return self.mode == "serialization" or super().field_is_required(field, total)

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> Schema:
        """Ask for a number, as people write one; text would be accepted too, as of everything."""
        least = schema.get("ge")
        return {"type": "number"} if least is None or least < -_ANY else {"type": "number", "minimum": float(least)}


def schemas() -> dict[str, Schema]:
    """Give every document's schema, by the name of its file in protocol/schema/."""
    made = {
        "config": ("config/config.yaml", _config()),
        "directions": ("config/directions.yaml", _of(Directions, "validation")),
        "status": ("The front matter of status.md", _front_matter(Report, "note")),
        "plan": ("The front matter of plan.md", _front_matter(ExperimentPlan)),
        "summary": ("The front matter of summary.md", _summary()),
        "inbox": ("The front matter of inbox.md", _of(Instruction, "serialization")),
        "run": ("run.yaml", _of(FrozenFile, "serialization")),
        "ledger": ("One line of ledger.jsonl: an envelope and one fact", _ledger()),
        "record": ("record.json", _of(Record, "serialization")),
        "request": ("request.json", _of(Request, "serialization")),
    }
    return {f"{name}.json": {**schema, "$schema": _DIALECT, "title": title} for name, (title, schema) in made.items()}


def print_(schema: Mapping[str, Any]) -> bytes:
    """Print a schema as its file has it: indented, what it is first."""
    order = {key: schema[key] for key in ("$schema", "title", "description") if key in schema}
    return (json.dumps({**order, **schema}, indent=2, ensure_ascii=False) + "\n").encode()


def _of(model: type[BaseModel], mode: JsonSchemaMode) -> Schema:
    """Describe what a model reads (`validation`), or what it writes (`serialization`)."""
    return model.model_json_schema(mode=mode, schema_generator=_Plain)


def _front_matter(model: type[BaseModel], *body: str) -> Schema:
    """Describe a document without its sections, and without other fields that are its body."""
    sections = {key for key, field in model.model_fields.items() if field.annotation is Section}
    schema = _of(model, "validation")
    for key in sections.union(body):
        del schema["properties"][key]
    schema["required"] = [key for key in schema["required"] if key in schema["properties"]]
    return _with_needed_definitions(schema)


def _with_needed_definitions(schema: Schema) -> Schema:
    """Leave out the definitions that nothing refers to any more, directly or through another one."""
    definitions = schema.pop("$defs", {})
    needed: Schema = {}
    while found := [key for key in definitions if key not in needed and _refers({**schema, **needed}, key)]:
        needed |= {key: definitions[key] for key in found}
    return {"$defs": {key: needed[key] for key in sorted(needed)}, **schema} if needed else schema


def _refers(schema: Schema, definition: str) -> bool:
    return f'"#/$defs/{definition}"' in json.dumps(schema)


def _summary() -> Schema:
    """Describe summary.md's front matter, where the condition is written as text."""
    schema = _front_matter(Summary, "lines")
    about = schema["properties"]["refuted_if"]["description"]
    condition = {"anyOf": [{"type": "string", "pattern": _CONDITION}, {"type": "null"}]}
    schema["properties"]["refuted_if"] = {**condition, "default": None, "description": about}
    return _with_needed_definitions(schema)


def _config() -> Schema:
    """Describe config.yaml, with the flat keys of earlier versions, none of them beside its new name."""
    schema = _of(Settings, "validation")
    clashes = []
    for alias, (group, key) in ALIASES.items():
        definition = schema["properties"][group]["$ref"].rpartition("/")[2]
        inner = schema["$defs"][definition]["properties"][key]
        about = f"An older name of {group}.{key}: {inner['description']}"
        schema["properties"][alias] = {**inner, "description": about}
        del schema["properties"][alias]["default"]
        both = {"required": [alias, group], "properties": {group: {"required": [key]}}}
        clashes.append({"not": both})
    return {**schema, "allOf": clashes}


def _ledger() -> Schema:
    """Describe one line: the keys of each kind of fact beside those of the envelope."""
    kinds = [_line(fact) for fact in get_args(get_args(Fact)[0])]
    line: Any = Annotated[reduce(or_, kinds), Field(discriminator="kind")]
    return TypeAdapter[Any](line).json_schema(mode="serialization", schema_generator=_Plain)


def _line(fact: type[BaseModel]) -> type[BaseModel]:
    """Make a document of a fact and its envelope, under the fact's name."""
    return create_model(fact.__name__, __base__=(Envelope, fact), __doc__=fact.__doc__)

"""What crosses the border of core: strict frozen models, and how kernel values look in JSON.

Money is a string of rupees with two decimals, a date is ISO, an expiry is ``2027-03-31`` beside its precision,
a percentage is a string (``5``, ``2.5``). Core itself only sees the kernel's types.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, PlainValidator, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from core.kernel.dates import parse_iso_date
from core.kernel.errors import Problem, RuleBroken
from core.kernel.money import Money, Percent, Rate
from core.kernel.text import clean_line, clean_lines

ModelT = TypeVar("ModelT", bound=BaseModel)
ValueT = TypeVar("ValueT")
ResultT = TypeVar("ResultT")

_PROBLEM = "problem"
#: What Pydantic calls a fault, and what we do: its own words are for programmers.
_WORDS = {
    "model_type": "input.not_object",
    "string_type": "input.not_text",
    "tuple_type": "input.not_list",
    "list_type": "input.not_list",
    "bool_type": "input.not_yes_or_no",
    "bool_parsing": "input.not_yes_or_no",
    "int_type": "input.not_whole",
    "int_parsing": "input.not_whole",
    "int_from_float": "input.not_whole",
    "uuid_type": "input.not_uuid",
    "uuid_parsing": "input.not_uuid",
}


class Frozen(BaseModel):
    """A command, or a view of what is stored: cannot be changed, knows no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


def _reader(kind: type, parse: Any) -> PlainValidator:
    def read(value: object) -> object:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError(_PROBLEM, "{code}", {"code": "input.not_text", "values": {}})
        return checked(parse)(value)

    return PlainValidator(read)


def checked(check: Callable[[ValueT], ResultT]) -> Callable[[ValueT], ResultT]:
    """Return the check as a validator: a Problem it raises keeps its code and values through Pydantic."""

    def validate(value: ValueT) -> ResultT:
        try:
            return check(value)
        except Problem as problem:
            context = {"code": problem.code, "values": dict(problem.values)}
            raise PydanticCustomError(_PROBLEM, "{code}", context) from problem

    return validate


Rupees = Annotated[Money, _reader(Money, Money.parse), PlainSerializer(str, return_type=str)]
PercentText = Annotated[Percent, _reader(Percent, Percent.parse), PlainSerializer(str, return_type=str)]
RateText = Annotated[Rate, _reader(Rate, Rate.parse), PlainSerializer(str, return_type=str)]
IsoDate = Annotated[date, _reader(date, parse_iso_date), PlainSerializer(date.isoformat, return_type=str)]


def _cleaned(clean: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)


Line = Annotated[str, _cleaned(clean_line)]
Lines = Annotated[str, _cleaned(clean_lines)]


def load(model: type[ModelT], data: Mapping[str, Any] | Sequence[Any]) -> ModelT:
    """Build a model from parsed JSON.

    Raises RuleBroken with the first fault's code and its place in the input (``lines.2.quantity``).
    """
    try:
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise _first_problem(model, _telling(error.errors())) from error


def make(model: type[ModelT], values: Mapping[str, Any]) -> ModelT:
    """Build a model from values that core has already read. Raises what ``load`` does."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _first_problem(model, _telling(error.errors())) from error


def _fields_at(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """Return the fields that an object of the input may have at a place; a part that is no field tells which of
    several kinds it is of."""
    models = [model]
    for part in place:
        if isinstance(part, str):
            fields = [found for one in models if (found := one.model_fields.get(part)) is not None]
            if fields:
                models = [found for one in fields for found in _models_in(one.annotation)]
            else:
                models = [
                    one for one in models if any(part in get_args(f.annotation) for f in one.model_fields.values())
                ]
    return list(dict.fromkeys(name for one in models for name in one.model_fields))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models of an annotation, or of what it holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for each in get_args(annotation) for found in _models_in(each)]


def _written(value: object) -> str:
    """Return a value of the input as whoever wrote it would know it again."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _telling(errors: Sequence[ErrorDetails]) -> ErrorDetails:
    """Return the first fault, or the unknown field beside it where a field is missing: one of the two is mistyped."""
    first = errors[0]
    if first["type"] != "missing":
        return first
    beside = (one for one in errors if one["type"] == "extra_forbidden" and one["loc"][:-1] == first["loc"][:-1])
    return next(beside, first)


def _first_problem(model: type[BaseModel], error: ErrorDetails) -> Problem:
    where = ".".join(str(part) for part in error["loc"]) or None
    context = error.get("ctx", {})
    if error["type"] == _PROBLEM:
        values = dict(context["values"])
        if context["code"] == "input.not_text":
            values["field"] = where
        return RuleBroken(context["code"], where=where, **values)
    if error["type"] == "extra_forbidden":
        known = ", ".join(_fields_at(model, error["loc"][:-1]))
        return RuleBroken("input.unknown_field", where=where, field=where, known=known)
    if error["type"] == "missing":
        return RuleBroken("input.missing", where=where, field=where)
    if where is None:  # no field is to blame, but what was given as a whole
        return RuleBroken("input.no_object" if error["type"] == "model_type" else "input.not_read")
    field = where
    if error["type"] in _WORDS:
        return RuleBroken(_WORDS[error["type"]], where=where, field=field)
    if error["type"] in {"enum", "literal_error"}:
        return RuleBroken(
            "input.not_one_of", where=where, text=_written(error["input"]), values=context["expected"].replace("'", "")
        )
    if error["type"] == "greater_than_equal":
        return RuleBroken("input.too_small", where=where, field=field, least=context["ge"])
    if error["type"] == "less_than_equal":
        return RuleBroken("input.too_great", where=where, field=field, most=context["le"])
    if error["type"] in {"too_short", "string_too_short"}:
        if isinstance(error["input"], str) and error["input"].strip():
            return RuleBroken("input.too_short", where=where, field=field, least=context["min_length"])
        return RuleBroken("input.empty", where=where, field=field)
    if error["type"] in {"too_long", "string_too_long"}:
        return RuleBroken("input.too_long", where=where, field=field, most=context["max_length"])
    return RuleBroken("input.wrong", where=where, field=field)

"""What a spec says of its task: the input, its encoding, classes, data. Reports every mistake."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Literal

from searchspace_dsl.encoding import InputEncoding, RawDtype
from searchspace_dsl.expressions import Expression, Listing, Number, Text, Unary
from searchspace_dsl.findings import Findings, nearest
from searchspace_dsl.spec import Task
from searchspace_dsl.syntax import (
    ClassesField,
    DataField,
    Encoding,
    InputField,
    ResizeField,
    TaskDecl,
    TaskField,
)

RESIZES: dict[str, Literal["bilinear", "nearest"]] = {"bilinear": "bilinear", "nearest": "nearest"}
TASKS = ("classification", "reconstruction")
LONGEST_SIDE = 65_536
LARGEST_INPUT = 16_777_216
MOST_CLASSES = 65_536
# Each raw type with the smallest and largest number it holds.
DTYPES: dict[str, tuple[RawDtype, float, float]] = {
    "uint8": ("uint8", 0, 255),
    "int8": ("int8", -128, 127),
    "int16": ("int16", -32_768, 32_767),
    "float32": ("float32", -1e15, 1e15),
}


def check_task(task: TaskDecl, findings: Findings) -> Task | None:
    """The task, or None where something of it is missing or wrong, which is reported.

    Sides of the input that are not written as numbers are 0 in `input_shape`, until `sized` is told them.
    """
    if task.kind.name not in TASKS:
        hint = nearest(task.kind.name, TASKS)
        findings.add("NAS031", f"unknown task `{task.kind.name}`", task.kind.span, hint)
    by_kind = _fields_by_kind(task, findings)
    reconstructs = task.kind.name == "reconstruction"
    inputs, classes = by_kind.get(InputField, []), by_kind.get(ClassesField, [])
    if reconstructs and classes:
        findings.add("NAS031", "a reconstruction has no classes: its output is its input", classes[0].span)
    for name, found in (("input", inputs), ("classes", classes)):
        if not found and not (reconstructs and name == "classes"):
            findings.add("NAS030", f"the task does not say its `{name}`", task.kind.span, _EXAMPLES[name])
    if not inputs or not (classes or reconstructs):
        return None
    assert isinstance(inputs[0], InputField)
    shape = _shape(inputs[0].shape, findings)
    count, labels = (0, ()) if reconstructs else _classes(classes[0], findings)
    encoding = _encoding(inputs[0], shape[-1] if shape else None, findings)
    if shape is None or count is None or encoding is None:
        return None
    data = next(
        (field.path.value for field in by_kind.get(DataField, []) if isinstance(field, DataField)), None
    )
    resizes = [_resize(field, findings) for field in by_kind.get(ResizeField, [])]
    return Task(
        kind="reconstruction" if reconstructs else "classification",
        input_shape=shape,
        encoding=encoding,
        classes=count,
        labels=labels,
        data=data,
        resize=next(iter(resizes), None),
        span=task.span,
    )


def _fields_by_kind(task: TaskDecl, findings: Findings) -> dict[type, list[TaskField]]:
    by_kind: dict[type, list[TaskField]] = {}
    for field in task.fields:
        by_kind.setdefault(type(field), []).append(field)
    for fields in by_kind.values():
        for again in fields[1:]:
            findings.add("NAS030", "given twice in one task", again.span)
    return by_kind


_EXAMPLES = {"input": "for example `input [32, 32, 3] uint8`", "classes": "for example `classes 10`"}


def input_field(task: TaskDecl) -> InputField | None:
    """What the task says of its input."""
    return next((field for field in task.fields if isinstance(field, InputField)), None)


def sized(
    task: Task, shape: tuple[int, ...], *, decided: bool, field: InputField, findings: Findings
) -> Task:
    """The task with the largest shape of its input, which decisions may say."""
    size = prod(shape)
    span = field.shape.span
    if size > LARGEST_INPUT:
        findings.add("NAS033", f"an input of {size} numbers; at most {LARGEST_INPUT} can be", span)
    if decided and task.resize is None:
        message = "the size of the input is decided, so the task has to say how data is resized"
        findings.add("NAS033", message, span, "add `resize bilinear` or `resize nearest`")
    return replace(task, input_shape=shape)


def _resize(field: TaskField, findings: Findings) -> Literal["bilinear", "nearest"] | None:
    assert isinstance(field, ResizeField)
    method = field.method.name
    if method not in RESIZES:
        findings.add(
            "NAS033", f"data cannot be resized by `{method}`", field.method.span, nearest(method, RESIZES)
        )
        return None
    return RESIZES[method]


def _shape(expression: Expression, findings: Findings) -> tuple[int, ...] | None:
    if not isinstance(expression, Listing) or not 1 <= len(expression.items) <= 3:
        message = "an input is [height, width, channels], [time, channels] or [numbers]"
        findings.add("NAS033", message, expression.span, _EXAMPLES["input"])
        return None
    shape = []
    for item in expression.items:
        side = _signed(item)
        if side is None and item is not expression.items[-1]:
            side = 0
        elif side is None:
            message = "the last number of an input, its channels, is written as a number"
            findings.add("NAS033", message, item.span, _EXAMPLES["input"])
            return None
        elif not isinstance(side, int) or not 1 <= side <= LONGEST_SIDE:
            message = f"a side of the input is a whole number from 1 to {LONGEST_SIDE}"
            findings.add("NAS033", message, item.span)
            return None
        shape.append(side)
    return tuple(shape)


def _classes(field: TaskField, findings: Findings) -> tuple[int | None, tuple[str, ...]]:
    assert isinstance(field, ClassesField)
    value = field.value
    if isinstance(value, Number) and isinstance(value.value, int) and 2 <= value.value <= MOST_CLASSES:
        return value.value, ()
    if isinstance(value, Listing) and all(isinstance(item, Text) for item in value.items):
        labels = tuple(item.value for item in value.items if isinstance(item, Text))
        for index, label in enumerate(labels):
            if label in labels[:index]:
                findings.add("NAS033", f'the class "{label}" is named twice', value.items[index].span)
        if len(labels) >= 2:
            return len(labels), labels
    message = f"classes are a number from 2 to {MOST_CLASSES}, or two names or more"
    findings.add("NAS033", message, value.span, 'for example `classes ["no", "yes"]`')
    return None, ()


def _encoding(field: InputField, channels: int | None, findings: Findings) -> InputEncoding | None:
    dtype = field.dtype.name if field.dtype else "int8"
    if dtype not in DTYPES:
        assert field.dtype is not None
        findings.add("NAS033", f"unknown type `{dtype}`", field.dtype.span, nearest(dtype, DTYPES))
        return None
    found: dict[str, tuple[float, ...]] = {}
    for part in field.encodings:
        if part.key in found:
            findings.add("NAS030", f"`{part.key}` is given twice", part.span)
        numbers = _encoded(part, channels, findings)
        if part.key == "range" and numbers is not None:
            _check_range(part, dtype, numbers, findings)
        if numbers is not None:
            found[part.key] = numbers
    low, high = found.get("range", (None, None))
    return InputEncoding(
        raw_dtype=DTYPES[dtype][0],
        low=low,
        high=high,
        mean=found.get("mean", (0.0,)),
        std=found.get("std", (1.0,)),
    )


def _check_range(part: Encoding, dtype: str, numbers: tuple[float, ...], findings: Findings) -> None:
    _, least, most = DTYPES[dtype]
    if min(numbers) < least or max(numbers) > most:
        findings.add("NAS033", f"{dtype} holds {least}..{most} only", part.span)


def _encoded(part: Encoding, channels: int | None, findings: Findings) -> tuple[float, ...] | None:
    values: Sequence[int | float] | None
    if part.key == "range":
        values = [end.value for end in part.values if isinstance(end, Number)]
        if not values[0] < values[1]:
            findings.add("NAS033", "a range runs from its smaller end to its larger", part.span)
            return None
    else:
        only = part.values[0]
        values = [only.value] if isinstance(only, Number) else _numbers(only)
        if values is None or (channels is not None and len(values) not in (1, channels)):
            message = f"`{part.key}` is one number, or one for each of the input's {channels or ''} channels"
            findings.add("NAS033", message.replace("  ", " "), part.span)
            return None
        if part.key == "std" and min(values) <= 0:
            findings.add("NAS033", "a standard deviation is greater than 0", part.span)
            return None
    return tuple(float(value) for value in values)


def _numbers(expression: Expression) -> list[int | float] | None:
    """The numbers of a list of numbers, a minus before them allowed."""
    if not isinstance(expression, Listing):
        return None
    numbers = [_signed(item) for item in expression.items]
    return [number for number in numbers if number is not None] if None not in numbers else None


def _signed(expression: Expression) -> int | float | None:
    if (
        isinstance(expression, Unary)
        and expression.operator == "-"
        and isinstance(expression.operand, Number)
    ):
        return -expression.operand.value
    return expression.value if isinstance(expression, Number) else None

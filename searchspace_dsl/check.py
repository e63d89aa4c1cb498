"""What a spec says outside of its architectures: task, target, search settings. Reports every mistake."""

from collections.abc import Sequence
from typing import Literal

from searchspace_dsl.encoding import InputEncoding, RawDtype
from searchspace_dsl.findings import Findings, nearest
from searchspace_dsl.printing import expression_text
from searchspace_dsl.spec import Limits, Objective, SearchSettings, TargetRequest, Task
from searchspace_dsl.syntax import (
    ClassesField,
    DataField,
    Encoding,
    Expression,
    InputField,
    LimitDecl,
    Listing,
    Name,
    Number,
    SearchDecl,
    SettingDecl,
    TargetDecl,
    TaskDecl,
    Text,
    Unary,
)
from searchspace_dsl.units import factor, unit_hint, units_of

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
LIMITS = {"ram": "memory", "flash": "memory", "latency": "time", "macs": "count", "energy": "energy"}
COUNTS = {"trials": 1_000_000, "seed": 2**32 - 1, "keep": 1_000}


def check_task(task: TaskDecl, findings: Findings) -> Task | None:
    """The task, or None where something of it is missing or wrong, which is reported."""
    if task.kind.name not in TASKS:
        hint = nearest(task.kind.name, TASKS)
        findings.add("NAS031", f"unknown task `{task.kind.name}`", task.kind.span, hint)
    by_kind: dict[type, list[InputField | ClassesField | DataField]] = {}
    for field in task.fields:
        by_kind.setdefault(type(field), []).append(field)
    for fields in by_kind.values():
        for again in fields[1:]:
            findings.add("NAS030", "given twice in one task", again.span)
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
    return Task(
        kind="reconstruction" if reconstructs else "classification",
        input_shape=shape,
        encoding=encoding,
        classes=count,
        labels=labels,
        data=data,
        span=task.span,
    )


_EXAMPLES = {"input": "for example `input [32, 32, 3] uint8`", "classes": "for example `classes 10`"}


def check_target(target: TargetDecl, findings: Findings) -> TargetRequest:
    """The board asked for and its limits; wrong limits are reported and left out."""
    found: dict[str, float] = {}
    for limit in target.limits:
        if limit.name.name in found:
            findings.add("NAS030", f"`{limit.name.name}` is limited twice", limit.name.span)
        value = _limit(limit, findings)
        if value is not None:
            found[limit.name.name] = value
    whole = {name: int(found[name]) if name in found else None for name in ("ram", "flash", "macs")}
    limits = Limits(
        ram_bytes=whole["ram"],
        flash_bytes=whole["flash"],
        latency_us=found.get("latency"),
        macs=whole["macs"],
        energy_uj=found.get("energy"),
    )
    name = target.name.name if isinstance(target.name, Name) else target.name.value
    return TargetRequest(name=name, limits=limits, span=target.name.span)


def check_search(search: SearchDecl, findings: Findings) -> SearchSettings:
    """The search settings; what is not given keeps its default."""
    objectives: list[Objective] = []
    numbers: dict[str, int] = {}
    for setting in search.settings:
        key = setting.key.name
        if key in ("maximize", "minimize"):
            objective = _objective(setting, objectives, findings)
            objectives += [] if objective is None else [objective]
        elif key in COUNTS:
            if key in numbers:
                findings.add("NAS030", f"`{key}` is given twice", setting.key.span)
            numbers[key] = _count(setting, findings)
        else:
            known = ["maximize", "minimize", *COUNTS]
            findings.add("NAS031", f"unknown setting `{key}`", setting.key.span, nearest(key, known))
    defaults = SearchSettings()
    return SearchSettings(
        objectives=tuple(objectives) or defaults.objectives,
        trials=numbers.get("trials", defaults.trials),
        seed=numbers.get("seed", defaults.seed),
        keep=numbers.get("keep", defaults.keep),
    )


def _shape(expression: Expression, findings: Findings) -> tuple[int, ...] | None:
    sides = _numbers(expression)
    message = "an input is [height, width, channels], [time, channels] or [numbers]"
    if sides is None or not 1 <= len(sides) <= 3:
        findings.add("NAS033", message, expression.span, _EXAMPLES["input"])
        return None
    shape = []
    assert isinstance(expression, Listing)
    for side, item in zip(sides, expression.items, strict=True):
        if not isinstance(side, int) or not 1 <= side <= LONGEST_SIDE:
            findings.add(
                "NAS033", f"a side of the input is a whole number from 1 to {LONGEST_SIDE}", item.span
            )
            return None
        shape.append(side)
    size = 1
    for side in shape:
        size *= side
    if size > LARGEST_INPUT:
        findings.add("NAS033", f"an input of {size} numbers; at most {LARGEST_INPUT} can be", expression.span)
        return None
    return tuple(shape)


def _classes(
    field: InputField | ClassesField | DataField, findings: Findings
) -> tuple[int | None, tuple[str, ...]]:
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


def _limit(limit: LimitDecl, findings: Findings) -> float | None:
    name = limit.name.name
    dimension = LIMITS.get(name)
    if dimension is None:
        findings.add("NAS031", f"unknown limit `{name}`", limit.name.span, nearest(name, LIMITS))
        return None
    if limit.comparison != "<=":
        findings.add("NAS031", f"a limit is an upper bound: `{name} <= ...`", limit.span)
        return None
    unit = limit.unit.name if limit.unit else None
    scale = factor(unit, dimension)
    if scale is None:
        if limit.unit is None:
            message = f"`{name}` needs a unit"
            findings.add("NAS032", message, limit.value.span, f"permitted: {', '.join(units_of(dimension))}")
        else:
            message = f"`{limit.unit.name}` is no unit of {name}"
            findings.add("NAS032", message, limit.unit.span, unit_hint(limit.unit.name, dimension))
        return None
    return limit.value.value * scale


def _objective(setting: SettingDecl, earlier: list[Objective], findings: Findings) -> Objective | None:
    if not isinstance(setting.value, Name):
        message = (
            f"{setting.key.name} takes the name of a score or cost, not {expression_text(setting.value)}"
        )
        findings.add("NAS031", message, setting.value.span, "for example `maximize score`, `minimize macs`")
        return None
    metric = setting.value.name
    if any(objective.metric == metric for objective in earlier):
        findings.add("NAS030", f"`{metric}` is an objective already", setting.value.span)
        return None
    direction: Literal["maximize", "minimize"] = "maximize" if setting.key.name == "maximize" else "minimize"
    return Objective(metric=metric, direction=direction, span=setting.value.span)


def _count(setting: SettingDecl, findings: Findings) -> int:
    key, value = setting.key.name, setting.value
    least = 0 if key == "seed" else 1
    if isinstance(value, Number) and isinstance(value.value, int) and least <= value.value <= COUNTS[key]:
        return value.value
    message = f"{key} cannot be {expression_text(value)}"
    findings.add("NAS031", message, value.span, f"a whole number from {least} to {COUNTS[key]}")
    return 1


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

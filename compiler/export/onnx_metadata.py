"""What an exported file says of itself beside its nodes: where it came from, and how its input is encoded."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from typing import Literal

from compiler.ir.graph import Graph

NAME_KEY = "protonas.prototype"


def metadata_of(
    graph: Graph, kind: Literal["float", "int8"], provenance: Mapping[str, object] | None = None
) -> dict[str, str]:
    """Keys protonas.*: version, prototype, kind, layout; labels, input_encoding and provenance as JSON."""
    encoding = asdict(graph.encoding) if graph.encoding is not None else None
    return {
        "protonas.version": version("protonas"),
        NAME_KEY: graph.name,
        "protonas.kind": kind,
        "protonas.layout": "channels first",
        "protonas.labels": json.dumps(list(graph.labels), ensure_ascii=False),
        "protonas.input_encoding": json.dumps(encoding),
        "protonas.provenance": json.dumps(dict(provenance or {}), sort_keys=True),
    }


def describe_input(graph: Graph) -> str:
    """One line on what the float32 input holds."""
    encoding = graph.encoding
    if encoding is None:
        return "float32, channels first: raw values"
    mean, std = (", ".join(f"{number:g}" for number in numbers) for numbers in (encoding.mean, encoding.std))
    return f"float32, channels first: (raw - mean) / std; raw {encoding.raw_dtype}, mean {mean}, std {std}"

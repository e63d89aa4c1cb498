"""Tells whether a recorded search is the one asked for, and if not, what differs."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path

from compiler.errors import RunError
from compiler.search.evaluate import Setting
from searchspace_dsl.spec import Spec


def identity_of(spec: Spec, setting: Setting) -> dict[str, object]:
    """What must be the same for a search to go on, in the words a user knows."""
    search = spec.search
    return {
        "version": version("protonas"),
        "spec": spec.text,
        "seed": search.seed,
        "trials": search.trials,
        "objectives": [[objective.direction, objective.metric] for objective in search.objectives],
        "target": json.loads(json.dumps(asdict(setting.target))),
        "limits": asdict(setting.limits),
        "backend": setting.backend,
        "input": "outside" if setting.inputs_outside else None,
    }


def check_identity(found: Mapping[str, object], wanted: Mapping[str, object], run: Path) -> None:
    """RunError, naming each difference, unless the search in `run` is the wanted one."""
    differing = [key for key in wanted if found.get(key) != wanted[key]]
    if differing:
        details = ", ".join(_difference(key, found.get(key), wanted[key]) for key in differing)
        raise RunError(f"{run} holds another search ({details}); choose another folder or remove it")


def _difference(key: str, found: object, wanted: object) -> str:
    if key == "spec" and isinstance(found, str) and isinstance(wanted, str):
        pairs = zip_longest(found.splitlines(), wanted.splitlines())
        line = next((number for number, (old, new) in enumerate(pairs, start=1) if old != new), 1)
        return f"its spec differs in line {line}"
    if isinstance(found, dict) and isinstance(wanted, dict):
        inner = ", ".join(name for name in wanted if found.get(name) != wanted[name])
        return f"its {key} differs in {inner}" if key == "limits" else _names(key, found, wanted, inner)
    return f"its {key}: {found}, now: {wanted}"


def _names(key: str, found: Mapping[str, object], wanted: Mapping[str, object], inner: str) -> str:
    if found.get("name") != wanted.get("name"):
        return f"its {key}: {found.get('name')}, now: {wanted.get('name')}"
    return f"its {key} {found.get('name')} has another {inner}"

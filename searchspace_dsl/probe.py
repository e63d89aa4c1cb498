"""Makes sure that a space has a member that can be built, before anyone searches it."""

from collections import Counter

import numpy as np

from searchspace_dsl.elaborate import build
from searchspace_dsl.findings import Findings
from searchspace_dsl.sampling import drawn, walks
from searchspace_dsl.space import SearchSpace
from searchspace_dsl.span import Span
from searchspace_dsl.trace import UNFINISHED, trace
from searchspace_dsl.values import ImpossibleError

MOST_PROBES = 100


def probe(space: SearchSpace, where: Span, findings: Findings) -> None:
    """Looks for a member that can be built and reports a space in which it finds none.

    Reported at the most frequent reason, else at `where`; "no member" is said only where all were seen.
    """
    rng = np.random.default_rng(0)
    reasons: Counter[tuple[str, Span]] = Counter()
    seen: set[bytes] = set()
    for _ in range(min(MOST_PROBES, walks(space.unrolled))):
        vector = drawn(space.unrolled, rng)
        if vector is None:
            _report_requires(space, where, findings)
            return
        try:
            build(space.unrolled, vector, space.input_shape, space.classes)
        except ImpossibleError as error:
            reasons[error.reason, error.span or where] += 1
            seen.add(space.canonical(np.array(vector)).tobytes())
        else:
            return
    size = space.size()
    complete = size.exact and not size.reals and size.count <= len(seen)
    what = "no member can be built" if complete else f"none of {len(seen)} members drawn can be built"
    (reason, span), _ = reasons.most_common(1)[0]
    findings.add("NAS040", f"{what}: {reason}", span)


def _report_requires(space: SearchSpace, where: Span, findings: Findings) -> None:
    size = space.size()
    none = size.exact and size.count == 0
    rng = np.random.default_rng(0)
    found = trace(space.unrolled, [decision.domain.draw(rng) for decision in space.decisions])
    if found.failures == 1 + UNFINISHED:  # a number that cannot be, and no `require` at fault
        what = "no member can be built" if none else "no member was found that can be built"
        findings.add("NAS040", f"{what}: {found.violated}", found.where or where)
        return
    what = "no member satisfies" if none else "no member was found that satisfies"
    reason = f": here {found.violated}" if found.violated else ""
    findings.add("NAS041", f"{what} every `require`{reason}", found.where or where)

"""Makes sure that a space has a member that can be built, before anyone searches it."""

import numpy as np

from searchspace_dsl.findings import Findings
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.space import MemberError, SearchSpace
from searchspace_dsl.span import Span

MOST_PROBES = 100


def probe(space: SearchSpace, where: Span, findings: Findings) -> None:
    """Looks for a member; reports at `where` a space in which there is none.

    Draws members until one can be built. Where none of 100 can, the space is rejected too, and the message
    says that it is a finding, not a proof, unless all members were seen.
    """
    rng = np.random.default_rng(0)
    reasons: list[str] = []
    seen: set[bytes] = set()
    for _ in range(MOST_PROBES):
        try:
            vector = space.sample(rng)
        except MemberError as error:
            findings.add("NAS041", str(error), where)
            return
        found = space.elaborate(vector)
        if not isinstance(found, Infeasible):
            return
        seen.add(vector.tobytes())
        reasons.append(found.reason)
    size = space.size()
    everything = size.exact and not size.reals and size.count <= len(seen)
    what = "no member can be built" if everything else f"none of {len(seen)} members drawn can be built"
    findings.add("NAS040", f"{what}: {max(sorted(set(reasons)), key=reasons.count)}", where)

"""Which live buffers of a program may share bytes: what its kernels allow and its lifetimes permit."""

from collections.abc import Mapping

from compiler.ir.program import OWN_REGIONS, KernelCall, Program
from compiler.memory.lifetimes import Lifetimes, buffers_read


def permitted(program: Program, live: Lifetimes) -> dict[tuple[str, str], int]:
    """The lead in bytes of every pair (written, read) of buffers that may share bytes in this program.

    Of what the kernels allow, those pairs remain where the read buffer dies in the call, the written one is
    born in it, and every operand that the call reads from that buffer allows it.
    """
    leads: dict[tuple[str, str], int] = {}
    apart = {buffer.name for buffer in program.buffers if buffer.kind in OWN_REGIONS}
    for index, call in enumerate(program.calls):
        if not call.overlaps:
            continue
        for write in dict.fromkeys(live.storage[name] for name in call.writes):
            if live.of[write].first != index:
                continue
            for read, lead in overlapped(call, write, live.storage).items():
                if live.of[read].last == index and read not in apart:
                    leads[write, read] = lead
    return leads


def overlapped(call: KernelCall, write: str, storage: Mapping[str, str]) -> dict[str, int]:
    """The buffers that the call may overwrite with `write`, each with the largest lead asked for.

    Not those that it reads through an operand without permission, nor those that it writes as well.
    """
    found: dict[str, int] = {}
    refused = {storage[name] for name in call.writes}
    for name in buffers_read(call, storage):
        read = storage[name]
        leads = [
            overlap.lead_bytes
            for overlap in call.overlaps
            if overlap.read == name and storage[overlap.write] == write
        ]
        if leads:
            found[read] = max(*leads, found.get(read, 0))
        else:
            refused.add(read)
    return {read: lead for read, lead in found.items() if read not in refused}

"""Seal events into a hash chain per program, and verify it.

Writers never wait for one another: they only insert events. One sealer at a time (an advisory lock per
program) takes the visible events that have no seal and chains them. A removed or altered row breaks it.
"""

import hashlib
import json
from dataclasses import dataclass, field

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from scsc.audit.models import AuditEvent, AuditSeal
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope

GENESIS = "0" * 64
LOCK_SPACE = 7_301  # any number that no other advisory lock of the installation uses


@dataclass
class Verdict:
    """What a verification found. `problems` in words; empty means that the chain holds."""

    program: str
    sealed: int = 0
    unsealed: int = 0
    head: str = GENESIS
    problems: list[str] = field(default_factory=list)


def event_hash(event: AuditEvent, previous_hash: str) -> str:
    """SHA-256 over the previous hash and every field of the event, in a canonical form."""
    content = {
        "id": event.pk,
        "program": event.program_id,
        "actor": event.actor_id,
        "action": event.action,
        "object": [event.object_type, event.object_id, event.object_label],
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "request": event.request_id,
        "at": event.at.isoformat(),
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(f"{previous_hash}{canonical}".encode()).hexdigest()


def seal_new_events(program: Program, *, batch: int = 5_000) -> int:
    """Seal up to `batch` new events of a program, in order of their id. Returns how many."""
    with program_scope(program):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, program.pk])
        last = AuditSeal.objects.order_by("-sequence").first()
        head, sequence = (last.hash, last.sequence) if last else (GENESIS, 0)
        seals = []
        for event in AuditEvent.objects.filter(seal=None).order_by("id")[:batch]:
            sequence += 1
            sealed = AuditSeal(
                program=program,
                event=event,
                sequence=sequence,
                previous_hash=head,
                hash=event_hash(event, head),
            )
            head = sealed.hash
            seals.append(sealed)
        AuditSeal.objects.bulk_create(seals)
        return len(seals)


def verify(program: Program, *, noted: str = "") -> Verdict:
    """Walk the chain of a program from its first seal. Reports the first break and every count.

    `noted` is a head that was written down earlier: the chain must still run through it.
    """
    verdict = Verdict(program=program.slug)
    with program_scope(program):
        verdict.unsealed = AuditEvent.objects.filter(seal=None).count()
        for seal in AuditSeal.objects.select_related("event").order_by("sequence").iterator(chunk_size=2_000):
            verdict.sealed += 1
            if seal.sequence != verdict.sealed:
                verdict.problems.append(
                    f"seal {verdict.sealed} is missing: the chain jumps to {seal.sequence}"
                )
            elif seal.previous_hash != verdict.head:
                verdict.problems.append(f"seal {seal.sequence} does not continue the one before it")
            elif event_hash(seal.event, seal.previous_hash) != seal.hash:
                verdict.problems.append(f"event {seal.event_id} (seal {seal.sequence}) was altered")
            if verdict.problems:
                return verdict
            verdict.head = seal.hash
        if noted and not AuditSeal.objects.filter(hash=noted).exists():
            verdict.problems.append(f"the chain does not run through {noted}, which was its head once")
    return verdict

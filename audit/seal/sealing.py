"""The end of a run: its folder becomes a bag, a statement beside it binds it, the ledger has the last word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from audit.archive.layout import CONCLUSION, PROOF, REFERENCE
from audit.errors import AuditError
from audit.findings import canonical_json
from audit.seal.bag import BAG_INFO, COVER, CRATE, SEAL, VERIFIER, finish, seal_folder, take_payload, write_bag
from audit.seal.cover import bag_info, cover, read_plan
from audit.seal.crate import crate
from audit.seal.files import in_words, write_whole
from audit.seal.ledger import LedgerWriter, ledger_of
from audit.seal.opening import OpenRun
from audit.seal.statement import Account, ledger_facts, predicate, statement, trees
from audit.seal.verifier import verifier
from audit.verify.chain import ABANDONED, FAILED, OPENED, SEALED, Line
from audit.verify.digests import digest_bytes


@dataclass(frozen=True)
class Sealed:
    """A sealed run: the code of its results, its line in the ledger, the seal beside its folder."""

    code: str
    line: Line
    path: Path


class UnfinishedError(AuditError):
    """The ledger has the run as sealed, but the folder does not show it yet; the next writer makes up for that."""


def seal_run(run: OpenRun, account: Account, tell: Callable[[str], None] = lambda _: None) -> Sealed:
    """Seal a run as complete or, with a failure in its account, as failed; `tell` hears of each step.

    Raises AuditError; until the ledger has its line, nothing looks sealed.
    """
    run.give_back()
    folder, seal = run.folder.path, seal_folder(run.folder.path)
    with in_words(f"{run.name} could not be sealed", run.name):
        with ledger_of(run.out) as ledger:
            _check_open(ledger, run, account)
            supersedes = ledger.complete_before(run.name)
        (folder / PROOF).mkdir(parents=True, exist_ok=True)
        (folder / CRATE).unlink(missing_ok=True)  # of an attempt that came to nothing
        _drop_claims_of_a_result(run, account)
        tell("计算摘要 digests")
        payload = take_payload(folder)
        said = predicate(folder, payload, account, run.opening, supersedes)
        if not said["code"] and not account.failure:
            raise AuditError("a result file is missing, so the run cannot be sealed as complete", where=run.name)
        if not account.before:
            account = replace(account, before=payload.below(f"{REFERENCE}/inputs"))
            said["inputs"]["before"] = account.before
        plan = read_plan(folder, run.name)
        write_whole(folder / CRATE, canonical_json(crate(run.name, plan.unit, payload, account)))
        payload = payload.with_file(folder, CRATE)
        said["tree"] = trees(folder, payload)
        tags = {
            BAG_INFO: bag_info(run.name, plan, account, said),
            COVER: cover(run.name, plan, account, said, payload.sha256),
            VERIFIER: verifier(),
        }
        tell("写清单 manifests")
        manifest, tag_manifest = write_bag(folder, payload, tags)
        seal.mkdir(exist_ok=True)
        content = canonical_json(statement(run.name, manifest, tag_manifest, said))
        write_whole(seal / SEAL, content)
    tell("记入台账 ledger")
    facts = ledger_facts(digest_bytes(content.encode()), manifest, tag_manifest, payload, said)
    return Sealed(said["code"], _commit(run, account, facts), seal / SEAL)


def _check_open(ledger: LedgerWriter, run: OpenRun, account: Account) -> None:
    """Raise AuditError when the ledger has the last word about the run already; nothing of it may be touched then.

    So it must when the ledger no longer knows the run: the results folder was taken away and begun anew.
    """
    line = ledger.state().get(run.name)
    if line is None:
        raise AuditError(
            f"the results folder was removed or replaced while {run.name} was being audited",
            where=str(run.out),
            remedy="see what removes or moves files there, then run again",
        )
    state = line.event
    if state not in ((OPENED, ABANDONED) if account.failure else (OPENED,)):
        raise AuditError(f"the ledger has {run.name} as {state} already", where=run.name)


def _drop_claims_of_a_result(run: OpenRun, account: Account) -> None:
    """A failed run keeps its proofs, and the reason; it must not keep a conclusion."""
    if account.failure:
        conclusion = run.folder.path / CONCLUSION
        for path in conclusion.rglob("*") if conclusion.is_dir() else ():
            if not path.is_dir():
                path.unlink()
        failure = {"status": "failed", **account.failure}
        write_whole(run.folder.path / PROOF / "failure.json", canonical_json(failure))


def _commit(run: OpenRun, account: Account, facts: dict[str, str]) -> Line:
    """The line in the ledger, then the mark of a whole bag: a kill in between is made up for by the next writer."""
    with ledger_of(run.out) as ledger:
        _check_open(ledger, run, account)
        line = ledger.append(FAILED if account.failure else SEALED, run.name, facts)
        try:
            whole = finish(run.folder.path, line)
        except OSError as error:
            raise UnfinishedError(
                f"{run.name} is sealed in the ledger, but its folder could not be finished: {error.strerror}",
                where=run.name,
                remedy=f"free space or rights there, then: ./run audit seal {run.name}",
            ) from error
        if not whole:
            raise UnfinishedError(f"{run.name} was changed while it was being sealed", remedy="run again")
        run.forget()
    return line

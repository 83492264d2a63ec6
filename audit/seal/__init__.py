"""Seal a run: the bag, the statement beside it, the ledger, and signatures."""

from audit.seal.bag import check_name, seal_folder
from audit.seal.files import explain, refusal_behind
from audit.seal.ledger import now
from audit.seal.opening import OpenRun, open_run
from audit.seal.sealing import Sealed, UnfinishedError, seal_run
from audit.seal.statement import Account

__all__ = [
    "Account",
    "OpenRun",
    "Sealed",
    "UnfinishedError",
    "check_name",
    "explain",
    "now",
    "open_run",
    "refusal_behind",
    "seal_folder",
    "seal_run",
]

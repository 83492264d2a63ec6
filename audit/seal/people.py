"""Who did it, as far as a machine can say."""

from __future__ import annotations

import getpass
import os

from audit.errors import UsageError

VARIABLE = "AUDIT_BY"


def this_person() -> str:
    """The name in AUDIT_BY, else the name of the account.  Raises UsageError for a name no signature can carry."""
    if os.environ.get(VARIABLE):
        return checked_name(os.environ[VARIABLE], VARIABLE)
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without an entry
        name = "unknown"
    return "".join("." if _unfit(mark) else mark for mark in name)


def checked_name(name: str, where: str) -> str:
    """`name`, if it can stand in a file of allowed signers.  Raises UsageError."""
    if not name or len(name) > 100 or any(_unfit(mark) for mark in name):
        raise UsageError(
            f"{name!r} cannot be used as a name",
            where=where,
            remedy="write it without spaces and without \" ' , * ? ! #, such as 张三 or zhang.san@huiji",
        )
    return name


def _unfit(mark: str) -> bool:
    return mark.isspace() or not mark.isprintable() or mark in "\"',*?!#"

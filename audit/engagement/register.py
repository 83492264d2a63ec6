"""An engagement's own CSV lists: the rows of a file whose columns are fixed."""

from __future__ import annotations

import csv
from pathlib import Path

from audit.errors import EngagementError


def read_rows(path: Path, columns: tuple[str, ...], shown: str) -> list[list[str]]:
    """The rows below the header of `path`, which must be exactly `columns`; `shown` names the file in messages.

    Raises EngagementError when the file cannot be read, is not UTF-8, not CSV, or has other columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines, strict=True))  # an unclosed quotation mark would swallow rows
    except OSError as error:
        raise unreadable(path, shown, error) from None
    except UnicodeDecodeError:
        raise EngagementError(f"{path.name} is not UTF-8", where=shown, remedy="save it as CSV UTF-8") from None
    except csv.Error as error:
        remedy = "close every quotation mark"
        raise EngagementError(f"{path.name} is not CSV: {error}", where=shown, remedy=remedy) from None
    if not rows or tuple(rows[0]) != columns:
        raise EngagementError(
            f"{path.name} has not the columns it must have",
            where=f"{shown}: {', '.join(rows[0]) if rows else 'empty file'}",
            remedy="make the first row: " + ",".join(columns),
        )
    return rows[1:]


def unreadable(path: Path, shown: str, error: OSError) -> EngagementError:
    """What stands in place of a file and cannot be read as one, such as a folder, in words."""
    remedy = "put a file that you may read in its place"
    return EngagementError(f"{path.name} cannot be read: {error.strerror}", where=shown, remedy=remedy)

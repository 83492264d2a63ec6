"""Many engagements: each isolated from the others, none carried out again that is sealed for the same files."""

from audit.batch.jobs import Job, Result, standing
from audit.batch.pool import Pool, run_pool
from audit.batch.table import show_batch

__all__ = ["Job", "Pool", "Result", "run_pool", "show_batch", "standing"]

"""What a working paper may call: open it, carry out its procedures, see the evidence, conclude."""

from audit.papers.appendix import AppendixPaper, open_appendix
from audit.papers.paper import WorkingPaper, open_paper

__all__ = ["AppendixPaper", "WorkingPaper", "open_appendix", "open_paper"]

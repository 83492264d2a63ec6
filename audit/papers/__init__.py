"""What a working paper may call: open it, carry out its procedures, see the evidence, conclude."""

from audit.papers.appendix import AppendixPaper, appendix_edition, open_appendix
from audit.papers.paper import WorkingPaper, open_paper

__all__ = ["AppendixPaper", "WorkingPaper", "appendix_edition", "open_appendix", "open_paper"]

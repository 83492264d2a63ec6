"""One district and year under audit: its plan, its published figures, the responses to its findings."""

from audit.engagement.claims import Claim, read_claims
from audit.engagement.plan import Engagement, read_engagement
from audit.engagement.responses import Disposition, read_responses

__all__ = ["Claim", "Disposition", "Engagement", "read_claims", "read_engagement", "read_responses"]

"""A new engagement: its folder, its empty papers, one Excel template per table for the departments."""

from audit.scaffold.engagement import create_engagement
from audit.scaffold.template import template

__all__ = ["create_engagement", "template"]

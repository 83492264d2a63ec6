"""The portal: one static page over all runs below an outputs folder, made again after every run."""

from audit.portal.page import PORTAL, portal_page, refresh_portal

__all__ = ["PORTAL", "portal_page", "refresh_portal"]

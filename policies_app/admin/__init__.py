"""The Django admin site: the same models, changed only by operations, allowed by the same policies."""

from .site import GrantbookAdminSite

__all__ = ["GrantbookAdminSite"]

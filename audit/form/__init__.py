"""The statutory disclosure report form, read out of what governments publish, and held against its identities."""

from audit.form.identities import Equation, across_years, within_form
from audit.form.read import Form, read_form, read_forms

__all__ = ["Equation", "Form", "across_years", "read_form", "read_forms", "within_form"]

"""Registers the audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit trail."""

    name = "gpa_programme.audit"
    label = "audit"

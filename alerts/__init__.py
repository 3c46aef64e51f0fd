"""Who hears about it: routing ► render ► dispatcher ► notifiers. Reads the outbox; never learns how an alert came about."""

from alerts.channels import build_notifiers

__all__ = ["build_notifiers"]

"""The kind of entry with which parties agree who delivers which figures, and when."""

from __future__ import annotations

from collections.abc import Mapping

from waternet.record.fields import Check, blob_check, verify_name, verify_text

__all__ = ["SCHEDULE_KINDS"]

SCHEDULE_KINDS: Mapping[str, Mapping[str, Check]] = {
    "schedule": {
        "name": verify_name,
        "version": verify_text,
        "title": verify_text,
        "deliveries": blob_check("count"),
    },
}

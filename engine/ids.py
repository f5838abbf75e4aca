"""Identifiers: UUIDv7 as text, so that rows sort by when they were made."""

import uuid_utils


def new_id() -> str:
    return str(uuid_utils.uuid7())

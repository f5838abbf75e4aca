"""Identifiers: UUIDv7 as text, so that rows sort by when they were made; and what secrets are kept as."""

import hashlib

import uuid_utils


def new_id() -> str:
    return str(uuid_utils.uuid7())


def digest(secret: str) -> str:
    """SHA-256 of a secret with enough chance in it, such as a token: what is kept in its place."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()

"""The arithmetic and law of self-billing. Imports the standard library only."""

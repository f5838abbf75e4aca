"""The pipelines' language: YAML in, checked definitions or a list of problems out."""

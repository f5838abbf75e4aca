"""From the text of pipelines.yaml to checked definitions. Nothing here knows the database or what is under way."""

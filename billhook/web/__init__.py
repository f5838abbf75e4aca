"""The web: one application over the facade. `create_app` makes it; nothing of it is loaded before it is served."""

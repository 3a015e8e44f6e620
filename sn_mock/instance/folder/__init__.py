"""An instance as a folder: `instance.toml` and the files beside it."""

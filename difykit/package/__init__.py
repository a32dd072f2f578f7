"""The plugin's package: what goes into it, how it is built, and whether the marketplace would take it."""

"""The rules for a plugin's YAML files: what Dify's daemon, its SDK and the marketplace's pre-check accept of them.

A field's description says what is right; it is printed as the remedy where the field is wrong. What nobody reads is
allowed, as it is there, and reported as a warning.
"""

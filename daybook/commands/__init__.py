"""The commands of `daybook`: each a few lines over one call of the library. `daybook.cli` lists them."""

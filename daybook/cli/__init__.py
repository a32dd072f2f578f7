"""The command line: `daybook` and its subcommands, each a few lines over one call of the library."""

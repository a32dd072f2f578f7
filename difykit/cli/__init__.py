"""The command line: `difykit` and its subcommands, each a few lines over the library."""

"""The sales tools, as Dify calls them: each a few lines over `daybook.plugin`."""

"""What a developer needs to run, check and pack a Dify plugin and its workflow files without Dify."""

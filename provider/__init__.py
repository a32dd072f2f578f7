"""The provider of the sales tools."""

"""Reports of the service: made in worker processes, kept for a while, shown as a page."""

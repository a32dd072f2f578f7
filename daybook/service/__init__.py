"""The analysis service: heavy work outside Dify, over HTTP, in worker processes."""

"""The service's endpoints, one module an area."""

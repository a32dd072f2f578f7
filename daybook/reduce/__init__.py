"""The one heavy step: the rows of a table into a cube. One module an engine, each giving the same cube."""

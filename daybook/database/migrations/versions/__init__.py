"""The steps, in their order: ``v0001_...``, ``v0002_...``. A step that was released is never changed."""

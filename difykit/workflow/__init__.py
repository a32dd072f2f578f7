"""What there is to know of Dify's workflow files: reading, checking, releasing and running them."""

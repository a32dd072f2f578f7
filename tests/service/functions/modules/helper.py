"""What the functions import from beside them."""


def shout(text: str) -> str:
    return text.upper() + "!"

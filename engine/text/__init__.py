"""Text: the characters that a hand can write, and other text brought to them."""

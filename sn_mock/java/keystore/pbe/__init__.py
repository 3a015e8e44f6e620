"""Password-based encryption as Java's providers do it, old ciphers included."""

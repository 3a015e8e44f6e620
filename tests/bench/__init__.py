"""The provider's speed beside nginx and other servers that are installed: `make bench` writes docs/performance.md."""

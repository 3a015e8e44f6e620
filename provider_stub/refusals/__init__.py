"""Why a client is refused, and how that looks from each provider stack: tables."""

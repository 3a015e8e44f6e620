"""Where a call goes and with which keystores, by the release's rules: pure decisions with their reasons."""

"""What pages work on: calls with their findings, checks, the provider, and the records that a finding is about."""

"""The journal: one Visit per connection, in memory and as JSON lines."""

"""TLS as a provider sees it: the context, the policy's own rules and the session without a socket."""

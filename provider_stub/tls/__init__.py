"""TLS as a provider sees it: causes of refusal, personalities, the context and the session without a socket."""

"""An OAuth 2.0 token endpoint beside the service, and the check of its tokens: for clients that need both legs."""

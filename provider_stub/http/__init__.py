"""HTTP/1.1 without sockets: requests and responses as values, and the reader that cuts a stream into them."""

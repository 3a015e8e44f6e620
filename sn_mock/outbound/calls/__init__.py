"""One call over the wire: the attempts, the connections that are kept, the record that is made of them."""

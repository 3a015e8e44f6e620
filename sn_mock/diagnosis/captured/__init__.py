"""Captures explained: what happened on a connection, in the words that the instance's log has for it; what the messages
prove; and then the same texts, causes and rules as for any log.
"""

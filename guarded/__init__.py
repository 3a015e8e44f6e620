"""What both sides need to stay whole among strangers, and no more than the standard library.

files    bytes of files that somebody else named, bounded; output that is whole or not there, and replaces no device
toml     documents of bounded size and depth
text     words of peers and files, made harmless before a terminal, a log or a pipeline reads them
secrets  passwords, tokens and cookies in messages of which a part is kept
clock    deadlines that nobody stops
locks    one process at a time in a folder
values   dataclasses whose methods are made at first use
regex    regular expressions that are compiled at first use
"""

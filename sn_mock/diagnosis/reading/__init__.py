"""Reading what somebody pasted: any text or file becomes a page of words, and each line gets a side.

- *words*: a text without case, punctuation, quotes, escapes and colours; the tables and the input meet there.
- *page*: the lines that are judged, as one string of words, and where in it each line lies.
- *left out*: what of a large or binary input was not judged, in a sentence each.
- *phrase*: words in a row, with gaps where a text holds values of its own.
- *source*: the program that writes such lines, recognised by its marks; it has a *side*.
- *side*: whose log a line stands in: the instance's, the provider's, or that of a tool somebody tried with.

Everything is pure but `sifting`, which reads from a stream.
"""

"""The documentation as a web site: the pages of this folder, the API from its docstrings, and a search.

- *pages*: what is published, in the order of docs/index.md, and what the pages link to outside this folder.
- *site*: the settings for MkDocs, and the build.
- *links*: every link of the finished site leads somewhere.

`python -m docs.publishing FOLDER` (`make site`) does all three.
"""

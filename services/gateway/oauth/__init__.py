"""The authorization server as a core without I/O: fields and frozen rows in, an answer and guarded writes out.

`reading` parses a request and names the rows it needs; the gateway's store loads them into a `Context`; `running` holds
one function for each endpoint; the store commits the writes in one transaction before the answer leaves.
"""

"""The Desk: where a party's stewards and reviewers do their work.

What is due, files that come in, what was understood, objections and edits, a second
person's review, signing, requests of others, and what others published meanwhile.
"""

"""A small team's life, made up, so that a newcomer sees a living chat at once (`manage.py seed_demo`).

`conversations.txt` has what is said, `script` reads it, `cast` has who and where, `timeline` decides when
each line is said, and `store` writes the rows. The same database and number of messages give the same
conversations, except for the time they end at, which is now.
"""

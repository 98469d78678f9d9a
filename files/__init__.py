"""What uploads are made of, for whoever keeps any: names, types, pictures, and where they are stored.

It knows nobody of chat or accounts. What a file is, its content says (`kinds`), never its name. Pictures are
made anew before anybody sees them (`pictures`), in a process of its own (`picture_worker`). `storing` puts
files where the setting STORAGES says, under names that nobody can guess, and `serving` sends them. `names`
makes a name that a person gave fit to be shown.
"""

"""All that a site keeps, in one folder or tar: database, stored files, keys (`manage.py backup`, `restore`).

    manifest.json    what it is of: version, database, migrations, when; and the checksum of
    checksums.txt    one line for each of the others, as `sha256sum --check` reads it
    database         SQLite's file, or what `pg_dump` wrote in its custom format
    keys.json        SECRET_KEY and its fallbacks: without them nobody is signed in, and what was sent before
                     is not known again when it is sent once more
    files/           as they are in the storage

The chat goes on meanwhile. The database is copied as it stood at one moment. A file is stored before its row
and removed after it, so files are copied before that moment, and those that have come by then after it: each
file that a row names is there. It appears under its name when it is whole.

A restore takes nothing over: it is into an empty database, by the same version. Files come first and the
database last, in one piece, so a restore that was stopped is run again.
"""

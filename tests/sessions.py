from django.db import connection


def end_other_sessions() -> None:
    """Ends every connection to PostgreSQL's database of the tests but this thread's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

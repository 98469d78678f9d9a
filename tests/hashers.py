from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """The product's own hash at the lowest cost: people are made by the thousand here."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1

"""The only package that speaks SQL: schema, migrations, one module per aggregate. Functions take a Connection and never commit.

``open_store(url)`` gives a ``Store``; ``with store.begin() as connection:`` is one transaction, ``store.read()`` one that only reads.
"""

from storage.engine import Store, open_store

__all__ = ["Store", "open_store"]

"""Every test of an action that writes runs on SQLite and on PostgreSQL, as those of the store do."""

import pytest

from techhealth.store import import_customers
from tests.store.conftest import cluster, store, url  # noqa: F401 (fixtures)


@pytest.fixture
def acme(store):  # noqa: F811
    """Give a store that knows the customer of the example."""
    import_customers(store, b"name\nAcme Corp\nGlobex\n")
    return store

"""Which events of two exports are the same: the multiset law."""

from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from techhealth.usage.overlap import repeated
from tests.store.usages import usage

MINUTES = st.lists(st.integers(0, 8), min_size=1, max_size=20)


@given(before=MINUTES, more=MINUTES)
def test_each_key_is_known_as_often_as_it_was_told(before, more):
    """Of rows with one key and instant, as many repeat an earlier export as it has, and no more."""
    events, known = (usage(minutes, name="a").events for minutes in (more, before))
    fresh = events.filter(~repeated(events, known))

    assert Counter(more) - Counter(before) == Counter(fresh["at"].dt.minute())


@given(minutes=st.lists(st.integers(0, 8), min_size=2, max_size=20), cut=st.integers(1, 19))
def test_an_export_that_goes_on_repeats_all_of_the_former(minutes, cut):
    """Rows without key that an earlier export told are all known, also those that stand several times in it."""
    every = sorted(minutes)
    events, known = (usage(some, name="a", keyed=False).events for some in (every, every[:cut]))

    assert events.filter(repeated(events, known)).height == len(every[:cut])


def test_a_few_equal_rows_are_no_overlap():
    """Where most rows of the common days differ, equal ones without key are calls of their own."""
    events, known = (usage(range(*span, 3), name="a", keyed=False).events for span in ((0, 90), (1, 90)))
    known = pl.concat([known, events.head(2)]).sort("at")

    assert not repeated(events, known).any()

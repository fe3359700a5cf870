"""Which causes are worth an action, and which are one."""

from dataclasses import replace

import pytest

from techhealth.assess.recommend import Diagnosed
from techhealth.model import CauseKind, Shape
from tests.assess.planted import on
from tests.assess.test_recommend import advised, found, issue


def test_one_action_moves_off_a_client_whatever_the_codes():
    """A client that fails with three codes is moved off once, and all its failures go with it."""
    some = {on(24): 2, on(25): 3}
    causes = [found(CauseKind.CLIENT_VERSION, code, share=0.2, removable=some) for code in ("400", "500", "503")]

    (one,) = advised(Diagnosed(issue=issue(), found=tuple(causes)))

    assert one.title == "Move Orders off client sdk/2"
    assert one.expected.errors_removed == 15


def test_an_outage_that_is_over_is_one_thing_to_act_on():
    """That a client or an endpoint had most of the calls of one bad hour is no reason to move off it."""
    causes = (found(CauseKind.CLIENT_VERSION, "503"), found(CauseKind.BURSTS), found(CauseKind.ENDPOINT, "503"))
    over = replace(issue(), shape=Shape.BURST)

    (one,) = advised(Diagnosed(issue=over, found=causes))

    assert one.title == "Find out what was behind the outage of Orders on 24 January, 08:00–18:00 UTC"


@pytest.mark.parametrize(("share", "actions"), [(0.02, 0), (0.2, 1)])
def test_a_few_calls_that_were_too_many_are_worth_no_action(share: float, actions: int):
    """What limit is met is asked where it is behind a real part of the failures."""
    limit, rest = found(CauseKind.RATE_LIMIT, "429", share=share), found(CauseKind.ENDPOINT, "500")
    titles = [one.title for one in advised(Diagnosed(issue=issue(), found=(rest, limit)))]

    assert titles.count("Find out which rate limit Orders meets") == actions

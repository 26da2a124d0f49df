"""Ticking services compares one app again, and says of it what comparing everything would say."""

from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.comparison import TenantComparison, compare
from tests.domain.tenants import EXAMPLES, World, choice, worlds


@EXAMPLES
@given(world=worlds(), data=st.data())
def test_one_app_ticked_is_as_everything_compared(world: World, data: st.DataObject) -> None:
    tenant = TenantComparison(
        world.snapshot, profiles=world.profiles, facts=world.facts, knowledge=world.knowledge, today=world.today
    )
    before = tenant.compare()
    bound = [app for app in before.apps if app.profile is not None and app.app_id is not None]
    if not bound:
        return
    app = data.draw(st.sampled_from(bound))
    assert app.profile is not None
    uses = data.draw(st.composite(choice)())
    whole = compare(
        world.snapshot,
        profiles=world.profiles,
        facts=world.facts,
        knowledge=world.knowledge,
        today=world.today,
        uses={app.profile.id: uses},
    )
    again = next(one for one in whole.apps if (one.app_id, one.object_id) == (app.app_id, app.object_id))
    assert tenant.ticked(app, uses) == again

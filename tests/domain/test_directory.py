"""The index over a scan: APIs by appId and object id, permissions by id, value and scope."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from permdesk.domain.coverage import ReadName
from permdesk.domain.directory import Directory
from permdesk.domain.permission import PublishedPermission
from permdesk.domain.reach import ApiName, CatalogFacts
from tests.domain.small import APPLICATION, DELEGATED, NO_FACTS, ORDERS, SHOP, SHOP_OBJECT, published, tenant


def test_an_api_is_one_by_app_id_and_by_object_id() -> None:
    directory = Directory(tenant(), NO_FACTS)
    shop = directory.api(SHOP)
    assert directory.api_of_object(SHOP_OBJECT) is shop
    assert (shop.here, shop.unknown, shop.complete, shop.name) == (True, False, True, "Shop")


def test_an_absent_api_has_the_catalogs_name() -> None:
    facts = CatalogFacts("1", apis=(ApiName(SHOP, "The shop"),))
    shop = Directory(tenant(absent=[SHOP]), facts).api(SHOP)
    assert (shop.here, shop.unknown, shop.complete, shop.object_id, shop.name) == (
        False,
        False,
        False,
        None,
        "The shop",
    )
    nameless = Directory(tenant(absent=[SHOP]), NO_FACTS).api(SHOP)
    assert nameless.name == SHOP
    unread = Directory(tenant(absent=[SHOP], unread=[ReadName.SERVICE_PRINCIPALS]), NO_FACTS).api(SHOP)
    assert (unread.here, unread.unknown) == (False, True)


def test_an_api_that_is_gone_is_not_one_that_was_not_read() -> None:
    gone = Directory(tenant(), NO_FACTS).api_of_object("gone-object")
    unread = Directory(tenant(unread=[ReadName.SERVICE_PRINCIPALS]), NO_FACTS).api_of_object("gone-object")
    assert (gone.app_id, gone.unknown) == (None, False)
    assert (unread.app_id, unread.unknown) == (None, True)
    assert gone.name != unread.name


def test_definitions_tell_of_an_api_that_the_list_lacks() -> None:
    whole = tenant(unread=[ReadName.SERVICE_PRINCIPALS])
    directory = Directory(replace(whole, service_principals=()), NO_FACTS)
    shop = directory.api(SHOP)
    assert directory.api_of_object(SHOP_OBJECT) is shop
    assert (shop.here, shop.unknown, shop.complete, shop.object_id, shop.name) == (
        True,
        False,
        True,
        SHOP_OBJECT,
        "Shop",
    )


def test_a_permission_is_one_by_id_and_value_of_its_kind() -> None:
    shop = Directory(tenant(), NO_FACTS).api(SHOP)
    role = shop.by_id(APPLICATION, "id-orders.read")
    assert shop.by_value(APPLICATION, "ORDERS.read") is role
    scope = shop.by_value(DELEGATED, "Orders.Read")
    assert scope is not role
    assert shop.by_id(DELEGATED, "id-orders.read") is scope
    unknown = shop.by_id(APPLICATION, "id-unknown")
    assert (unknown.value, unknown.ids, unknown.published) == (None, ("id-unknown",), False)


def test_a_value_published_twice_is_spelled_and_numbered_the_same_whatever_comes_first() -> None:
    twice = [
        PublishedPermission("id-2", APPLICATION, "orders.read"),
        PublishedPermission("id-1", APPLICATION, "Orders.Read", enabled=False),
        PublishedPermission("id-3", APPLICATION, "ORDERS.READ"),
    ]
    for order in (twice, twice[::-1]):
        entry = Directory(tenant(apis={SHOP: order}), NO_FACTS).api(SHOP).by_value(APPLICATION, "Orders.Read")
        assert (entry.ids, entry.enabled, entry.permission.id) == (("id-2", "id-3", "id-1"), True, "id-2")
        assert entry.value == "orders.read"


blanks = st.text(alphabet=" \t\r\n\x0b\x0c", min_size=1, max_size=3)
values = st.sampled_from(["Orders.Read", "ORDERS.READ", "Orders.Write", "Old.Thing", "api://shop/Read:All"])


@given(st.lists(st.tuples(values, blanks), max_size=6), blanks)
def test_a_scope_is_its_values_whatever_the_blanks(parts: list[tuple[str, str]], first: str) -> None:
    shop = Directory(tenant(apis={SHOP: (*ORDERS, *published("Stock.Read"))}), NO_FACTS).api(SHOP)
    entries = shop.by_scope(first + "".join(value + blank for value, blank in parts))
    assert [entry.folded for entry in entries] == list(dict.fromkeys(value.casefold() for value, _ in parts))
    assert all(entry.kind is DELEGATED for entry in entries)

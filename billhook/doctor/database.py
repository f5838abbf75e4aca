"""Is the database there, and are its tables those of this version? It knows neither kind of database."""

from collections.abc import Iterable

from billhook.app import Billhook
from billhook.doctor.finding import Finding, database_address, fine, problem
from engine import migrations
from engine.errors import DatabaseUnreachable


def reachable(billhook: Billhook) -> Iterable[Finding]:
    where = database_address(billhook)
    try:
        migrations.current(billhook.world.store.engine)
    except DatabaseUnreachable as error:
        yield problem("database", f"{where} cannot be opened: {error.why}.", "Start it, or look at the address.")
    else:
        yield fine("database", f"{where} answers.")


def tables(billhook: Billhook) -> Iterable[Finding]:
    found, wanted = migrations.current(billhook.world.store.engine), migrations.wanted()
    if found == wanted:
        yield fine("tables", f"they are at version {found}, as this billhook wants them.")
    elif found == "none":
        yield problem("tables", f"there are none; version {wanted} is wanted.", "Run: billhook init")
    elif found < wanted:
        yield problem("tables", f"they are at version {found}, older than {wanted}.", "Run: billhook db upgrade")
    else:
        way_out = "Install the newer billhook that made them, also on every other machine."
        yield problem("tables", f"they are at version {found}, newer than {wanted}, the last one known here.", way_out)

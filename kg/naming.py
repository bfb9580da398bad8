"""What a user calls an entity, as the entity: its id, label, alias, or an unambiguous part of a name."""

from kg.catalogue import Catalogue, EntityRow
from kg.errors import UnknownName


def entity_named(catalogue: Catalogue, name: str) -> EntityRow:
    """The entity with that id, label or alias; of several the most mentioned; else the only one whose name holds the words.

    Raises: UnknownName with the nearest names.
    """
    exact = catalogue.named(name)
    if exact:
        return exact[0]
    near = catalogue.suggest(name)
    if len(near) == 1:
        return near[0]
    raise UnknownName("entity", name, [f"{entity.label} ({entity.id})" for entity in near])

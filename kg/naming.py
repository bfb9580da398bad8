"""What a user calls an entity, as the entity: its id, label, alias, or an unambiguous part of a name."""

from kg.catalogue import Catalogue, EntityRow
from kg.entities import Registry
from kg.errors import UnknownName


def entity_named(catalogue: Catalogue, name: str) -> EntityRow:
    """The entity with that id, label or alias (of several the most mentioned), else the one the registry means, else the only one
    whose name holds the words.

    Raises: UnknownName with the nearest names.
    """
    exact = catalogue.named(name)
    if exact:
        return exact[0]
    known = [entity.id for entity in Registry.default().find_all(name)]
    named = [entity for id in known for entity in catalogue.named(id)]
    if named:
        return max(named, key=lambda entity: entity.as_subject + entity.as_object + entity.as_claimant)
    near = catalogue.suggest(name)
    if len(near) == 1:
        return near[0]
    raise UnknownName("entity", name, [f"{entity.label} ({entity.id})" for entity in near])

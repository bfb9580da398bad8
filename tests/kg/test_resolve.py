"""Labels to entity ids: known names, minted names, types chosen where a predicate allows several."""

from typing import Any

from kg.entities import Registry
from kg.resolve import mentioned, resolve
from kg.statements import Statement

REGISTRY = Registry.default()


def said(subject: str, predicate: str, document: str = "a.txt", **more: Any) -> Statement:
    return Statement(document, f"sha-of-{document}", subject, predicate, 0, 1, "x", **more)


def ids(*statements: Statement) -> list[tuple[str, str | None]]:
    return [(item.subject_id, item.object_id) for item in resolve(statements, REGISTRY)]


def test_names_in_two_scripts_are_one_entity() -> None:
    found = ids(said("幻方", "usesChip", object="A100"), said("High-Flyer", "usesChip", object="NVIDIA A100 GPUs"))
    assert found == [("organisation/high-flyer", "chip/a100")] * 2


def test_unknown_names_get_an_entity_of_the_type_the_predicate_asks_for() -> None:
    assert ids(said("Zorblax-7", "developer", object="Zorblax Labs")) == [("model/zorblax-7", "organisation/zorblax-labs")]


def test_text_is_linked_only_where_it_is_known() -> None:
    assert ids(said("Zorblax-7", "technique", object="旋转位置编码"), said("Zorblax-7", "technique", object="sideways gating")) == [
        ("model/zorblax-7", "concept/rotary-position-embedding"),
        ("model/zorblax-7", None),
    ]


def test_other_statements_of_the_document_decide_between_types() -> None:
    count = said("DeepSeek", "chipCount", value=10000.0, unit="GPU")
    company = said("DeepSeek", "founder", object="Liang Wenfeng")
    model = said("DeepSeek", "developer", object="High-Flyer")
    assert ids(count, company)[0][0] == "organisation/deepseek"
    assert ids(count, model)[0][0] == "model/deepseek"


def test_statements_of_another_document_do_not_decide() -> None:
    count = said("Zorblax", "chipCount", value=10.0, unit="GPU")
    elsewhere = said("Zorblax", "foundingDate", object="2020", document="b.txt")
    assert ids(count, elsewhere)[0] == ids(count)[0]
    assert ids(count, said("Zorblax", "foundingDate", object="2020"))[0][0] == "organisation/zorblax"


def test_claimants_may_be_people() -> None:
    (resolved,) = resolve([said("Zorblax", "valuation", value=1.0, unit="USD", attributed_to=("梁文锋", "路透社", "Zed News"))], REGISTRY)
    assert resolved.attributed_to_ids == ("person/liang-wenfeng", "organisation/reuters", "organisation/zed-news")


def test_the_document_itself_is_a_subject() -> None:
    assert ids(said("a.txt", "publicationDate", object="2025-01-02")) == [("document/sha-of-a.txt", None)]


def test_mentioned_entities_keep_every_spelling_of_a_minted_one() -> None:
    statements = resolve(
        [
            said("Zorblax 7", "developer", object="DeepSeek"),
            said("Zorblax-7", "developer", object="深度求索"),
            said("Zorblax-7", "releaseDate", object="2024"),
        ],
        REGISTRY,
    )
    known, minted = sorted(mentioned(statements, REGISTRY), key=lambda entity: entity.id, reverse=True)
    assert known == REGISTRY.by_id("organisation/deepseek")
    assert (minted.id, minted.label, minted.aliases) == ("model/zorblax-7", "Zorblax-7", ("Zorblax 7",))

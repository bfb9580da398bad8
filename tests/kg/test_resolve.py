"""Names of one thing get one id; versions, sizes and variants never run together; people's judgements count."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.catalogue import Catalogue
from kg.documents import Metadata
from kg.entities import Entity, Registry
from kg.errors import InputError, UsageError
from kg.holdings import DocumentRecord, Holdings
from kg.home import Home
from kg.judgements import Judgement, Judgements, packaged_judgements, read_judgements, recorded, undone
from kg.pipeline import derive_again, publish
from kg.resolve import Context, Resolver, likeness, resolve, to_review
from kg.signatures import names_in, signature
from kg.statements import Statement, identified

PAIRS = Path(__file__).parents[1] / "resolution_pairs.tsv"
EMPTY = Registry(())
REGISTRY = Registry.default()


def pairs() -> list[dict[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def statement(subject: str, predicate: str, object: str | None = None, document: str = "d", **given: object) -> Statement:
    return identified(Statement(f"{document}.txt", document * 64, subject, predicate, 0, 1, "x", object=object, **given))  # type: ignore[arg-type]


def test_the_list_of_pairs_is_long_and_mostly_hard_negatives() -> None:
    listed = pairs()
    assert len(listed) >= 300
    assert sum(pair["verdict"] == "different" for pair in listed) * 2 >= len(listed)
    assert len({(pair["type"], frozenset((pair["left"], pair["right"]))) for pair in listed}) == len(listed)


def test_pairs_are_told_apart_with_precision_one_and_recall_95_percent() -> None:
    registry = Registry.default()
    wrong, missed, found = [], [], 0
    for pair in pairs():
        resolver = Resolver(registry, Judgements(packaged_judgements()))
        context = None
        if pair["context"]:
            context = Context((), tuple(resolver.identify(name, "organisation") for name in pair["context"].split(";")))
        resolver.learn({(pair["type"], pair["left"]): 1, (pair["type"], pair["right"]): 1})
        same = resolver.compare(pair["left"], pair["right"], pair["type"], context).verdict == "same"
        if same and pair["verdict"] != "same":
            wrong.append((pair["left"], pair["right"]))
        elif pair["verdict"] == "same":
            found += same
            if not same:
                missed.append((pair["left"], pair["right"]))
    assert wrong == []
    assert found / (found + len(missed)) >= 0.95, missed


@pytest.mark.parametrize(
    ("left", "right"), [("V2", "V2.5"), ("Llama 3 405B", "Llama 3.1 405B"), ("Zeta 7B", "Zeta 70B"), ("Zeta", "Zeta Instruct")]
)
def test_versions_sizes_and_variants_of_unknown_names_stay_apart(left: str, right: str) -> None:
    assert signature(left, "model").key != signature(right, "model").key


@pytest.mark.parametrize(
    ("left", "right"), [("Zeta-V3", "zeta v3"), ("someone/Zeta-V3", "ZetaV3"), ("Zeta 70B Chat", "Zeta-chat-70b"), ("Zeta 2.0", "Zeta 2")]
)
def test_spellings_of_unknown_names_are_one_entity(left: str, right: str) -> None:
    found = resolve([statement(left, "developer", "Acme"), statement(right, "developer", "Acme", document="e")], EMPTY)
    assert len({item.subject_id for item in found.statements}) == 1


def test_the_most_used_spelling_gives_id_and_label_and_the_others_redirect() -> None:
    said = [statement("ZetaLab AI", "revenue", value=float(n), unit="USD", document=str(n)) for n in range(3)]
    said += [statement("Zeta Lab", "revenue", value=9.0, unit="USD", document="9")]
    found = resolve(said, EMPTY)
    assert {item.subject_id for item in found.statements} == {"organisation/zetalab-ai"}
    assert found.entities["organisation/zetalab-ai"].label == "ZetaLab AI"
    assert found.redirects == {"organisation/zeta-lab": "organisation/zetalab-ai"}


def test_a_short_name_means_the_one_full_name_of_its_document() -> None:
    said = [statement("Zeta-R1", "developer", "Acme"), statement("R1", "license", "MIT"), statement("Zeta-R1-Zero", "developer", "Acme")]
    ids = [item.subject_id for item in resolve(said, EMPTY).statements]
    assert ids[0] == ids[1] != ids[2]


def test_a_short_name_of_two_models_is_not_guessed() -> None:
    said = [statement("Zeta-R1", "developer", "Acme"), statement("Theta-R1", "developer", "Bolt"), statement("R1", "license", "MIT")]
    ids = [item.subject_id for item in resolve(said, EMPTY).statements]
    assert len(set(ids)) == 3


def test_a_short_name_means_the_model_of_the_lab_its_document_is_about() -> None:
    registry = Registry(
        [
            Entity("organisation/acme", "organisation", "Acme"),
            Entity("model/zeta-r1", "model", "Zeta-R1", hints={"developer": "organisation/acme"}),
            Entity("model/theta-r1", "model", "Theta-R1", hints={"developer": "organisation/bolt"}),
        ]
    )
    said = [statement("Acme", "employeeCount", value=5.0, unit="person"), statement("R1", "license", "MIT")]
    assert resolve(said, registry).statements[1].subject_id == "model/zeta-r1"


def test_a_form_factor_is_an_entity_below_its_chip() -> None:
    found = resolve([statement("Zeta 900 SXM5", "manufacturer", "Acme"), statement("Zeta 900", "manufacturer", "Acme")], EMPTY)
    assert [item.subject_id for item in found.statements] == ["chip/zeta-900-sxm5", "chip/zeta-900"]
    assert found.form_of == {"chip/zeta-900-sxm5": "chip/zeta-900"}


def test_a_name_lends_what_it_says_in_parentheses() -> None:
    said = [statement("Zeta Institute of Thought (ZIT)", "country", "UK"), statement("ZIT", "country", "UK", document="e")]
    assert len({item.subject_id for item in resolve(said, EMPTY).statements}) == 1
    assert names_in("PaLM (540B)") == ("PaLM (540B)",)


def test_an_id_that_a_loader_gave_stays_and_a_bare_type_says_the_type() -> None:
    said = [
        statement("Anonymized System", "power", value=1.0, unit="MW", subject_id="cluster/anonymized-system-1"),
        statement("Zeta", "power", value=1.0, unit="W", subject_id="cluster/", document="e"),
    ]
    assert [item.subject_id for item in resolve(said, EMPTY).statements] == ["cluster/anonymized-system-1", "cluster/zeta"]


def test_this_document_is_the_document() -> None:
    assert resolve([statement("document", "publicationDate", "2025")], EMPTY).statements[0].subject_id == "document/" + "d" * 64


def test_judged_same_merges_and_redirects() -> None:
    judged = Judgements([Judgement("same", "model/zeta", "model/theta", "renamed", "me")])
    found = resolve([statement("Zeta", "developer", "Acme"), statement("Theta", "developer", "Acme", document="e")], EMPTY, judged)
    assert {item.subject_id for item in found.statements} == {"model/theta"}
    assert found.redirects["model/zeta"] == "model/theta"
    assert "Zeta" in found.entities["model/theta"].aliases


def test_judged_different_keeps_apart_what_the_rules_join() -> None:
    said = [statement("Zeta Lab", "country", "UK"), statement("ZetaLab", "country", "UK", document="e")]
    said = [replace(item, subject_id="organisation/") for item in said]
    assert len({item.subject_id for item in resolve(said, EMPTY).statements}) == 1
    judged = Judgements([Judgement("different", "organisation/zeta-lab", "organisation/zetalab", "two firms", "me")])
    assert [item.subject_id for item in resolve(said, EMPTY, judged).statements] == ["organisation/zeta-lab", "organisation/zetalab"]


def test_judgements_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    recorded(tmp_path, Judgement("same", "model/a", "model/b", "r", "me"))
    recorded(tmp_path, Judgement("different", "model/a", "model/c", "r", "me"))
    with pytest.raises(UsageError, match="judged different"):
        recorded(tmp_path, Judgement("same", "model/b", "model/c", "r", "me"))
    with pytest.raises(InputError, match="circle"):
        Judgements(
            [
                Judgement("same", "model/a", "model/b", "", ""),
                Judgement("same", "model/b", "model/c", "", ""),
                Judgement("same", "model/c", "model/a", "", ""),
            ]
        ).merged()


def test_a_judgement_is_kept_with_reason_and_author_and_can_be_undone(tmp_path: Path) -> None:
    recorded(tmp_path, Judgement("unsure", "model/a", "model/b", "no source", "Ada", "2025-11-21"))
    assert [(item.reason, item.author) for item in read_judgements(tmp_path / "judgements.jsonl")] == [("no source", "Ada")]
    assert undone(tmp_path, "model/b", "model/a").author == "Ada"
    assert read_judgements(tmp_path / "judgements.jsonl") == ()
    with pytest.raises(UsageError, match="no judgement"):
        undone(tmp_path, "model/a", "model/b")


def test_pairs_to_review_are_alike_with_equal_numbers_and_not_yet_judged() -> None:
    names = ["Zeta Coder 3", "Zeta Codr 3", "Zeta Coder 4", "Theta 3"]
    entities = [Entity(f"model/{name.lower().replace(' ', '-')}", "model", name) for name in names]
    found = [(left.label, right.label) for _, left, right in to_review(entities, Judgements())]
    assert found == [("Zeta Coder 3", "Zeta Codr 3")]
    judged = Judgements([Judgement("unsure", "model/zeta-codr-3", "model/zeta-coder-3", "", "")])
    assert list(to_review(entities, judged)) == []


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [("Zeta 3", "Zeta 4", "different"), ("Zeta Coder 3", "Zeta Codr 3", "unsure"), ("Zeta", "Quark", "different")],
)
def test_likeness_never_says_same(left: str, right: str, verdict: str) -> None:
    assert likeness(left, right, "model").verdict == verdict


def test_a_judgement_makes_a_new_release_in_which_the_old_id_redirects(tmp_path: Path) -> None:
    record = DocumentRecord("d" * 64, "d.txt", metadata=Metadata(title="Test"), loader="test")
    said = (statement("Zeta", "developer", "Acme"), statement("Theta", "license", "MIT"))
    publish(Holdings().replaced([(record, said)]), Home(tmp_path))
    recorded(tmp_path, Judgement("same", "model/zeta", "model/theta", "renamed", "me"))
    _, changed = derive_again(tmp_path)
    assert changed
    assert Catalogue.open(tmp_path).entity("model/zeta").id == "model/theta"
    undone(tmp_path, "model/zeta", "model/theta")
    derive_again(tmp_path)
    assert Catalogue.open(tmp_path).entity("model/zeta").id == "model/zeta"


def said(subject: str, predicate: str, document: str = "a.txt", **more: Any) -> Statement:
    return Statement(document, f"sha-of-{document}", subject, predicate, 0, 1, "x", **more)


def ids(*statements: Statement) -> list[tuple[str, str | None]]:
    return [(item.subject_id, item.object_id) for item in resolve(statements, REGISTRY).statements]


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
    (resolved,) = resolve(
        [said("Zorblax", "valuation", value=1.0, unit="USD", attributed_to=("梁文锋", "路透社", "Zed News"))], REGISTRY
    ).statements
    assert resolved.attributed_to_ids == ("person/liang-wenfeng", "organisation/reuters", "organisation/zed-news")


def test_the_document_itself_is_a_subject() -> None:
    assert ids(said("a.txt", "publicationDate", object="2025-01-02")) == [("document/sha-of-a.txt", None)]


def test_entities_keep_every_spelling_that_is_used() -> None:
    found = resolve(
        [
            said("Zorblax 7", "developer", object="DeepSeek"),
            said("Zorblax-7", "developer", object="深度求索"),
            said("Zorblax-7", "releaseDate", object="2024"),
        ],
        REGISTRY,
    ).entities
    minted = found["model/zorblax-7"]
    assert found["organisation/deepseek"].label == "DeepSeek"
    assert (minted.id, minted.label, minted.aliases) == ("model/zorblax-7", "Zorblax-7", ("Zorblax 7",))

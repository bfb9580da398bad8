"""Statements go back to primary sources; repeated reports and copied texts count once."""

from pathlib import Path
from textwrap import wrap

from kg.catalogue import Catalogue
from kg.copies import copies, fingerprint
from kg.documents import Metadata, Reference
from kg.facts import survey
from kg.origins import Origins, identifiers, origins, publication_key
from kg.pipeline import load
from kg.statements import Statement
from tests.kg.test_facts import say

REPORT = "Foo-2 Technical Report"


def cost(document: str, figure: float, lexical: str, by: str = "", **more: str) -> Statement:
    return say("model/foo-2", "trainingCost", figure, "USD", more, document=document, by=by, lexical=lexical)


def read(*statements: Statement, documents: dict[str, Metadata] | None = None, same: dict[str, str] | None = None) -> Origins:
    return origins(statements, survey(statements), documents, same)


def test_four_documents_and_one_origin() -> None:
    report = cost("a", 5.576e6, "$5.576M", by=REPORT)
    newsletter = cost("b", 5.576e6, "$5.576M", by="A Newsletter")
    rounded = cost("c", 6e6, "$6 million")
    explained = cost("d", 5.5e6, "$5.5M")
    cited = Metadata(references=(Reference("link", "paper", "https://arxiv.org/abs/2412.00001"),))
    named = say(REPORT, "identifier", "arXiv:2412.00001", document="a")
    found = read(report, newsletter, rounded, explained, named, documents={"c" * 64: cited, "d" * 64: cited})
    assert found.count([report, newsletter, rounded, explained]) == 1
    assert found.derivations[newsletter.id].chain == (REPORT, "A Newsletter", "b.txt")
    (origin,) = [origin for origin in found.origins if origin.label == REPORT]
    assert len(origin.document_ids) == 4 and origin.address == "https://arxiv.org/abs/2412.00001"


def test_a_rounded_figure_of_a_document_that_cites_nothing_is_its_own() -> None:
    report, other = cost("a", 5.576e6, "$5.576M", by=REPORT), cost("b", 6e6, "$6 million")
    assert read(report, other).count([report, other]) == 2


def test_a_document_older_than_the_report_does_not_repeat_it() -> None:
    report, older = cost("a", 5.576e6, "$5.576M", by=REPORT), cost("b", 5.576e6, "$5.576M")
    dated = say(REPORT, "publicationDate", "2024-12-27", document="a")
    assert read(report, older, dated, documents={"b" * 64: Metadata(date="2024-05")}).count([report, older]) == 2
    assert read(report, older, dated, documents={"b" * 64: Metadata(date="2025-05")}).count([report, older]) == 1


def test_what_only_the_maker_knows_comes_from_the_report_a_document_names() -> None:
    tokens = say("model/foo-2", "trainingTokens", 14.8e12, "token")
    price = say("model/foo-2", "apiPrice", 2, "USD")
    other = say("model/bar-3", "trainingTokens", 15e12, "token")
    named = Metadata(references=(Reference("primary-source", REPORT),))
    found = read(tokens, price, other, documents={"a" * 64: named})
    assert found.derivations[tokens.id].chain[0] == REPORT
    assert {found.derivations[item.id].origin_id for item in (price, other)} != {found.derivations[tokens.id].origin_id}
    assert found.count([tokens, price, other]) == 2


def test_independent_claimants_are_origins_of_their_own_and_denials_none() -> None:
    one = say("organisation/d", "accessToChip", "chip/h", by="Officials", status="alleged")
    other = say("organisation/d", "accessToChip", "chip/h", by="A Rival", document="b", status="alleged")
    denied = say("organisation/d", "accessToChip", "chip/h", by="Maker", document="b", status="denied")
    assert read(one, other, denied).count([one, other, denied]) == 2


def test_the_maker_and_its_nameless_researchers_speak_through_their_paper() -> None:
    developer = say("model/foo-2", "developer", "organisation/foo")
    attributed = say("model/foo-2", "chipCount", 512, "GPU", by="A Journal article")
    hours = say("model/foo-2", "trainingDuration", 80, "hour", by="researchers")
    spent = say("model/foo-2", "trainingCost", 294000, "USD", by="organisation/foo")
    assert read(developer, attributed, hours, spent).count([attributed, hours, spent]) == 1


def test_papers_are_known_by_their_names_and_identifiers() -> None:
    assert publication_key("the Foo-2 paper") == publication_key("Foo 2 Technical Report")
    assert publication_key("A Newspaper") is None and publication_key("Foo-3 paper") != publication_key("Foo-2 paper")
    assert identifiers("https://arxiv.org/pdf/2412.00001v2") == {"2412.00001"}
    assert identifiers("https://doi.org/10.1000/abc.1.") == {"10.1000/abc.1"}


ARTICLE = " ".join(f"The lab spent {n} dollars on run number {n * 7} and told paper {n * 3} about it last week." for n in range(12))


def test_mirrors_of_one_article_are_one_origin() -> None:
    framed = "\n".join(f"| {ARTICLE[start : start + 60]} |" for start in range(0, len(ARTICLE), 60))
    prints = {"a" * 64: fingerprint(ARTICLE), "b" * 64: fingerprint("Mirror\n" + framed), "c" * 64: fingerprint(ARTICLE[::-1])}
    same = copies(prints)
    assert same["b" * 64] == "a" * 64 and same["c" * 64] == "c" * 64
    one, other, third = (cost(document, 294000, "$294,000") for document in "abc")
    assert read(one, other, third, same=same).count([one, other, third]) == 2


def test_short_texts_are_copies_of_nothing() -> None:
    assert copies({"a": fingerprint("same"), "b": fingerprint("same")}) == {"a": "a", "b": "b"}


def test_own_voice_of_a_mirror_is_its_publisher() -> None:
    mirrors = (Reference("mirror", "A Broadcaster"), Reference("mirror", "A Wire Service"))
    wire = Metadata(title="A title", publisher="A Broadcaster", references=mirrors)
    said = cost("a", 294000, "$294,000")
    found = read(said, documents={"a" * 64: wire})
    assert [origin.label for origin in found.origins] == ["A Wire Service: A title"]
    assert found.derivations[said.id].chain == ("A Wire Service: A title", "A Broadcaster", "a.txt")


NEWS = """Zorblax Labs spent $294,000 on training its Quux-7 model, far less than its rivals report for theirs.
The figure appeared in a journal on Wednesday and is the first estimate that the company has released.
Quux-7 was trained on 512 Nvidia H800 chips for 80 hours, according to the article, which lists the founder among its authors.
Investors had sold shares of chip makers in January, when the first version of the model became public and free to use.
Analysts who follow the sector said that the number leaves out salaries, data and the many runs that failed before."""


def test_two_files_with_one_article_are_one_origin(tmp_path: Path) -> None:
    framed = [f"{line:<62}| |" for line in ["UNOFFICIAL MIRROR", "", *wrap(NEWS.replace("\n", " "), 60)]]
    (tmp_path / "plain.txt").write_text(f"Zorblax reveals a cost\n\n{NEWS}\n", encoding="utf-8")
    (tmp_path / "framed.txt").write_text("\n".join(framed) + "\n", encoding="utf-8")
    (tmp_path / "other.txt").write_text(
        "Quux-7 was trained on 512 Nvidia H800 chips, a person who worked on it told us.\n", encoding="utf-8"
    )
    load([tmp_path / "plain.txt", tmp_path / "framed.txt"], tmp_path / "home")
    chips = {fact.documents: fact.origins for fact in Catalogue.open(tmp_path / "home").facts(predicate="chipCount", limit=500).items}
    assert chips[2] == 1
    load([tmp_path / "other.txt"], tmp_path / "home")
    chips = {fact.documents: fact.origins for fact in Catalogue.open(tmp_path / "home").facts(predicate="chipCount", limit=500).items}
    assert chips[3] == 2

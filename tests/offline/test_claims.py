"""Who says what, how sure it is put: claimants and status read from clauses, records, tables, quotes and headings."""

import time

import pytest

from kg.documents import document_from_bytes
from loaders.blocks import blocks
from loaders.offline.analysis import Analysis, Segment
from loaders.offline.claims import Claims
from loaders.provenance import metadata
from loaders.readers import read


def read_in(raw: str) -> Analysis:
    """The analysis of a text."""
    document = document_from_bytes("note.md", raw.encode())
    text = read(document)
    tree = blocks(text)
    return Analysis(text, tree, metadata(document, text, tree))


def place(analysis: Analysis, words: str) -> tuple[Segment, tuple[int, int]]:
    """The segment that holds the words, and where they stand."""
    start = analysis.content.index(words)
    segment = analysis.segment_at(start)
    assert segment is not None
    return segment, (start, start + len(words))


def said_by(raw: str, words: str, predicate: str = "trainingCost") -> tuple[str, ...]:
    """The claimants of what stands at the words."""
    analysis = read_in(raw)
    segment, anchor = place(analysis, words)
    return Claims(analysis).claimants(segment, predicate, anchor)


def status_of(raw: str, words: str, predicate: str) -> str:
    """The status of what stands at the words."""
    analysis = read_in(raw)
    segment, anchor = place(analysis, words)
    claims = Claims(analysis)
    return claims.status(segment, predicate, anchor, claims.claimants(segment, predicate, anchor))


@pytest.mark.parametrize(
    ("sentence", "figure", "claimant"),
    [
        ("Training took $9 million, Reuters reported last week.", "$9 million", "Reuters"),
        ("According to SemiAnalysis, training took $9 million.", "$9 million", "SemiAnalysis"),
        ("By Mistral's own account the run took $9 million.", "$9 million", "Mistral"),
        ("Bloomberg puts the cost of the run at $9 million.", "$9 million", "Bloomberg"),
        ("The lab spent $9 million on its last large run (TechCrunch).", "$9 million", "TechCrunch"),
        ("Laut Reuters kostete das Training 9 Millionen Dollar.", "9 Millionen Dollar", "Reuters"),
        ("Selon Reuters, l'entraînement a coûté 9 millions de dollars.", "9 millions", "Reuters"),
        ("Según Reuters, el entrenamiento costó 9 millones de dólares.", "9 millones", "Reuters"),
        ("Segundo a Reuters, o treino custou 9 milhões de dólares.", "9 milhões", "Reuters"),
        ("По данным Reuters, обучение стоило 9 млн долларов.", "9 млн", "Reuters"),
        ("据路透社报道,训练花费900万美元。", "900万美元", "路透社"),
        ("OpenAI今年5月透露,训练花费900万美元。", "900万美元", "OpenAI"),
        ("OpenAIによると、学習費用は900万ドルだった。", "900万ドル", "OpenAI"),
        ("OpenAI는 학습에 900만 달러를 썼다고 밝혔다.", "900만 달러", "OpenAI"),
    ],
)
def test_who_says_it_stands_in_the_sentence(sentence: str, figure: str, claimant: str) -> None:
    assert claimant in said_by(sentence + "\n", figure)


@pytest.mark.parametrize(
    ("sentence", "figure"),
    [
        ("Only in May, Microsoft wrote Mistral a $9 million cheque.", "$9 million"),
        ("The $9 million which Microsoft had put into the lab was spent.", "$9 million"),
        ("Microsoft has not announced how much it spent; ours took $9 million.", "$9 million"),
        ("The run took $9 million, far less than many experts predicted.", "$9 million"),
        ("It is said to have taken $9 million.", "$9 million"),
    ],
)
def test_a_name_near_a_verb_is_no_claimant(sentence: str, figure: str) -> None:
    assert said_by(sentence + "\n", figure) == ()


def test_what_is_told_is_said_by_one_and_carried_by_the_other() -> None:
    assert said_by("OpenAI told Reuters that the run took $9 million.\n", "$9 million") == ("OpenAI", "Reuters")


def test_an_aside_in_a_reported_sentence_is_the_writers() -> None:
    sentence = "Mistral, which raised $5 million in May, said the run took $9 million.\n"
    assert said_by(sentence, "$5 million", "fundingAmount") == ()
    assert said_by(sentence, "$9 million") == ("Mistral",)


def test_what_everybody_knows_is_the_documents_own_voice() -> None:
    sentence = "Mistral said it had bought 500 Nvidia H100 chips.\n"
    assert said_by(sentence, "500", "chipCount") == ("Mistral",)
    assert said_by(sentence, "Nvidia", "manufacturer") == ()


def test_it_said_stands_for_who_was_named_before() -> None:
    raw = "Mistral has a new model. Its training took $9 million, the company said.\n"
    assert said_by(raw, "$9 million") == ("Mistral",)


def test_an_account_says_what_it_posts() -> None:
    assert said_by("- @somelab: the run took $9 million\n- other news\n", "$9 million") == ("@somelab",)


def test_a_record_names_its_source() -> None:
    raw = "id: one\ntext: The run took $9 million\nsource: TechCrunch, 3 May\nid: two\ntext: Another took $4 million\n"
    assert said_by(raw, "$9 million") == ("TechCrunch",)
    assert said_by(raw, "$4 million") == ()


def test_a_column_of_sources_speaks_for_its_row() -> None:
    raw = "| Model | Cost | Source |\n|---|---|---|\n| Alpha | $9 million | Reuters |\n| Beta | $4 million | Bloomberg |\n"
    assert said_by(raw, "$9 million") == ("Reuters",)
    assert said_by(raw, "$4 million") == ("Bloomberg",)


def test_who_speaks_in_the_line_before_a_quote_says_the_quote() -> None:
    raw = "Mistral states that this is not all (thanks to [Ada Moor](https://x.com/ada/1) for the hint):\n\n> The run took $9 million.\n"
    assert said_by(raw, "$9 million") == ("Mistral",)


def test_a_relative_clause_has_a_speaker_of_its_own() -> None:
    sentence = "The run took $9 million, for which SemiAnalysis estimates 500 chips were needed.\n"
    assert said_by(sentence, "$9 million") == ()
    assert said_by(sentence, "500", "chipCount") == ("SemiAnalysis",)


def test_a_heading_sets_the_speaker_of_its_section_only() -> None:
    raw = "# Costs\n\n## SemiAnalysis' estimates\n\n## Epoch AI's estimates\n\n- The run: $9 million\n\n## Ours\n\n- The run: $4 million\n"
    assert said_by(raw, "$9 million") == ("Epoch AI",)
    assert said_by(raw, "$4 million") == ()


@pytest.mark.parametrize(
    ("raw", "figure", "predicate", "status"),
    [
        ("We estimate that the run took $9 million.\n", "$9 million", "trainingCost", "estimated"),
        ("The run took about $9 million.\n", "$9 million", "trainingCost", "asserted"),
        ("The run reportedly took $9 million.\n", "$9 million", "trainingCost", "estimated"),
        ("The run took $9 million; it might be repeated.\n", "$9 million", "trainingCost", "asserted"),
        ("Our estimate for 2025:\n\n- power bill: $9 million\n- staff: $4 million\n", "$4 million", "annualStaffCost", "estimated"),
        ("| Item | Cost (est.) |\n|---|---|\n| Staff | $4 million |\n", "$4 million", "annualStaffCost", "estimated"),
        ("预计训练花费900万美元。\n", "900万美元", "trainingCost", "estimated"),
        ("Senators allege that Mistral has access to smuggled H100 chips.\n", "H100", "accessToChip", "alleged"),
        ("Mistral denied that it used H100 chips.\n", "H100", "usesChip", "denied"),
        ("That it took $9 million is false.\n", "$9 million", "trainingCost", "denied"),
    ],
)
def test_status(raw: str, figure: str, predicate: str, status: str) -> None:
    assert status_of(raw, figure, predicate) == status


def test_time_grows_with_length_only() -> None:
    unit = "OpenAI (x) said, (OpenAI), according to Reuters, by its, 1/1*1/1= said he told the put in "
    analyses = [read_in((unit * 20 + ".\n\n") * times) for times in (5, 20)]
    spent = []
    for analysis in analyses:
        claims, before = Claims(analysis), time.process_time()
        for segment in analysis.segments:
            claims.status(segment, "trainingCost", (segment.end - 1, segment.end), claims.claimants(segment))
        spent.append(time.process_time() - before)
    assert spent[1] < 12 * spent[0] + 0.5


def test_a_remark_on_all_figures_speaks_for_the_paragraph() -> None:
    raw = "A card costs $2 an hour. It was $4 a year ago (all per SemiAnalysis).\n\nPower is $9.\n"
    assert said_by(raw, "$2", "rentalPricePerGpuHour") == ("SemiAnalysis",)
    assert said_by(raw, "$4", "rentalPricePerGpuHour") == ("SemiAnalysis",)
    assert said_by(raw, "$9") == ()


def test_according_to_a_post_by_somebody() -> None:
    assert said_by("According to a recent post by Simon Willison, the run took $9 million.\n", "$9 million") == ("Simon Willison",)


def test_his_post_is_by_the_person_named_last() -> None:
    raw = "I know this from Simon Willison. Mistral raised it, by Mistral's own account. His post mentions a run of $9 million, too.\n"
    assert said_by(raw, "$9 million") == ("Simon Willison",)


def test_a_title_in_a_footnote_is_said_by_what_it_links_to() -> None:
    raw = "Cheap.[^1] Is it?\n\n[^1]: [A lab trains a model for $9 million](https://papers.example.org/cheap)\n"
    assert "papers.example.org" in said_by(raw, "$9 million")


def test_a_note_on_the_maker_speaks_for_scores_and_lists() -> None:
    raw = "# Command R by Cohere\n\n## Results by the vendor\n\nIt gets 41 percent. The run took $9 million.\n\n- GPQA: 57.2\n"
    assert said_by(raw, "41 percent", "benchmarkScore") == ("Cohere",)
    assert said_by(raw, "57.2", "benchmarkScore") == ("Cohere",)
    assert said_by(raw, "$9 million") == ()


def test_behind_a_semicolon_the_writer_speaks_again() -> None:
    raw = "Mistral has news. The run took $9 million, the company said; a card costs $30,000.\n"
    assert said_by(raw, "$9 million") == ("Mistral",)
    assert said_by(raw, "$30,000", "chipPrice") == ()


@pytest.mark.parametrize(
    ("raw", "figure", "claimants"),
    [
        ("Cohere had news. It got help from Inovia. In May it told reporters that the run took $9 million.\n", "$9 million", ("Cohere",)),
        (
            "Mistral grows. Mistral uses Google's chips. It used Google's for a run of $9 million, the company said.\n",
            "$9 million",
            ("Mistral",),
        ),
        ("Mistral has a model. According to the company, the run took $9 million.\n", "$9 million", ("Mistral",)),
        ("Mistral hat ein Modell. Nach eigenen Angaben kostete das Training 9 Millionen Dollar.\n", "9 Millionen", ("Mistral",)),
        ("Mistral a un modèle. Selon l'entreprise, l'entraînement a coûté 9 millions de dollars.\n", "9 millions", ("Mistral",)),
        ("People close to the talks put the run at $9 million.\n", "$9 million", ("People close to the talks",)),
        (
            "It took $9 million, people familiar with its books told Bloomberg.\n",
            "$9 million",
            ("people familiar with its books", "Bloomberg"),
        ),
    ],
)
def test_the_company_and_people_unnamed(raw: str, figure: str, claimants: tuple[str, ...]) -> None:
    assert said_by(raw, figure) == claimants


@pytest.mark.parametrize(
    ("raw", "figure"),
    [
        ("这是别人推算的，不是OpenAI说的，训练费900万美元。\n", "900万美元"),
        ("Microsoft wrote off $9 million.\n", "$9 million"),
        ("Xavier Niel is building on his own account and has spent $9 million.\n", "$9 million"),
    ],
)
def test_what_only_looks_like_reporting(raw: str, figure: str) -> None:
    assert said_by(raw, figure) == ()

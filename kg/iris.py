"""Mints every IRI of the graph, and reads ids back from them; no other module puts an IRI together."""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

BASE = "https://w3id.org/lab-facts/"
ONTOLOGY = BASE + "ontology"
KG = ONTOLOGY + "#"
ENTITY_TYPES = ("organisation", "model", "chip", "cluster", "person", "place", "benchmark", "publication", "concept")

GRAPH_ENTITIES = BASE + "graph/entities"
GRAPH_RELATIONS = BASE + "graph/relations"
GRAPH_FACTS = BASE + "graph/facts"
GRAPH_CHECKS = BASE + "graph/checks"
GRAPH_QUARANTINE = BASE + "graph/quarantine"
GRAPH_ONTOLOGY = BASE + "graph/ontology"

# All but what RFC 3987 allows in a path segment (isegment), without "%", which would change what the IRI means, and no-break space.
_PLANES = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
_FORBIDDEN = re.compile(rf"[^A-Za-z0-9\-._~!$&'()*+,;=:@\xa1-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{_PLANES}\U000E1000-\U000EFFFD]")


def segment(text: str) -> str:
    """One path segment of an IRI: what an IRI may not hold is percent-encoded, letters of every script stay.

    >>> segment("USD/GPU hour")
    'USD%2FGPU%20hour'
    """
    if text.isascii() and text.isalnum():  # ids, of which there are many
        return text
    return _FORBIDDEN.sub(lambda match: quote(match.group(), safe="", errors="replace"), text)


def term(name: str) -> str:
    """A class or property of the ontology.

    >>> term("gpuHours")
    'https://w3id.org/lab-facts/ontology#gpuHours'
    """
    return KG + segment(name)


@lru_cache(maxsize=4096)
def qualifier(name: str) -> str:
    """The property of a qualifier.

    >>> qualifier("stage")
    'https://w3id.org/lab-facts/ontology#qualifier-stage'
    """
    return KG + "qualifier-" + segment(name)


def entity(entity_id: str) -> str:
    """An entity by its id "<type>/<slug>", or a document by "document/<sha256>".

    >>> entity("model/deepseek-v3")
    'https://w3id.org/lab-facts/id/model/deepseek-v3'
    """
    kind, _, slug = entity_id.partition("/")
    if kind == "document":
        return document(slug)
    return f"{BASE}id/{segment(kind)}/{segment(slug)}"


def entity_id(iri: str) -> str | None:
    """The id "<type>/<slug>" of an entity's or document's IRI; None for any other IRI.

    >>> entity_id("https://w3id.org/lab-facts/id/chip/h800")
    'chip/h800'
    """
    for root in (BASE + "id/", BASE):
        if iri.startswith(root):
            kind, _, slug = iri[len(root) :].partition("/")
            if slug and "/" not in slug and (kind in ENTITY_TYPES if root != BASE else kind == "document"):
                return f"{kind}/{unquote(slug)}"
    return None


def statement(statement_id: str) -> str:
    """A statement by its content hash."""
    return f"{BASE}statement/{segment(statement_id)}"


def statement_id(iri: str) -> str | None:
    """The id of a statement's IRI; None for any other IRI."""
    root = BASE + "statement/"
    rest = iri[len(root) :] if iri.startswith(root) else ""
    return unquote(rest) if rest and "/" not in rest else None


def target(statement_id: str) -> str:
    """The oa:SpecificResource of a statement: its document, narrowed to the supporting span."""
    return statement(statement_id) + "/target"


def selector(statement_id: str) -> str:
    """The oa selector of a statement: positions and quote of the supporting span."""
    return statement(statement_id) + "/selector"


def document(sha256: str) -> str:
    """A document by the sha256 of its bytes."""
    return f"{BASE}document/{segment(sha256)}"


def document_graph(sha256: str) -> str:
    """The named graph of a document's statements."""
    return f"{BASE}graph/document/{segment(sha256)}"


def run(model_id: str, stage: str) -> str:
    """The training run of a model ("model/<slug>" or the bare slug) in a stage.

    >>> run("model/deepseek-v3", "pre-training")
    'https://w3id.org/lab-facts/run/deepseek-v3/pre-training'
    """
    return f"{BASE}run/{segment(model_id.removeprefix('model/'))}/{segment(stage)}"


def fact(fact_id: str) -> str:
    """A fact by its id."""
    return f"{BASE}fact/{segment(fact_id)}"


def pair(fact_id: str, left: str, right: str) -> str:
    """Two statements of a fact, by its id and theirs."""
    return f"{BASE}fact/{segment(fact_id)}/pair/{segment(left)}/{segment(right)}"


def check(check_id: str) -> str:
    """A check by its id."""
    return f"{BASE}check/{segment(check_id)}"


def origin(origin_id: str) -> str:
    """The primary source statements go back to, by its id."""
    return f"{BASE}origin/{segment(origin_id)}"


def scheme(name: str) -> str:
    """A concept scheme of the vocabulary."""
    return f"{BASE}vocab/{segment(name)}"


def concept(scheme_name: str, name: str) -> str:
    """A concept of a scheme.

    >>> concept("status", "alleged")
    'https://w3id.org/lab-facts/vocab/status/alleged'
    """
    return f"{BASE}vocab/{segment(scheme_name)}/{segment(name)}"


def shape(name: str) -> str:
    """A SHACL shape or property shape by its name."""
    return f"{BASE}shapes#{segment(name)}"


def elsewhere(template: str, name: str) -> str:
    """What another register calls an entity, from the register's template.

    >>> elsewhere("https://huggingface.co/{}", "deepseek-ai/DeepSeek-V3")
    'https://huggingface.co/deepseek-ai/DeepSeek-V3'
    """
    return template.replace("{}", "/".join(segment(part) for part in name.split("/")))


def result(result_id: str) -> str:
    """What a shape has to say about a node, by the hash of both."""
    return f"{BASE}validation/{segment(result_id)}"

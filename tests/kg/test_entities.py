"""Names: folding, slugs, the gazetteer's files, finding and minting."""

import tomllib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.entities import FILES, NAMES, TYPES, Entity, Forms, Registry, fold, mint, read_names, slug
from kg.errors import InputError, UnknownName
from kg.iris import entity as entity_iri
from kg.ontology import entity_classes

GAZETTEER = sorted(path for path in NAMES.glob("*.toml") if path.name != "forms.toml")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.default()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("GPT-4", "gpt 4"),
        ("Llama-3.1-405B", "LLaMA 3.1 405b"),
        ("Command R+", "command-r plus".replace(" plus", "+")),
        ("ＮＶＩＤＩＡ", "nvidia"),
        ("Société Générale", "Societe Generale"),
        ("AT&T", "AT and T"),
        ("山姆·奥特曼", "山姆奥特曼"),
        ("Xi'an", "Xi’an"),
        ("Алёна", "Алена"),
        ("e l y z a", "ELYZA"),
    ],
)
def test_spelling_does_not_matter(left: str, right: str) -> None:
    assert fold(left) == fold(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("DeepSeek-V2", "DeepSeek-V2.5"),
        ("Qwen2 72B", "Qwen 272B"),
        ("Llama 3.1", "Llama 31"),
        ("Command R", "Command R+"),
        ("A100 80", "A1 0080"),
        ("カキ", "ガキ"),
        ("이", "의"),
        ("Yi-1.5", "Yi-15"),
        ("H100", "H800"),
    ],
)
def test_versions_sizes_and_letters_stay_apart(left: str, right: str) -> None:
    assert fold(left) != fold(right)
    assert slug(left) != slug(right)


@settings(max_examples=200)
@given(st.text(max_size=30))
def test_folding_is_settled_after_once(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert " " not in folded


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=30))
def test_slugs_are_plain_iri_segments(text: str) -> None:
    made = slug(text)
    assert made.isascii() and made and made == made.lower() and not set(made) & set(" /%?#")
    assert entity_iri(f"model/{made}").endswith(made)


def test_slugs_of_one_name_written_apart_are_one() -> None:
    assert slug("Llama3.1 405B") == slug("Llama 3.1-405B") == "llama-3.1-405b"
    assert slug("DeepSeek-V3") == "deepseek-v3"


def test_slugs_of_other_scripts_differ() -> None:
    made = {slug(name) for name in ("幻方", "商汤", "智谱", "Яндекс", "네이버", "楽天", "腾讯Hunyuan", "百度Hunyuan")}
    assert len(made) == 8


@pytest.mark.parametrize("path", GAZETTEER, ids=lambda path: path.stem)
def test_no_name_has_two_owners_within_a_type(path: object) -> None:
    owners: dict[str, set[str]] = {}
    for entity in read_names(path):  # type: ignore[arg-type]
        for name in (*entity.names, *entity.inflections):
            owners.setdefault(fold(name), set()).add(entity.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}
    assert "" not in owners


@pytest.mark.parametrize("path", GAZETTEER, ids=lambda path: path.stem)
def test_no_entity_repeats_a_name(path: object) -> None:
    for entity in read_names(path):  # type: ignore[arg-type]
        repeated = [name for name, count in Counter(map(fold, (*entity.names, *entity.inflections))).items() if count > 1]
        assert repeated == [], entity.id


@pytest.mark.parametrize("path", GAZETTEER, ids=lambda path: path.stem)
def test_files_are_sorted_and_their_tables_lead_somewhere(path: object) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    slugs: list[str] = []

    def walk(table: dict[str, object], depth: int) -> None:
        assert list(table) == sorted(table)
        for key, value in table.items():
            if depth and isinstance(value, dict):
                walk(value, depth - 1)
            else:
                slugs.append(key)

    walk(content["entities"], len(content["groups"]))
    assert len(slugs) == len(set(slugs))
    names = {name for entity in read_names(path) for name in (*entity.names, *entity.inflections)}  # type: ignore[arg-type]
    assert set(content["weak"]) <= names
    assert set(content.get("inflections", {})) <= set(slugs)
    for tables in (content.get("identifiers", {}), content.get("hints", {})):
        for table in tables.values():
            assert set(table) <= set(slugs)


def test_hints_lead_to_known_entities(registry: Registry) -> None:
    astray = {(entity.id, hint) for entity in registry for hint in entity.hints.values() if registry.by_id(hint) is None}
    assert astray == set()


def test_every_file_is_read_under_its_type() -> None:
    assert sorted(FILES.values()) == GAZETTEER
    assert {type: tomllib.loads(path.read_text(encoding="utf-8"))["type"] for type, path in FILES.items()} == {type: type for type in FILES}


def test_types_are_those_of_the_ontology() -> None:
    assert set(TYPES) == set(entity_classes()) - {"document"}


@pytest.mark.parametrize(
    ("label", "type", "id"),
    [
        ("幻方", "organisation", "organisation/high-flyer"),
        ("幻方量化", "organisation", "organisation/high-flyer"),
        ("英伟达", "organisation", "organisation/nvidia"),
        ("英偉達", "organisation", "organisation/nvidia"),
        ("엔비디아", "organisation", "organisation/nvidia"),
        ("エヌビディア", "organisation", "organisation/nvidia"),
        ("深度求索", "organisation", "organisation/deepseek"),
        ("Nvidia Corp.", "organisation", "organisation/nvidia"),
        ("Cerebras Systems, Inc.", "organisation", "organisation/cerebras"),
        ("the White House", "organisation", "organisation/white-house"),
        ("NVIDIA H800 GPUs", "chip", "chip/h800"),
        ("H100-SXM5-80GB", "chip", "chip/h100"),
        ("昇腾910B", "chip", "chip/ascend-910b"),
        ("H800芯片", "chip", "chip/h800"),
        ("英伟达H800芯片", "chip", "chip/h800"),
        ("华为昇腾910B", "chip", "chip/ascend-910b"),
        ("腾讯混元大模型", "model", "model/hunyuan"),
        ("通义千问", "model", "model/qwen"),
        ("Llama3.1-405B", "model", "model/llama-3.1-405b"),
        ("DeepSeek V3", "model", "model/deepseek-v3"),
        ("アメリカ合衆国", "place", "place/united-states"),
        ("美国", "place", "place/united-states"),
        ("Großbritannien", "place", "place/united-kingdom"),
        ("deepseek-ai/DeepSeek-V3", "model", "model/deepseek-v3"),
        ("Microsoft's", "organisation", "organisation/microsoft"),
        ("Mr. Liang Wenfeng", "person", "person/liang-wenfeng"),
        ("梁文鋒", "person", "person/liang-wenfeng"),
        ("ソフトバンク株式会社", "organisation", "organisation/softbank"),
        ("混合专家", "concept", "concept/mixture-of-experts"),
        ("Apache-2.0", "concept", "concept/apache-license-2.0"),
        ("최고경영자", "concept", "concept/chief-executive-officer"),
        ("AI2", "organisation", "organisation/allen-institute-for-ai"),
        ("DeepSeek-V3 Technical Report", "publication", "publication/deepseek-v3-technical-report"),
    ],
)
def test_names_in_every_script_find_their_entity(registry: Registry, label: str, type: str, id: str) -> None:
    found = registry.find(label, type)
    assert found is not None and found.id == id


def test_inflected_forms_point_to_an_entity_without_naming_it(registry: Registry) -> None:
    germany, yandex = registry.find("deutschen", "place"), registry.find("Яндексом", "organisation")
    assert germany and germany.id == "place/germany" and "deutschen" not in germany.names and "Deutschland" in germany.names
    assert yandex and yandex.id == "organisation/yandex" and "Яндексом" not in yandex.names


def test_a_name_of_several_types_gives_all(registry: Registry) -> None:
    assert [entity.type for entity in registry.find_all("DeepSeek")] == ["organisation", "model"]
    first = registry.find("DeepSeek")
    assert first is not None and first.type == "organisation"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("DeepSeek-V2", "DeepSeek-V2.5"),
        ("GPT-4", "GPT-4o"),
        ("Claude 3.5 Sonnet", "Claude 3.7 Sonnet"),
        ("Qwen2", "Qwen2.5"),
        ("Llama 3", "Llama 3.1"),
    ],
)
def test_two_versions_are_two_entities(registry: Registry, left: str, right: str) -> None:
    ours, other = registry.find(left, "model"), registry.find(right, "model")
    assert ours and other and ours.id != other.id


@pytest.mark.parametrize(
    ("left", "right"), [("H100", "H800"), ("A100", "A800"), ("L40", "L40S"), ("MI300X", "MI325X"), ("TPU v5e", "TPU v5p")]
)
def test_two_chips_are_two_entities(registry: Registry, left: str, right: str) -> None:
    ours, other = registry.find(left, "chip"), registry.find(right, "chip")
    assert ours and other and ours.id != other.id


def test_an_unknown_version_is_not_the_nearest_known_one(registry: Registry) -> None:
    assert registry.find("DeepSeek-V97.3", "model") is None
    assert registry.entity("DeepSeek-V97.3", "model") == Entity("model/deepseek-v97.3", "model", "DeepSeek-V97.3")


@pytest.mark.parametrize(
    ("label", "family"),
    [
        ("Qwen9.5-72B-Instruct", "model/qwen"),
        ("GPT-4o-2024-05-13", "model/gpt-4o"),
        ("Phi-99", "model/phi"),
        ("GPT-4.7", "model/gpt"),
        ("Kimi K2.9-Instruct", "model/kimi"),
        ("Qwen2Zeta", "model/qwen"),
        ("Qwen2 Zeta", "model/qwen-2"),
        ("Philosopher", None),
        ("Google Gemini 99 Pro", "model/gemini"),
        ("Qwen/Qwen9-7B", "model/qwen"),
        ("Zorblax", None),
    ],
)
def test_family_is_the_longest_known_beginning(registry: Registry, label: str, family: str | None) -> None:
    found = registry.family(label)
    assert (found.id if found else None) == family


def test_common_words_are_marked_weak(registry: Registry) -> None:
    for label, type in [
        ("Meta", "organisation"),
        ("Apple", "organisation"),
        ("Spark", "model"),
        ("Phi", "model"),
        ("Yi", "model"),
        ("Command", "model"),
    ]:
        found = registry.find(label, type)
        assert found is not None and label in found.weak


def test_spellings_fold_to_the_name_they_spell(registry: Registry) -> None:
    for entity in registry:
        folded = {fold(name) for name in (*entity.names, *entity.inflections)}
        assert {fold(spelling) for spelling, _ in entity.spellings} == folded, entity.id


def test_spellings_cover_hyphens_spaces_and_joined_numbers() -> None:
    entity = Entity("model/x", "model", "Zorb-X 7", ("fine-tuning", "昇腾910B", "Step-9"), weak=("Step-9",))
    spellings = dict(entity.spellings)
    assert {"Zorb X 7", "Zorb-X-7", "fine tuning", "finetuning", "昇腾 910B", "Step 9", "Step9"} <= set(spellings)
    assert [spelling for spelling, weak in spellings.items() if weak] == ["Step-9", "Step 9", "Step9"]


def test_chips_know_maker_and_parent(registry: Registry) -> None:
    chip = registry.by_id("chip/h800")
    assert chip is not None
    assert chip.hints["manufacturer"] == "organisation/nvidia"
    assert chip.hints["variantOf"] == "chip/h100"


def test_minting_refuses_unknown_types_and_empty_labels() -> None:
    with pytest.raises(UnknownName, match="chip"):
        mint("H100", "gadget")
    with pytest.raises(InputError, match="empty label"):
        mint("  ", "chip")


def test_legal_forms_are_dropped_only_where_that_finds_something() -> None:
    registry = Registry([Entity("organisation/acme", "organisation", "Acme")], Forms(("the",), {}, {"organisation": ("inc", "公司")}))
    for label in ("The Acme, Inc.", "ACME Inc", "Acme公司"):
        found = registry.find(label, "organisation")
        assert found is not None and found.id == "organisation/acme"
    assert registry.find("Acme Labs", "organisation") is None
    assert registry.find("Acme Inc", "person") is None


def test_a_file_with_an_unknown_key_is_refused(tmp_path: object) -> None:
    path = tmp_path / "x.toml"  # type: ignore[operator]
    path.write_text("type = 'chip'\ngroups = ['kind']\ncolour = 'red'\n[entities.gpu]\nh1 = ['H1']\n")
    with pytest.raises(InputError, match="colour"):
        list(read_names(path))


def test_a_line_that_is_not_a_list_of_names_is_refused(tmp_path: object) -> None:
    path = tmp_path / "x.toml"  # type: ignore[operator]
    path.write_text("type = 'chip'\ngroups = ['kind']\n[entities]\nh1 = ['H1']\n")
    with pytest.raises(InputError, match="h1"):
        list(read_names(path))

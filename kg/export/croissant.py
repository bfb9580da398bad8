"""A Croissant description of the statements, beside the CSV file it describes, for machine-learning tools.

https://docs.mlcommons.org/croissant/docs/croissant-spec.html
"""

import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from kg import __version__, iris
from kg.export import tables
from kg.export.source import Source

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
FILE = "statements.csv"
DESCRIPTION = "croissant.json"
TYPES = {
    **dict.fromkeys(tables.NUMBERS, "sc:Float"),
    **dict.fromkeys(tables.COUNTS, "sc:Integer"),
    **dict.fromkeys(tables.FLAGS, "sc:Boolean"),
}
MEANINGS = {
    "id": "Content hash that names the statement for ever.",
    "quote": "The characters of the document that support the statement.",
    "start": "Where the quote starts in the document, in Unicode code points.",
    "end": "Where the quote ends, exclusive.",
    "value": "The figure in base units.",
    "lexical": "The figure as it is written.",
    "status": "asserted, estimated, alleged or denied.",
    "attributedTo": "Who is said to say it, nearest first.",
}


def croissant(source: Source, folder: Path) -> None:
    """Write croissant.json and statements.csv into a folder."""
    content = io.BytesIO()
    tables.csv(source, content)
    body = content.getvalue()
    columns = body.decode("utf-8-sig").partition("\r\n")[0].split(",")
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"statements/{name}",
            "name": f"statements/{name}",
            "description": MEANINGS.get(name, f"The column {name} of the statement record."),
            "dataType": TYPES.get(name, "sc:Text"),
            "source": {"fileObject": {"@id": FILE}, "extract": {"column": name}},
        }
        for name in columns
    ]
    release = source.catalogue.release()
    record = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": "lab-facts",
        "description": "Statements about AI labs, each tied to the exact characters that support it and to whoever said it.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "url": iris.BASE,
        "version": __version__,
        "identifier": release.hash,
        "license": "https://spdx.org/licenses/MIT.html",
        "citeAs": f"Lab Facts, release {release.hash}, {iris.BASE}",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": FILE,
                "name": FILE,
                "description": "All statements, one a row.",
                "contentUrl": FILE,
                "contentSize": f"{len(body)} B",
                "encodingFormat": "text/csv",
                "sha256": sha256(body).hexdigest(),
            }
        ],
        "recordSet": [
            {"@type": "cr:RecordSet", "@id": "statements", "name": "statements", "key": {"@id": "statements/id"}, "field": fields}
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(body)
    (folder / DESCRIPTION).write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")

"""Every diagnostic code there is, in one table: what kind of mistake it stands for."""

CODES: dict[str, str] = {
    "NAS001": "the file cannot be read as a spec",
    "NAS002": "syntax",
    "NAS003": "nested too deeply",
    "NAS010": "unknown name",
    "NAS011": "defined twice, or a word that has a meaning already",
    "NAS012": "call with wrong arguments",
    "NAS013": "blocks that call themselves",
    "NAS020": "a value of the wrong kind",
    "NAS021": "a value outside what is permitted",
    "NAS022": "a decision that decides nothing or cannot be made",
    "NAS023": "a space too large to unroll",
    "NAS030": "a part of the spec is missing or given twice",
    "NAS031": "unknown or wrong setting",
    "NAS032": "unit",
    "NAS033": "input, its encoding or classes",
    "NAS040": "no member of the space can be built",
    "NAS041": "no member satisfies every require",
    "NAS050": "import",
}

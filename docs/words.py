"""Checks that code and pages use the terms of the glossary: part of ``make lint``.

    python docs/words.py

prints every place where an old word of ``docs/glossary.md`` stands, and fails if there is one.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Old word -> what to write; whole words, in any case.
WORDS = {
    r"switching|change_s|evidence_changes|told_apart|weakest distinctions?": "kernel segmentation",
    r"leap(s|ing)?": "discontinuity",
    r"voted away": "majority filter, minimum segment duration",
    r"labellers?|labelling": "cluster model, inference, label",
    r"nothing given": "number of clusters estimated",
    r"begun (from|anew)": "pretrained, from scratch",
    r"(is|are|was|were) told|lends?|lent": "is trained on, leak",
    r"specimens?|surveys?": "network under study, results",
    r"aims?": "target",
    r"teach(es|ing)?|taught": "train, teacher-forced",
    r"watch(es|ed|ing)?": "callback, see",
    r"what (a unit|units|they|its units) looks? for": "activation maximisation: preferred inputs",
    r"percepts?": "frame features",
    r"films?|filmed": "video, animation",
    r"sweeps?": "ablation",
    r"few_labels": "few_shot",
    r"recognisers?": "action classifier",
    r"pieces?|stretch(es)?|visits?|excerpts?": "segment; interval where no behaviour is meant",
    r"so many(-th)?|so manieth": "the number itself",
    r"that there (is|are)( not)?\b(?! (a|an|one|no)\b)": "another sentence",
}
# Words that also have ordinary meanings; the glossary lists those that remain.
OLD_MEANINGS = {
    r"in place of|in the place of": "instead of",
    r"(?<!\bin[ -])(?<!\binto )(?<!\btake )(?<!\btakes )places?": (
        "position, index, location, pixel, cell, number of a style"
    ),
    r"runs? of (equal|labels?|frames?|rows|clusters?|one (label|behaviour|cluster))": "segment",
    r"run\.(start|stop|label)|in segments\(.*\) if run": "segment",
    r"parts? of (a|an|the|one|each) (recording|motion|sequence|clip|cluster|window|row)s?": (
        "segment, interval, or the thing itself"
    ),
    r"(takes?|took|taking) (no )?part": "be used",
    r"sure(ly|ness)?": "probable, confidence, over-confident",
    r"look(s|ed|ing)? (at|for)": "find, see, read, inspect",
    r"look(s|ed|ing)? (like|alike|the same)": "resemble, have the same style",
    r"(is|are|was|were|be) taken": "is kept, selected, used, read",
}
NUMBER = re.compile(r"(?<![\w.)\]/*=-])\.\d+(?![\w.])")
# The glossary lists old names; tables of earlier names accept them.
EXEMPT = {
    "docs/glossary.md",
    "docs/words.py",
    "src/kinembed/core/renames.py",
    "src/kinembed/pipeline_registry.py",
}
STORED = "a stored name"  # lines that say so keep what files of earlier versions hold
KINDS = {".py", ".md", ".html", ".js", ".css", ".yml"}


def files() -> list[Path]:
    """Files of code and pages that git knows."""
    command = ["git", "ls-files", "src", "docs", "README.md", "conf"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in found.splitlines() if name not in EXEMPT]
    return [ROOT / name for name in names if Path(name).suffix in KINDS]


def problems(text: str, page: bool) -> list[tuple[int, str, str]]:
    """Line number, what stands there, what to write."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if STORED in line:
            continue
        for words, better in (WORDS | OLD_MEANINGS).items():
            matches = re.finditer(rf"(?<![A-Za-z])({words})(?![A-Za-z])", line, re.IGNORECASE)
            found.extend((number, match[0], better) for match in matches)
        if page and (match := NUMBER.search(line)):
            found.append((number, match[0], f"0{match[0]}"))
    return found


def problems_of(path: Path) -> list[tuple[int, str, str]]:
    """Those of a file."""
    return problems(path.read_text("utf-8"), path.suffix == ".md")


def main() -> int:
    """Print all problems; 1 if there are any."""
    count = 0
    for path in files():
        if path.exists():
            for number, word, better in problems_of(path):
                print(f"{path.relative_to(ROOT)}:{number}: {word!r}; write: {better}")
                count += 1
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main())

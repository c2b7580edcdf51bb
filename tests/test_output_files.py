"""The page of output files lists what the stages store, with the stage that writes it."""

import re
from pathlib import Path

import yaml

from kinembed.pipeline_registry import STAGES

ROOT = Path(__file__).parents[1]
ADDRESSES = {
    "${_features}": "04_feature",
    "${_models}": "06_models",
    "${_outputs}": "07_model_output",
    "${_reports}": "08_reporting",
    "${globals:data}/": "",
    "/${globals:experiment}": "",
}
BY_HAND = "08_reporting/names.yml"


def listed():
    """File or folder -> stage, of each row of the first table."""
    text = (ROOT / "docs/output_files.md").read_text().split("## What further", 1)[0]
    rows = re.findall(
        r"^\| (?:`(\w+)/<experiment>`)? *\| `(.*?)` .* \| `(\w+)` \|$", text, re.MULTILINE
    )
    found, folder = {}, ""
    for given, name, stage in rows:
        folder = given or folder
        found[f"{folder}/{re.split('/[<*]', name)[0]}"] = stage
    return found


def stored():
    """File or folder -> stage, of each entry in the catalogs of the stages."""
    found = {}
    for stage in STAGES:
        entries = yaml.safe_load((ROOT / f"conf/base/catalog_{stage}.yml").read_text())
        for path in (entry["filepath"] for entry in entries.values()):
            for address, folder in ADDRESSES.items():
                path = path.replace(address, folder)
            found[path] = stage
    return found


def test_the_page_lists_every_file_of_the_stages():
    written = {path: stage for path, stage in stored().items() if path != BY_HAND}
    assert len(written) > 30
    assert {path: listed().get(path) for path in written} == written

import pytest
from kedro.io import DataCatalog
from kedro.pipeline import node, pipeline

from kinembed.core.errors import KinembedError
from kinembed.hooks import ConfigurationHook

MEMORY = {"type": "MemoryDataset"}
PIPELINE = pipeline([node(lambda one, two, group: one, ["one", "two", "params:group"], "out")])


def test_what_an_old_project_lacks_is_named_with_a_remedy():
    with pytest.raises(KinembedError, match="conf/ lacks params:group, two; if .*kinembed new"):
        ConfigurationHook().before_pipeline_run(PIPELINE, DataCatalog.from_config({"one": MEMORY}))


def test_entries_of_patterns_count():
    entries = dict.fromkeys(("one", "{name}wo", "params:group"), MEMORY)
    ConfigurationHook().before_pipeline_run(PIPELINE, DataCatalog.from_config(entries))


def test_a_node_that_is_left_out_is_named(monkeypatch):
    maker = node(lambda: 1, [], "two", name="make_two")
    monkeypatch.setattr(
        "kinembed.hooks.configuration.pipelines", {"all": PIPELINE + pipeline([maker])}
    )
    entries = dict.fromkeys(("one", "params:group"), MEMORY)
    with pytest.raises(KinembedError, match=r"lacks two; if .*--nodes.* name make_two, too; if an"):
        ConfigurationHook().before_pipeline_run(PIPELINE, DataCatalog.from_config(entries))

"""Every group of parameters with its class, as the nodes of all pipelines take them."""

from kedro.validation.type_extractor import TypeExtractor

from kinembed.pipeline_registry import register_pipelines

GROUPS = TypeExtractor(dict(register_pipelines())).extract_types_from_pipelines()

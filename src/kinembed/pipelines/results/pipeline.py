"""Pipeline ``results``: all methods, protocols and seeds of an experiment beside each other."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.results.nodes import (
    collect_results,
    collect_shared_results,
    draw_results,
    trace_results,
    write_results,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``results``.

    Returns
    -------
    Pipeline
        Tables of scores, as far as they were made -> one table, what made it, a page and a figure.
    """
    return pipeline(
        [
            node(
                collect_results,
                ["score_tables", "params:results"],
                ["results", "results_sources"],
                name="collect_results",
            ),
            node(
                collect_shared_results,
                ["score_tables", "params:results"],
                ["shared_results", "shared_summary"],
                name="collect_shared_results",
            ),
            node(
                write_results,
                ["results", "results_sources", "params:results", "params:reporting"],
                "results_page",
                name="write_results",
            ),
            node(
                trace_results,
                ["score_provenance", "params:results"],
                "results_provenance",
                name="trace_results",
            ),
            node(
                draw_results,
                ["results", "params:reporting"],
                "results_overview",
                name="draw_results",
            ),
        ],
        tags="results",
    )

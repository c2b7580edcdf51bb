from kedro.pipeline import Pipeline, node, pipeline

from toy.nodes import compare, count, judge, look, write


def register_pipelines() -> dict[str, Pipeline]:
    counting = pipeline([node(count, ["params:toy", "params:parallel"], "numbers", name="count")])
    judging = pipeline(
        [
            node(look, "params:toy", "fingerprint", name="look"),
            node(judge, "numbers", ["scores", "table", "history"], name="judge"),
            node(write, "scores", "report", name="write"),
        ]
    )
    comparing = pipeline([node(compare, ["numbers", "scores"], "difference", name="compare")])
    return {
        "counting": counting,
        "judging": judging,
        "comparing": comparing,
        "__default__": counting + judging,
    }

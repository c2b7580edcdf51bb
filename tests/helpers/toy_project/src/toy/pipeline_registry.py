from kedro.pipeline import Pipeline, node, pipeline

from toy.nodes import count, judge, look, write


def register_pipelines() -> dict[str, Pipeline]:
    counting = pipeline([node(count, ["params:toy", "params:parallel"], "numbers", name="count")])
    judging = pipeline(
        [
            node(look, "params:toy", "fingerprint", name="look"),
            node(judge, "numbers", ["scores", "table", "history"], name="judge"),
            node(write, "scores", "report", name="write"),
        ]
    )
    return {"counting": counting, "judging": judging, "__default__": counting + judging}

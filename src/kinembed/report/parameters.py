"""What is said on every figure and page, and how long animations are."""

from pydantic import Field, NonNegativeFloat

from kinembed.core.parameters import Parameters


class ReportParameters(Parameters):
    """What is said on every figure and page, and how long the animations are.

    Attributes
    ----------
    title : str
        Title of the report.
    experiment : str
        Name of the experiment in tables of results.
    note : str
        Small text on every figure and page.
    animation_s_per_cluster : float
        Seconds of each cluster's longest segment that the animation shows; 0: no animation.
    """

    title: str = Field(description="of the report")
    experiment: str = Field("", description="its name in tables of results")
    note: str = Field("", description="on every figure and page")
    animation_s_per_cluster: NonNegativeFloat = Field(3.0, description="0: no animation")

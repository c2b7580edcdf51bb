"""Files that this project wrote itself: in a folder of recordings they are passed over.

A CSV file is recognised by its first columns, other files by their names.
"""

from pathlib import Path

OWN_NAMES = (
    "ingestion.html",
    "ingestion_summary.json",
    "names.yml",
    "plotly.min.js",
    "report.html",
    "segments.parquet",
)
OWN_COLUMNS = (
    "name,role,path,sha256,address,reason",
    "recording,file_joint,joint,",
    "trial,frames,frame_rate,duration_s,",
    "sequence,tier,label,clusters,",
    "sequence,method,protocol,clusters_given,",
    "sequence,clusters_given,clusters,silhouette,",
    "Observation id,Observation date,Description,Observation type,Source,",
    "recording,model,",
)
"""How the tables of files, joints, recordings, segments, scores and events begin."""
_LONGEST = max(map(len, OWN_COLUMNS))


def is_own(path: Path) -> bool:
    """Tell whether this project wrote a file.

    Parameters
    ----------
    path : Path
        A file that exists.

    Returns
    -------
    bool
        True for tables, pages and exports of a run, and for the names that a person gave.
    """
    if path.name in OWN_NAMES:
        return True
    if path.suffix.lower() != ".csv":
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        return stream.read(_LONGEST).startswith(OWN_COLUMNS)

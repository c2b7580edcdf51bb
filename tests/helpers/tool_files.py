"""Small synthetic files of the programs whose recordings are read: texts, and their writers."""

import json
from io import BytesIO

import numpy as np
import pandas as pd
from helpers.position_files import JOINTS
from scipy.io import savemat

TRC = (
    "PathFileType\t4\t(X/Y/Z)\twalk.trc\n"
    "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\n"
    "100\t100\t3\t2\tmm\n"
    "Frame#\tTime\tLASI\t\t\tRASI\t\t\n"
    "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n"
    "\n"
    "11\t0.00\t1\t2\t3\t4\t5\t6\n"
    "12\t0.01\t1\t2\t3\t\t\t\n"
    "13\t0.02\t7\t8\t9\t4\t5\t6\n"
)
MOTIVE = (
    "Format Version,1.23,Export Frame Rate,120,Length Units,Millimeters\n"
    "\n"
    ",Type,Bone,Bone,Bone,Marker,Marker,Marker\n"
    ",Name,Skel:Hip,Skel:Hip,Skel:Hip,Skel:LASI,Skel:LASI,Skel:LASI\n"
    ",ID,0,0,0,1,1,1\n"
    ",,Rotation,Rotation,Rotation,Position,Position,Position\n"
    "Frame,Time (Seconds),X,Y,Z,X,Y,Z\n"
    "0,0.000,9,9,9,1,2,3\n"
    "1,0.008,9,9,9,4,5,6\n"
)
NEXUS = (
    "Trajectories\n100\n,,Ann:LASI,,,Bob:LASI,,,ball,,\n"
    "Frame,Sub Frame,X,Y,Z,X,Y,Z,X,Y,Z\n,,mm,mm,mm,mm,mm,mm,mm,mm,mm\n"
    "1,0,1,2,3,4,5,6,0.5,0.5,0.5\n2,0,1,2,3,,,,0.5,0.5,0.5\n\nModel Outputs\n100\n"
)
DLC_ONE = (
    "scorer,net,net,net,net,net,net\n"
    "bodyparts,nose,nose,nose,tail,tail,tail\n"
    "coords,x,y,likelihood,x,y,likelihood\n"
    "0,1,2,0.9,3,4,0.8\n1,5,6,0.1,,,0.0\n2,7,8,1,9,10,1\n"
)
DLC_TWO = (
    "scorer,n,n,n,n,n,n,n,n,n\nindividuals,a,a,a,b,b,b,single,single,single\n"
    "bodyparts,nose,nose,nose,nose,nose,nose,box,box,box\n"
    "coords,x,y,likelihood,x,y,likelihood,x,y,likelihood\n0,1,2,0.9,3,4,0.8,0,0,1\n"
)
SLEAP_TRACKS = np.random.default_rng(0).uniform(1, 100, (2, 2, 3, 4))
"""Track, coordinate, node, frame."""
LIGHTNING = (
    "scorer,eks,eks,eks,eks,eks\nbodyparts,nose,nose,nose,nose,nose\n"
    "coords,x,y,likelihood,x_ens_median,x_posterior_var\n"
    "0,1,2,0.9,5,0.1\n1,3,4,0.2,5,0.1\n2,5,6,0.9,5,0.1\n"
)
SLEAP_CSV = (
    "track,frame_idx,instance.score,nose.x,nose.y,nose.score,tail.x,tail.y,tail.score\n"
    "ann,0,0.9,1,2,0.9,3,4,0.9\nbob,0,0.9,11,12,0.9,13,14,0.9\n"
    "ann,1,0.9,5,6,0.9,,,\nbob,1,0.9,15,16,0.1,17,18,0.9\n"
)
ANIPOSE = (
    "nose_x,nose_y,nose_z,nose_error,nose_ncams,nose_score,M_00,M_01,center_0,fnum\n"
    "1,2,3,0.5,3,0.9,1,0,0,0\n4,5,6,9.5,2,0.1,1,0,0,1\n7,8,9,0.5,3,0.9,1,0,0,2\n"
)
SIMBA = ",nose_x,nose_y,nose_p,tail_x,tail_y,tail_p\n0,1,2,0.9,3,4,0.9\n1,5,6,0.9,7,8,0.1\n"
FREEMOCAP_WIDE = (
    "body_nose_x,body_nose_y,body_nose_z,body_left_hip_x,body_left_hip_y,body_left_hip_z\n"
    "1,2,1600,4,5,900\n7,8,1610,,,\n10,11,1620,13,14,910\n"
)
FREEMOCAP_BY_TRAJECTORY = (
    "timestamp,timestamp_by_camera,body_nose_x,body_nose_y,body_nose_z,body_left_hip_x,"
    "body_left_hip_y,body_left_hip_z,com_full_body_x,com_full_body_y,com_full_body_z\n"
    "100.00,\"{'a': 100.0, 'b': 100.0}\",1,2,1600,4,5,900,0,0,1\n"
    "100.04,\"{'a': 100.0, 'b': 100.0}\",7,8,1610,,,,0,0,1\n"
    "100.08,\"{'a': 100.0, 'b': 100.0}\",10,11,1620,13,14,910,0,0,1\n"
)
FREEMOCAP_BY_FRAME = (
    "frame,timestamp,timestamp_by_camera,model,keypoint,x,y,z,reprojection_error\n"
    "0,,{},mediapipe_body,nose,1,2,1600,4.1\n0,,{},mediapipe_body,left_hip,4,5,900,3.2\n"
    "0,,{},mediapipe_com,full_body,0,0,1,\n0,,{},mediapipe_hand,right_0000,9,9,9,1\n"
    "1,,{},mediapipe_body,nose,7,8,1610,4.1\n1,,{},mediapipe_body,left_hip,,,,\n"
    "2,,{},mediapipe_body,nose,10,11,1620,4\n2,,{},mediapipe_body,left_hip,13,14,910,3\n"
)
FREEMOCAP_2_BY_FRAME = (
    "frame,keypoint,x,y,z,model,trajectory,reprojection_error\n"
    "0,nose,1,2,1600,rtmpose.body,3d_xyz,\n0,left_hip,4,5,900,rtmpose.body,3d_xyz,\n"
    "0,nose,0,0,1,rtmpose.body,rigid_3d_xyz,\n0,head,0,0,1,rtmpose.body,segment_center_of_mass,\n"
    "0,thumb1,0,0,1,rtmpose.left_hand,3d_xyz,\n"
    "1,nose,7,8,1610,rtmpose.body,3d_xyz,\n1,left_hip,,,,rtmpose.body,3d_xyz,\n"
    "2,nose,10,11,1620,rtmpose.body,3d_xyz,\n2,left_hip,13,14,910,rtmpose.body,3d_xyz,\n"
)
FREEMOCAP_2_BODY = (
    "frame,keypoint,x,y,z\n0,nose,1,2,1600\n0,left_hip,4,5,900\n1,nose,7,8,1610\n"
    "1,left_hip,,,\n2,nose,10,11,1620\n2,left_hip,13,14,910\n"
)
OPENPOSE_POINTS = np.random.default_rng(0).uniform(1, 100, (6, 25, 3)).round(3)
"""Frame, joint, x, y and confidence."""
LANDMARKS = np.random.default_rng(0).uniform(0, 1, (5, 33, 4)).round(4)
"""Frame, joint, x, y, z and visibility."""
NWB_VALUES = np.random.default_rng(0).uniform(1, 100, (2, 8, 2))
"""Joint, frame, axis."""
NWB_TIMES = np.arange(8) / 25


def dlc_csv(positions, confidence, joints=JOINTS):
    """Positions (frames, joints, 2) and likelihoods (frames, joints) as DeepLabCut exports them."""
    parts = [joint for joint in joints for _ in range(3)]
    rows = np.concatenate([positions, confidence[..., None]], axis=2).reshape(len(positions), -1)
    header = [
        ["scorer", *["net"] * len(parts)],
        ["bodyparts", *parts],
        ["coords", *["x", "y", "likelihood"] * len(joints)],
    ]
    lines = [*header, *([row, *values] for row, values in enumerate(rows.tolist()))]
    return "".join(",".join(map(str, line)) + "\n" for line in lines)


def dlc_table(owners=("ann", "bob"), coordinates=("x", "y", "likelihood"), rows=6):
    levels = [["net"], list(owners), ["nose", "tail"], list(coordinates)]
    names = ["scorer", "individuals", "bodyparts", "coords"]
    if not owners:
        levels, names = [*levels[:1], *levels[2:]], [*names[:1], *names[2:]]
    columns = pd.MultiIndex.from_product(levels, names=names)
    values = np.random.default_rng(0).uniform(1, 100, (rows, len(columns)))
    return pd.DataFrame(values, columns=columns)


def sleap_analysis(
    tracks=SLEAP_TRACKS, names=(b"ann", b"bob"), scores=None, dims=None, transpose=None
):
    import h5py

    content = BytesIO()
    with h5py.File(content, "w") as file:
        file["tracks"] = tracks
        file["node_names"] = [b"nose", b"spine", b"tail"]
        file["track_names"] = np.array(names, dtype="S5")
        if scores is not None:
            file["point_scores"] = scores
        if dims is not None:
            file["tracks"].attrs["dims"] = json.dumps(dims)
        if transpose is not None:
            file.attrs["transpose"] = transpose
    return content.getvalue()


def write_slp(path, positions, confidence, individuals):
    """Positions (frames, joints, 2, individuals) as SLEAP's labels; nobody: None."""
    import sleap_io

    skeleton = sleap_io.Skeleton(list(JOINTS))
    video = sleap_io.Video(filename="synthetic.mp4", open_backend=False)
    owners = [sleap_io.Track(name) if name else None for name in individuals]
    frames = [
        sleap_io.LabeledFrame(
            video=video,
            frame_idx=frame,
            instances=[
                sleap_io.PredictedInstance.from_numpy(
                    positions[frame, ..., one],
                    skeleton=skeleton,
                    point_scores=confidence[frame, :, one],
                    score=1.0,
                    track=owner,
                )
                for one, owner in enumerate(owners)
            ],
        )
        for frame in range(len(positions))
    ]
    sleap_io.save_slp(
        sleap_io.Labels(frames, tracks=[owner for owner in owners if owner]), str(path), embed=False
    )
    return path


def openpose_person(row, number=None, joints=25, **more):
    found = {"pose_keypoints_2d": OPENPOSE_POINTS[row, :joints].ravel().tolist(), **more}
    return found if number is None else {"person_id": [number], **found}


def openpose_frame(*people):
    return {"version": 1.3, "people": list(people)}


def write_openpose(folder, frames, trial="walk"):
    for number, content in frames.items():
        (folder / f"{trial}_{number:012d}_keypoints.json").write_text(json.dumps(content))


def mediapipe_landmarks(row):
    return [
        dict(zip(("x", "y", "z", "visibility"), one, strict=True))
        for one in LANDMARKS[row].tolist()
    ]


def nwb_group(parent, name, kind):
    made = parent.create_group(name)
    made.attrs["neurodata_type"] = kind
    return made


def nwb_series(container, name, values, times=NWB_TIMES, rate=None, confidence=None, **attributes):
    made = nwb_group(container, name, "PoseEstimationSeries")
    made["data"] = values
    made["data"].attrs.update(attributes)
    if rate is not None:
        made["starting_time"] = 0.0
        made["starting_time"].attrs["rate"] = rate
    elif times is not None:
        made["timestamps"] = times
    if confidence is not None:
        made["confidence"] = confidence


def nwb_file(write, kind="PoseEstimation", names=("behavior/pose",)):
    import h5py

    content = BytesIO()
    with h5py.File(content, "w") as file:
        for name in names:
            write(nwb_group(file, f"processing/{name}", kind))
    return content.getvalue()


def nwb_mouse(container):
    for joint, values in zip(("nose", "tail"), NWB_VALUES, strict=True):
        nwb_series(container, joint, values, confidence=np.linspace(0, 1, 8))


def mat_file(**variables):
    stream = BytesIO()
    savemat(stream, variables, do_compression=True)
    return stream.getvalue()


def mat_73_file(**variables):
    import h5py

    content = BytesIO()
    with h5py.File(content, "w", userblock_size=512) as file:
        for name, values in variables.items():
            file[name] = np.asarray(values).T
    return b"MATLAB 7.3 MAT-file".ljust(512) + content.getvalue()[512:]

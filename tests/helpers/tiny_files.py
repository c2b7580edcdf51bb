"""Files small enough to be checked by hand, made up for the tests."""

ASF = """\
# made up
:version 1.10
:name tiny
:units
  mass 1.0
  length 0.45
  angle deg
:documentation
  a leg
:root
  order TX TY TZ RX RY RZ
  axis XYZ
  position 0 0 0
  orientation 0 0 0
:bonedata
  begin
    id 1
    name hip
    direction 1 0 0
    length 0.5
    axis 0 0 0 XYZ
  end
  begin
    id 2
    name thigh
    direction 0 -1 0
    length 2
    axis 0 0 90 XYZ
    dof rx ry rz
    limits (-160.0 20.0)
           (-70.0 70.0)
           (-60.0 70.0)
  end
  begin
    id 3
    name shin
    direction 0 -0.6 0.8
    length 10
    axis 90 90 0 XYZ
    dof rx rz
  end
:hierarchy
  begin
    root hip
    hip thigh
    thigh shin
  end
"""

AMC = """\
#!OML:ASF made up
:FULLY-SPECIFIED
:DEGREES
1
root 1 2 3 10 20 30
thigh 1.5 2.5 3.5
shin 4 5
2
root 1.25 2 3 11 21 31
thigh -1 -2 -3
shin 6e1 -.5
"""

BVH = """\
HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation Xrotation
  JOINT Leg
  {
    OFFSET 1 -2 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -3 0.5
    }
  }
  JOINT Back {
    OFFSET 0 4 0
    CHANNELS 1 Yrotation
  }
}
MOTION
Frames: 2
Frame Time: .0083333
1 2 3 30 20 10 1 2 3 4
5 6 7 -30 -20 -10 0.5 0.25 0 1e1
"""


def replace_line(text: str, number: int, *new: str) -> str:
    """The text with other lines in the place of one; lines count from 1."""
    lines = text.splitlines()
    lines[number - 1 : number] = new
    return "\n".join(lines) + "\n"

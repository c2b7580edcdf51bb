// The moving skeleton; it stays in the middle, and the ground passes under it.

class SkeletonView extends View {
  constructor(canvas) { super(canvas, 30, 15); }

  /** From above where all is at one height, as a camera there recorded it. */
  turnBack() {
    super.turnBack();
    const heights = this.sequence ? this.sequence.positions.filter((_, i) => i % 3 === 1) : [];
    if (heights.length && heights.every((height) => height === heights[0])) [this.azimuth, this.elevation] = [0, 90];
  }

  prepare() {
    const { low, high, reach } = this.sequence.extent;
    const tilt = Math.abs(Math.sin((this.elevation * Math.PI) / 180));
    this.scale = 0.94 * Math.min(this.width / (2 * reach), this.height / (high - low + 2 * reach * tilt));
    Object.assign(this, { low, reach, middle: (low + high) / 2 });
    this.inks = { far: colour("--far"), near: colour("--text"), ground: colour("--line"), page: colour("--page") };
  }

  draw(frame) {
    const { positions, joints, bones, masked, step } = this.sequence;
    const project = this.projector();
    const first = 3 * joints.length * frame;
    const [rootX, rootZ] = [positions[first], positions[first + 2]];
    const toScreen = (x, y, z) => {
      const [right, up, depth] = project(x, y - this.middle, z);
      return [this.width / 2 + this.scale * right, this.height / 2 - this.scale * up, depth];
    };
    this.points = joints.map((_, j) => {
      const i = first + 3 * j;
      return toScreen(positions[i] - rootX, positions[i + 1], positions[i + 2] - rootZ);
    });
    const now = frame * step;
    this.hidden = new Set(masked.filter(([, start, stop]) => start <= now && now < stop).map(([joint]) => joint));
    this.pen.clearRect(0, 0, this.width, this.height);
    this.drawGround(rootX, rootZ, toScreen);
    this.drawBones(bones);
    this.drawHidden();
  }

  /** Lines at fixed positions in the world; one that leaves the square comes back on the other side. */
  drawGround(rootX, rootZ, toScreen) {
    const { pen, reach, low } = this;
    const wrap = (value) => (((value % (2 * reach)) + 2 * reach) % (2 * reach)) - reach;
    pen.strokeStyle = this.inks.ground;
    pen.lineWidth = 1;
    pen.beginPath();
    for (let line = 0; line < 8; line++) {
      const [x, z] = [wrap((line * reach) / 4 - rootX), wrap((line * reach) / 4 - rootZ)];
      pen.moveTo(...toScreen(x, low, -reach).slice(0, 2));
      pen.lineTo(...toScreen(x, low, reach).slice(0, 2));
      pen.moveTo(...toScreen(-reach, low, z).slice(0, 2));
      pen.lineTo(...toScreen(reach, low, z).slice(0, 2));
    }
    pen.stroke();
  }

  /** Those behind first and paler; dashed where an end was not seen. */
  drawBones(bones) {
    const { pen, points, hidden } = this;
    const sorted = bones
      .map(([a, b]) => ({ a: points[a], b: points[b], depth: points[a][2] + points[b][2], dashed: hidden.has(a) || hidden.has(b) }))
      .sort((one, other) => one.depth - other.depth);
    sorted.forEach(({ a, b, depth, dashed }) => {
      [pen.lineWidth, pen.lineCap] = dashed ? [2, "butt"] : [4, "round"];
      pen.setLineDash(dashed ? [5, 4] : []);
      pen.strokeStyle = depth < -0.1 * this.reach ? this.inks.far : this.inks.near;
      pen.beginPath();
      pen.moveTo(a[0], a[1]);
      pen.lineTo(b[0], b[1]);
      pen.stroke();
    });
    pen.setLineDash([]);
  }

  /** Joints that were not seen are hollow: where they are is a guess. */
  drawHidden() {
    const { pen, points, inks } = this;
    [pen.lineWidth, pen.strokeStyle, pen.fillStyle] = [1.5, inks.near, inks.page];
    this.hidden.forEach((joint) => {
      pen.beginPath();
      pen.arc(points[joint][0], points[joint][1], 4, 0, 7);
      pen.fill();
      pen.stroke();
    });
  }

  tell(event) {
    const joint = this.points ? this.nearest(this.points, event) : -1;
    const name = this.sequence && this.sequence.joints[joint];
    return name && this.hidden.has(joint) ? `${name}: not seen` : name;
  }
}

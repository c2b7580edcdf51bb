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
    this.inks = { far: colour("--far"), near: colour("--text"), ground: colour("--line") };
  }

  draw(frame) {
    const { positions, joints, bones } = this.sequence;
    const project = this.projector();
    const first = 3 * joints.length * frame;
    const [rootX, rootZ] = [positions[first], positions[first + 2]];
    const place = (x, y, z) => {
      const [right, up, depth] = project(x, y - this.middle, z);
      return [this.width / 2 + this.scale * right, this.height / 2 - this.scale * up, depth];
    };
    this.points = joints.map((_, j) => {
      const i = first + 3 * j;
      return place(positions[i] - rootX, positions[i + 1], positions[i + 2] - rootZ);
    });
    this.pen.clearRect(0, 0, this.width, this.height);
    this.drawGround(rootX, rootZ, place);
    this.drawBones(bones);
  }

  /** Lines at fixed places of the world; one that leaves the square comes back on the other side. */
  drawGround(rootX, rootZ, place) {
    const { pen, reach, low } = this;
    const wrap = (value) => (((value % (2 * reach)) + 2 * reach) % (2 * reach)) - reach;
    pen.strokeStyle = this.inks.ground;
    pen.lineWidth = 1;
    pen.beginPath();
    for (let line = 0; line < 8; line++) {
      const [x, z] = [wrap((line * reach) / 4 - rootX), wrap((line * reach) / 4 - rootZ)];
      pen.moveTo(...place(x, low, -reach).slice(0, 2));
      pen.lineTo(...place(x, low, reach).slice(0, 2));
      pen.moveTo(...place(-reach, low, z).slice(0, 2));
      pen.lineTo(...place(reach, low, z).slice(0, 2));
    }
    pen.stroke();
  }

  /** Those behind first and paler. */
  drawBones(bones) {
    const { pen, points } = this;
    const sorted = bones
      .map(([a, b]) => ({ a: points[a], b: points[b], depth: points[a][2] + points[b][2] }))
      .sort((one, other) => one.depth - other.depth);
    pen.lineWidth = 4;
    pen.lineCap = "round";
    sorted.forEach(({ a, b, depth }) => {
      pen.strokeStyle = depth < -0.1 * this.reach ? this.inks.far : this.inks.near;
      pen.beginPath();
      pen.moveTo(a[0], a[1]);
      pen.lineTo(b[0], b[1]);
      pen.stroke();
    });
  }

  tell(event) { return this.points && this.sequence.joints[this.nearest(this.points, event)]; }
}

// The embedding: all its points, and on them where the sequence is and was just before.

const MARKERS = {
  circle: (path, x, y, r) => path.arc(x, y, r, 0, 7),
  square: (path, x, y, r) => path.rect(x - r, y - r, 2 * r, 2 * r),
  diamond: (path, x, y, r) => polygon(path, [[x - 1.3 * r, y], [x, y - 1.3 * r], [x + 1.3 * r, y], [x, y + 1.3 * r]]),
  cross: (path, x, y, r) => { path.rect(x - 1.2 * r, y - 0.5 * r, 2.4 * r, r); path.rect(x - 0.5 * r, y - 1.2 * r, r, 2.4 * r); },
  x: (path, x, y, r) => { polygon(path, [[x - r, y - 0.4 * r], [x - 0.4 * r, y - r], [x + r, y + 0.4 * r], [x + 0.4 * r, y + r]]); polygon(path, [[x + r, y - 0.4 * r], [x + 0.4 * r, y - r], [x - r, y + 0.4 * r], [x - 0.4 * r, y + r]]); },
  "circle-open": (path, x, y, r) => { path.arc(x, y, 1.2 * r, 0, 7); path.arc(x, y, 0.6 * r, 0, 7, true); },
  "square-open": (path, x, y, r) => { path.rect(x - r, y - r, 2 * r, 2 * r); path.rect(x + 0.5 * r, y - 0.5 * r, -r, r); },
};

function polygon(path, corners) {
  corners.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
}

class EmbeddingView extends View {
  constructor(canvas, jump) {
    super(canvas, 0, 0); // seen from the front: component 1 to the right, component 2 up
    this.jump = jump;
  }

  prepare() {
    const { points, dimensions, embedding } = this.sequence;
    const project = this.projector();
    const flat = embedding.frames.map((_, i) => project(
      points[i * dimensions],
      dimensions > 1 ? points[i * dimensions + 1] : 0,
      dimensions > 2 ? points[i * dimensions + 2] : 0,
    ));
    const fit = (values) => {
      const [low, high] = values.reduce(([l, h], v) => [Math.min(l, v), Math.max(h, v)], [Infinity, -Infinity]);
      return { middle: (low + high) / 2, size: high - low || 1 };
    };
    const [across, up] = [fit(flat.map((p) => p[0])), fit(flat.map((p) => p[1]))];
    const [width, height] = [this.width - 50, this.height - 70];
    const scale = Math.min(width / across.size, height / up.size);
    this.spots = flat.map((p) => [
      this.width / 2 + scale * (p[0] - across.middle),
      this.height / 2 - scale * (p[1] - up.middle),
    ]);
    this.paintStill();
  }

  /** All points, painted once into a picture that every frame begins with. */
  paintStill() {
    const still = document.createElement("canvas");
    [still.width, still.height] = [this.canvas.width, this.canvas.height];
    const pen = still.getContext("2d");
    pen.setTransform(this.pen.getTransform());
    const { labels, pointLabels } = this.sequence;
    const paths = labels.map(() => []);
    this.spots.forEach(([x, y], i) => {
      const label = pointLabels[i];
      const path = new Path2D();
      MARKERS[labels[label].marker](path, x, y, 3.5);
      paths[label].push(path);
    });
    [pen.strokeStyle, pen.lineWidth] = [colour("--edge"), 0.7];
    paths.forEach((group, label) => {
      pen.fillStyle = labels[label].colour;
      group.forEach((path) => { pen.fill(path); pen.stroke(path); });
    });
    this.still = still;
    this.paintSigns(pen);
    this.paintAxes(pen);
    this.inks = { trail: colour("--text"), page: colour("--page") };
  }

  /** Each label's sign in the middle of its points. */
  paintSigns(pen) {
    const { labels, pointLabels } = this.sequence;
    const members = labels.map(() => []);
    this.spots.forEach((spot, i) => members[pointLabels[i]].push(spot));
    const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    Object.assign(pen, { font: "600 13px system-ui, sans-serif", textAlign: "center", textBaseline: "middle" });
    members.forEach((spots, label) => {
      if (!spots.length) return;
      const [x, y] = [0, 1].map((axis) => median(spots.map((spot) => spot[axis])));
      const width = pen.measureText(labels[label].sign).width + 10;
      pen.fillStyle = labels[label].colour;
      pen.fillRect(x - width / 2, y - 10, width, 20);
      pen.strokeRect(x - width / 2, y - 10, width, 20);
      pen.fillStyle = labels[label].text;
      pen.fillText(labels[label].sign, x, y + 1);
    });
  }

  /** Where the components point to, bottom left. */
  paintAxes(pen) {
    const project = this.projector();
    const [x, y] = [24, this.height - 24];
    Object.assign(pen, { font: "12px system-ui, sans-serif", lineWidth: 1, textAlign: "left" });
    pen.strokeStyle = pen.fillStyle = colour("--weak");
    this.sequence.embedding.shares.slice(0, 3).forEach((share, axis) => {
      const [right, up] = project(...[0, 1, 2].map((other) => (other === axis ? 34 : 0)));
      if (Math.hypot(right, up) < 8) return;
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x + right, y - up);
      pen.stroke();
      pen.fillText(`component ${axis + 1} (${Math.round(100 * share)} % of variance)`, x + right + 5, y - up);
    });
  }

  draw(frame) {
    const { pen } = this;
    pen.clearRect(0, 0, this.width, this.height);
    pen.drawImage(this.still, 0, 0, this.width, this.height);
    const { embedding, step, frame_rate } = this.sequence;
    const now = frame * step;
    const last = lastUpTo(embedding.frames, now);
    const since = Math.max(now - 2 * frame_rate, seenSince(this.sequence, now) - 1);
    const first = lastUpTo(embedding.frames, since) + 1;
    if (last < 0 || first > last) return; // not enough was seen yet
    this.drawTrail(this.spots.slice(first, last + 1));
  }

  drawTrail(spots) {
    const { pen } = this;
    [[5, this.inks.page], [2, this.inks.trail]].forEach(([width, ink]) => {
      [pen.lineWidth, pen.strokeStyle, pen.lineJoin] = [width, ink, "round"];
      pen.beginPath();
      spots.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
    });
    const [x, y] = spots[spots.length - 1];
    pen.beginPath();
    pen.arc(x, y, 8, 0, 7);
    [pen.fillStyle, pen.lineWidth, pen.strokeStyle] = [this.inks.trail, 3, this.inks.page];
    pen.fill();
    pen.stroke();
  }

  tell(event) {
    const i = this.spots ? this.nearest(this.spots, event) : -1;
    if (i < 0) return null;
    const { embedding, frame_rate, rows, labels, pointLabels } = this.sequence;
    const number = pointLabels[i];
    return `${labels[number].sign} ${rows[0].titles[number].full}: frame ${embedding.frames[i]}, ${seconds(embedding.frames[i] / frame_rate)}`;
  }

  pick(event) {
    const i = this.spots ? this.nearest(this.spots, event) : -1;
    if (i >= 0) this.jump(this.sequence.embedding.frames[i]);
  }
}

// What the two pictures that are drawn anew for every frame have in common. Both are parallel
// projections, which a drag turns, as in kinembed/report/plots/stage.py: y up, angles in degrees.

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const PICK = 14; // pixels around the pointer in which a point is found

class View {
  constructor(canvas, azimuth, elevation) {
    Object.assign(this, { canvas, home: [azimuth, elevation], sequence: null, frame: 0 });
    this.pen = canvas.getContext("2d");
    this.turnBack();
    canvas.addEventListener("pointerdown", (event) => this.grab(event));
    canvas.addEventListener("dblclick", () => { this.turnBack(); this.refresh(); });
    canvas.addEventListener("pointermove", (event) => this.hover(event));
    canvas.addEventListener("pointerleave", hideTooltip);
    canvas.addEventListener("click", (event) => { if (!this.turned) this.pick(event); });
    this.resize();
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  turnBack() { [this.azimuth, this.elevation] = this.home; }

  show(sequence) {
    Object.assign(this, { sequence, frame: 0 });
    this.turnBack();
    this.refresh();
  }

  goTo(frame) {
    this.frame = frame;
    if (this.width) this.draw(frame);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = window.devicePixelRatio;
    Object.assign(this, { width, height });
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.refresh();
  }

  /** Prepare what stays the same from frame to frame, then draw. */
  refresh() {
    if (!this.sequence || !this.width) return;
    this.prepare();
    this.draw(this.frame);
  }

  grab(down) {
    this.turned = false;
    this.canvas.setPointerCapture(down.pointerId);
    let [x, y] = [down.clientX, down.clientY];
    const turn = (event) => {
      if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > 4) this.turned = true;
      this.azimuth -= (event.clientX - x) / 2;
      this.elevation = Math.max(-90, Math.min(90, this.elevation + (event.clientY - y) / 2));
      [x, y] = [event.clientX, event.clientY];
      this.refresh();
    };
    const release = () => this.canvas.removeEventListener("pointermove", turn);
    this.canvas.addEventListener("pointermove", turn);
    this.canvas.addEventListener("pointerup", release, { once: true });
    this.canvas.addEventListener("pointercancel", release, { once: true });
  }

  /** A function (x, y, z) -> [right, up, depth]. */
  projector() {
    const [a, e] = [this.azimuth, this.elevation].map((degrees) => (degrees * Math.PI) / 180);
    const [ca, sa, ce, se] = [Math.cos(a), Math.sin(a), Math.cos(e), Math.sin(e)];
    return (x, y, z) => {
      const depth = sa * x + ca * z;
      return [ca * x - sa * z, ce * y - se * depth, se * y + ce * depth];
    };
  }

  /** Which of the points [x, y] on the screen is nearest to the pointer; -1: none is near. */
  nearest(points, event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [found, least] = [-1, PICK];
    points.forEach((point, i) => {
      const distance = Math.hypot(point[0] - x, point[1] - y);
      if (distance < least) [found, least] = [i, distance];
    });
    return found;
  }

  hover(event) {
    const text = event.buttons ? null : this.tell(event);
    if (text) showTooltip(text, event);
    else hideTooltip();
  }

  pick() {}
}

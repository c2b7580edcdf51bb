// A card for each behaviour: when it happens, its skeletons, and what sets it apart. Its skeletons
// repeat their intervals as long as the card is on the screen.

const brief = (value) => String(Number(value.toPrecision(value < 1 ? 2 : 3)));
const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(1);
const times = (count) => (count === 1 ? "1 time" : `${count} times`);

const ALONE = "Only one cluster in this recording, so there is nothing to compare it with.";
const ALIKE = "No joint moves much differently from the other behaviours.";

class Cards {
  constructor(jump) {
    this.jump = jump;
    this.intervals = [];
    this.seen = new IntersectionObserver((changes) => this.onVisibility(changes));
    this.setPlaying(!matchMedia("(prefers-reduced-motion: reduce)").matches);
    byId("cards-play").addEventListener("click", () => this.setPlaying(!this.playing));
  }

  show(sequence) {
    this.seen.disconnect();
    Object.assign(this, { sequence, intervals: [] });
    byId("cards").replaceChildren(...sequence.cards.map((card) => this.card(card)));
    this.intervals.forEach((interval) => {
      interval.view.show(sequence);
      interval.view.goTo(interval.first);
      this.seen.observe(interval.view.canvas);
    });
    return this.showPlots();
  }

  /** Plots have the page's colours. */
  showPlots() {
    const axis = { color: colour("--text") };
    byId("tree-figure").hidden = !this.sequence.plots.tree;
    return Promise.all(Object.entries(this.sequence.plots).map(([name, { data, layout }]) => {
      const [xaxis, yaxis] = [{ ...layout.xaxis, ...axis }, { ...layout.yaxis, ...axis }];
      const inked = { ...layout, xaxis, yaxis, font: { color: colour("--text") }, dragmode: false };
      return Plotly.react(byId(name), data, inked, { displayModeBar: false, responsive: true });
    }));
  }

  refresh() {
    if (!this.sequence) return;
    this.showPlots();
    this.intervals.forEach(({ view }) => view.refresh());
  }

  card(card) {
    const { labels, rows } = this.sequence;
    return make("article", { class: "card" },
      make("h4", {}, coloured("span", labels[card.label], { class: "swatch" }), rows[0].titles[card.label].full),
      make("p", {}, this.usage(card)),
      make("p", {}, ...this.following(card)),
      make("div", { class: "pair" }, this.interval(card.typical, "most typical"), this.interval(card.atypical, "least typical")),
      make("h5", {}, "What sets this behaviour apart"),
      ...this.reasons(card));
  }

  usage({ times: count, seconds: total, share, shortest, median, longest }) {
    const each = count > 1 ? ` Each time: ${shortest.toFixed(2)} to ${seconds(longest)}, median ${seconds(median)}.` : "";
    const whole = this.sequence.unseen ? "what was seen of the recording" : "the recording";
    return `Occurs ${times(count)}. Total time: ${seconds(total)}, ${Math.round(100 * share)} % of ${whole}.${each}`;
  }

  following(card) {
    if (!card.next.length) return ["No other behaviour follows."];
    const after = card.next.flatMap(([number, count]) => {
      const { labels, rows } = this.sequence;
      return [" ", coloured("span", labels[number], { class: "swatch" }), `${rows[0].titles[number].short} (${times(count)})`];
    });
    return ["Followed by:", ...after];
  }

  interval(frames, title) {
    if (!frames) return make("p", {}, `${title}: none, because all segments are too short for the embedding`);
    const { step, frame_rate, kept } = this.sequence;
    const [start, stop] = frames;
    const canvas = make("canvas", { role: "img", "aria-label": `Moving skeleton: the ${title} interval` });
    const button = make("button", { type: "button" }, `${(start / frame_rate).toFixed(2)} to ${seconds(stop / frame_rate)}`);
    button.addEventListener("click", () => this.jump(start));
    const first = Math.min(kept - 1, Math.ceil(start / step));
    const last = Math.max(first, Math.ceil(stop / step) - 1);
    this.intervals.push({ view: new SkeletonView(canvas), first, count: last - first + 1, onScreen: false });
    return make("figure", {}, canvas, make("figcaption", {}, `${title}: `, button));
  }

  reasons({ reasons, rhythms }) {
    const rows = reasons.map(({ joint, phrase, unit, here, elsewhere, effect }) =>
      [`${joint} ${phrase}`, brief(here), brief(elsewhere), unit, signed(effect)]);
    rows.push(...rhythms.map(({ joint, frequency, swing, elsewhere, unit }) =>
      [`${joint} swings at ${frequency.toFixed(2)} Hz`, brief(swing), brief(elsewhere), unit, "–"]));
    if (!rows.length) return [make("p", {}, this.sequence.cards.length === 1 ? ALONE : ALIKE)];
    const line = (tag, texts) => make("tr", {}, ...texts.map((text) => make(tag, {}, text)));
    const table = make("table", { class: "reasons" }, line("th", ["measure", "this behaviour", "all others", "unit", "difference (SD)"]), ...rows.map((row) => line("td", row)));
    return [make("div", { class: "wide" }, table)];
  }

  onVisibility(changes) {
    changes.forEach(({ target, isIntersecting }) => {
      this.intervals.filter(({ view }) => view.canvas === target).forEach((interval) => { interval.onScreen = isIntersecting; });
    });
    this.run();
  }

  setPlaying(on) {
    this.playing = on;
    byId("cards-play").textContent = on ? "Pause the skeletons" : "Move the skeletons";
    this.run();
  }

  run() {
    cancelAnimationFrame(this.next);
    if (this.playing && this.intervals.some(({ onScreen }) => onScreen)) this.next = requestAnimationFrame((moment) => this.advance(moment));
  }

  advance(moment) {
    const passed = Math.floor(((moment / 1000) * this.sequence.frame_rate) / this.sequence.step);
    this.intervals.filter(({ onScreen }) => onScreen).forEach(({ view, first, count }) => {
      const frame = first + (passed % count);
      if (frame !== view.frame) view.goTo(frame);
    });
    this.run();
  }
}

// A card for each behaviour: when it happens, how it looks, and what sets it apart. Its skeletons
// repeat their excerpts as long as the card is on the screen.

const brief = (value) => String(Number(value.toPrecision(value < 1 ? 2 : 3)));
const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(1);
const times = (count) => (count === 1 ? "once" : `${count} times`);

class Cards {
  constructor(jump) {
    this.jump = jump;
    this.excerpts = [];
    this.seen = new IntersectionObserver((changes) => this.look(changes));
    this.setPlaying(!matchMedia("(prefers-reduced-motion: reduce)").matches);
    byId("cards-play").addEventListener("click", () => this.setPlaying(!this.playing));
  }

  show(sequence) {
    this.seen.disconnect();
    Object.assign(this, { sequence, excerpts: [] });
    byId("cards").replaceChildren(...sequence.cards.map((card) => this.card(card)));
    this.excerpts.forEach((excerpt) => {
      excerpt.view.show(sequence);
      excerpt.view.goTo(excerpt.first);
      this.seen.observe(excerpt.view.canvas);
    });
    return this.showPlots();
  }

  /** Plots take the page's colours. */
  showPlots() {
    const axis = { color: colour("--text") };
    return Promise.all(Object.entries(this.sequence.plots).map(([name, { data, layout }]) => {
      const [xaxis, yaxis] = [{ ...layout.xaxis, ...axis }, { ...layout.yaxis, ...axis }];
      const inked = { ...layout, xaxis, yaxis, font: { color: colour("--text") }, dragmode: false };
      return Plotly.react(byId(name), data, inked, { displayModeBar: false, responsive: true });
    }));
  }

  refresh() {
    if (!this.sequence) return;
    this.showPlots();
    this.excerpts.forEach(({ view }) => view.refresh());
  }

  card(card) {
    const { labels } = this.sequence;
    const label = labels[card.label];
    return make("article", { class: "card" },
      make("h4", {}, coloured("span", label, { class: "swatch" }), label.name),
      make("p", {}, this.usage(card)),
      make("p", {}, ...this.following(card)),
      make("div", { class: "pair" }, this.excerpt(card.typical, "most typical"), this.excerpt(card.atypical, "least typical")),
      make("h5", {}, "Why it is one"),
      ...this.reasons(card));
  }

  usage({ times: count, seconds: total, share, shortest, median, longest }) {
    const lasting = count > 1 ? `, ${brief(shortest)} to ${seconds(longest)} each, median ${seconds(median)}` : "";
    return `Seen ${times(count)}, ${seconds(total)} in all, ${Math.round(100 * share)} % of the time${lasting}.`;
  }

  following(card) {
    if (!card.next.length) return ["Nothing follows it."];
    const after = card.next.flatMap(([number, count]) => {
      const label = this.sequence.labels[number];
      return [" ", coloured("span", label, { class: "swatch" }), `${label.name} (${times(count)})`];
    });
    return ["Then comes", ...after];
  }

  excerpt(frames, title) {
    if (!frames) return make("p", {}, `${title}: too short for the embedding`);
    const { step, frame_rate, kept } = this.sequence;
    const [start, stop] = frames;
    const canvas = make("canvas", { role: "img", "aria-label": `The ${title} part, moving` });
    const button = make("button", { type: "button" }, `${(start / frame_rate).toFixed(2)} to ${seconds(stop / frame_rate)}`);
    button.addEventListener("click", () => this.jump(start));
    const first = Math.min(kept - 1, Math.ceil(start / step));
    const last = Math.max(first, Math.ceil(stop / step) - 1);
    this.excerpts.push({ view: new SkeletonView(canvas), first, count: last - first + 1, onScreen: false });
    return make("figure", {}, canvas, make("figcaption", {}, `${title}: `, button));
  }

  reasons({ reasons, rhythms }) {
    const rows = reasons.map(({ joint, phrase, unit, here, elsewhere, effect }) =>
      [`${joint} ${phrase}`, `${brief(here)} ${unit}`, `${brief(elsewhere)} ${unit}`, `${signed(effect)} SD`]);
    rows.push(...rhythms.map(({ joint, frequency, swing, elsewhere, unit }) =>
      [`${joint} swings at ${frequency.toFixed(2)} Hz`, `${brief(swing)} ${unit}`, `${brief(elsewhere)} ${unit}`, ""]));
    if (!rows.length) return [make("p", {}, "No joint moves much differently from elsewhere.")];
    const line = (tag, texts) => make("tr", {}, ...texts.map((text) => make(tag, {}, text)));
    const table = make("table", { class: "reasons" }, line("th", ["", "here", "elsewhere", "difference"]), ...rows.map((row) => line("td", row)));
    return [make("div", { class: "wide" }, table)];
  }

  look(changes) {
    changes.forEach(({ target, isIntersecting }) => {
      this.excerpts.filter(({ view }) => view.canvas === target).forEach((excerpt) => { excerpt.onScreen = isIntersecting; });
    });
    this.run();
  }

  setPlaying(on) {
    this.playing = on;
    byId("cards-play").textContent = on ? "Stop moving" : "Move";
    this.run();
  }

  run() {
    cancelAnimationFrame(this.next);
    if (this.playing && this.excerpts.some(({ onScreen }) => onScreen)) this.next = requestAnimationFrame((moment) => this.advance(moment));
  }

  advance(moment) {
    const passed = Math.floor(((moment / 1000) * this.sequence.frame_rate) / this.sequence.step);
    this.excerpts.filter(({ onScreen }) => onScreen).forEach(({ view, first, count }) => {
      const frame = first + (passed % count);
      if (frame !== view.frame) view.goTo(frame);
    });
    this.run();
  }
}

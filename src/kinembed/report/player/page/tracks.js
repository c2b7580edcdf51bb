// What lies along time: segments of behaviours, and the prediction error under them.

const seconds = (value) => `${value.toFixed(2)} s`;
const byId = (id) => document.getElementById(id);

/** A new element; names reach it as text only. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children);
  return element;
}

function showTooltip(text, event) {
  const tooltip = byId("tooltip");
  tooltip.textContent = text;
  tooltip.hidden = false;
  const [width, height] = [tooltip.offsetWidth, tooltip.offsetHeight];
  tooltip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 4))}px`;
  tooltip.style.top = `${Math.max(4, event.clientY - height - 12)}px`;
}

function hideTooltip() { byId("tooltip").hidden = true; }

/** An element in a label's colours, its sign in it. */
function coloured(tag, label, attributes) {
  const element = make(tag, { "data-hatch": label.hatch, ...attributes }, make("b", {}, label.sign));
  element.style.backgroundColor = label.colour;
  element.style.color = label.text;
  return element;
}

const probabilityText = (value) => (Number.isFinite(value) ? `, probability ${value.toFixed(2)}` : "");

function segmentButton(sequence, row, [start, stop, number], probability, jump) {
  const [label, title] = [sequence.labels[number], row.titles[number]];
  const [from, to] = [start / sequence.frame_rate, stop / sequence.frame_rate];
  const told = `${label.sign} ${title.full}: ${from.toFixed(2)} to ${seconds(to)} (${seconds(to - from)})${probabilityText(probability)}`;
  const button = coloured("button", label, {
    type: "button", class: "segment", tabindex: -1, "aria-label": `${row.name}, ${told}`,
  });
  button.append(make("span", {}, title.short));
  button.style.left = `${(100 * start) / sequence.frames}%`;
  button.style.width = `${(100 * (stop - start)) / sequence.frames}%`;
  button.addEventListener("mousedown", (event) => event.preventDefault()); // no focus: space plays
  button.addEventListener("click", () => jump(start));
  button.addEventListener("pointermove", (event) => showTooltip(told, event));
  button.addEventListener("pointerleave", hideTooltip);
  return button;
}

/** Where an annotated boundary may lie, over the row that the annotation has. */
function rangeMark(sequence, [earliest, , latest]) {
  const mark = make("div", { class: "range" });
  mark.style.left = `${(100 * earliest) / sequence.frames}%`;
  mark.style.width = `${(100 * (latest - earliest)) / sequence.frames}%`;
  return mark;
}

function showRows(sequence, jump) {
  byId("rows").replaceChildren(...sequence.rows.flatMap((row, i) => {
    const bar = make("div", { class: "bar" }, ...row.segments.map((segment, n) => segmentButton(sequence, row, segment, row.probabilities ? row.probabilities[n] : null, jump)));
    if (i === sequence.rows.length - 1) bar.append(...sequence.ranges.map((range) => rangeMark(sequence, range)));
    return [make("div", { class: "track" }, row.name), bar];
  }));
  byId("legend").replaceChildren(...sequence.labels.map((label) =>
    make("li", {}, coloured("span", label, { class: "swatch" }), label.title)));
}

/** What is predicted and annotated at a frame. */
function showNow(sequence, frame) {
  byId("now").replaceChildren(...sequence.rows.map((row, i) => {
    const number = row.labels[frame];
    const probability = i === 0 && sequence.probability ? probabilityText(sequence.probability[frame]) : "";
    return make("span", {}, `${row.name}: `, coloured("span", sequence.labels[number], { class: "swatch" }), row.titles[number].short + probability);
  }));
}

/** A curve over time; it shares its axis with the rows, so it has no margin at the sides. */
function showCurve(id, sequence, values, { named, margin, ...yaxis }) {
  const times = Array.from(values, (_, i) => (i * sequence.step) / sequence.frame_rate);
  const axis = { fixedrange: true, gridcolor: colour("--line"), zeroline: false, color: colour("--weak") };
  const range = [0, sequence.frames / sequence.frame_rate];
  const layout = {
    margin: { l: 0, r: 0, t: 4, b: margin },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    dragmode: false,
    showlegend: false,
    xaxis: { ...axis, range, showticklabels: named, title: named ? { text: "time (s)", standoff: 2 } : {} },
    yaxis: { ...axis, ...yaxis },
  };
  const line = {
    x: times, y: Array.from(values), mode: "lines", line: { color: colour("--text"), width: 1.3 },
    hovertemplate: "%{x:.2f} s: %{y:.2f}<extra></extra>",
  };
  return Plotly.react(byId(id), [line], layout, { displayModeBar: false, responsive: true });
}

const showError = (sequence) => showCurve("error", sequence, sequence.error,
  { named: true, margin: 34, rangemode: "tozero", ticklabelposition: "inside top", nticks: 4 });

/** How probable the cluster of the first row is; nothing where that is not known. */
function showProbability(sequence) {
  byId("probabilities").hidden = !sequence.probability;
  return sequence.probability && showCurve("probability", sequence, sequence.probability,
    { named: false, margin: 4, range: [-0.05, 1.1], tickvals: [0, 1], ticklabelposition: "inside" });
}

/** The levels of the tree that the first row may be merged to. */
function showLevels(sequence) {
  byId("levels").hidden = !sequence.levels.length;
  byId("level").replaceChildren(
    make("option", { value: -1 }, `all ${sequence.cards.length}`),
    ...sequence.levels.map(({ number }, i) => make("option", { value: i }, String(number))));
}

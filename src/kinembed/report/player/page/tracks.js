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

function segmentButton(sequence, row, [start, stop, number], jump) {
  const [label, title] = [sequence.labels[number], row.titles[number]];
  const [from, to] = [start / sequence.frame_rate, stop / sequence.frame_rate];
  const told = `${label.sign} ${title.full}: ${from.toFixed(2)} to ${seconds(to)} (${seconds(to - from)})`;
  const button = coloured("button", label, {
    type: "button", class: "segment", tabindex: -1, "aria-label": `${row.name}, ${told}`,
  });
  button.append(make("span", {}, title.short));
  button.style.left = `${(100 * start) / sequence.frames}%`;
  button.style.width = `${(100 * (stop - start)) / sequence.frames}%`;
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
    const bar = make("div", { class: "bar" }, ...row.segments.map((segment) => segmentButton(sequence, row, segment, jump)));
    if (i === sequence.rows.length - 1) bar.append(...sequence.ranges.map((range) => rangeMark(sequence, range)));
    return [make("div", { class: "track" }, row.name), bar];
  }));
  byId("legend").replaceChildren(...sequence.labels.map((label) =>
    make("li", {}, coloured("span", label, { class: "swatch" }), label.title)));
}

/** What is predicted and annotated at a frame. */
function showNow(sequence, frame) {
  byId("now").replaceChildren(...sequence.rows.map((row) => {
    const number = row.labels[frame];
    return make("span", {}, `${row.name}: `, coloured("span", sequence.labels[number], { class: "swatch" }), row.titles[number].short);
  }));
}

/** The error over time; it shares its axis with the rows, so it has no margin at the sides. */
function showError(sequence) {
  const times = Array.from(sequence.error, (_, i) => (i * sequence.step) / sequence.frame_rate);
  const axis = { fixedrange: true, gridcolor: colour("--line"), zeroline: false, color: colour("--weak") };
  const layout = {
    margin: { l: 0, r: 0, t: 4, b: 34 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    dragmode: false,
    showlegend: false,
    xaxis: { ...axis, range: [0, sequence.frames / sequence.frame_rate], title: { text: "time (s)", standoff: 2 } },
    yaxis: { ...axis, rangemode: "tozero", ticklabelposition: "inside top", nticks: 4 },
  };
  const line = {
    x: times, y: Array.from(sequence.error), mode: "lines", line: { color: colour("--text"), width: 1.3 },
    hovertemplate: "%{x:.2f} s: %{y:.2f}<extra></extra>",
  };
  return Plotly.react(byId("error"), [line], layout, { displayModeBar: false, responsive: true });
}

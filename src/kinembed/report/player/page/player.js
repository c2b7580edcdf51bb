// One player for whichever sequence is chosen: its frame is what everything else follows.

const blocks = Array.from(document.querySelectorAll("script.block")); // parsed when chosen
const links = Array.from(document.querySelectorAll(".overview a"));
const skeleton = new SkeletonView(byId("skeleton"));
const embedding = new EmbeddingView(byId("embedding"), jumpTo);
const cards = new Cards((wanted) => {
  jumpTo(wanted);
  byId("player").scrollIntoView();
});
let sequence = null;
let opened = null; // the sequence as it is stored; what is shown may be merged
let chosen = -1;
let frame = 0; // counts kept frames
let playing = null; // while it plays: where and when it began
let next = 0; // the browser's number for the next call of advance

function show(wanted) {
  frame = Math.max(0, Math.min(sequence.kept - 1, wanted));
  skeleton.goTo(frame);
  embedding.goTo(frame);
  const time = (frame * sequence.step) / sequence.frame_rate;
  byId("scrub").value = frame;
  byId("time").textContent = `${time.toFixed(2)} of ${seconds(sequence.frames / sequence.frame_rate)}`;
  byId("cursor").style.transform = `translateX(${(byId("tracks").clientWidth * frame * sequence.step) / sequence.frames}px)`;
  showNow(sequence, frame);
}

/** Go on from here; a moment of play is measured from where it began, so it keeps the time. */
function seek(wanted) {
  show(wanted);
  if (playing) playing = { frame, moment: performance.now() };
}

/** Go to a frame of the sequence: to the first kept one that is not before it. */
function jumpTo(wanted) { seek(Math.ceil(wanted / sequence.step)); }

function setPlaying(on) {
  if (on && frame === sequence.kept - 1) show(0);
  playing = on ? { frame, moment: performance.now() } : null;
  byId("play").textContent = on ? "Pause" : "Play";
  byId("play").setAttribute("aria-pressed", String(on));
  cancelAnimationFrame(next);
  if (on) next = requestAnimationFrame(advance);
}

function advance(moment) {
  const rate = (sequence.frame_rate / sequence.step) * Number(byId("speed").value);
  const wanted = playing.frame + Math.floor(Math.max(0, (moment - playing.moment) / 1000) * rate);
  if (wanted !== frame) show(wanted);
  if (frame === sequence.kept - 1) setPlaying(false);
  else next = requestAnimationFrame(advance);
}

/** The first frame of the segment before or after this one, in the first row. */
function neighbour(direction) {
  const starts = sequence.rows[0].segments.map(([start]) => Math.ceil(start / sequence.step));
  const here = lastUpTo(starts, frame);
  return starts[Math.max(0, Math.min(starts.length - 1, here + direction))];
}

async function choose(index) {
  if (playing) setPlaying(false);
  chosen = index;
  const read = await openBlock(JSON.parse(blocks[index].textContent));
  if (chosen !== index) return; // another one was chosen meanwhile
  sequence = opened = read;
  showLevels(sequence);
  byId("name").textContent = sequence.name;
  byId("sequence").value = index;
  byId("scrub").max = sequence.kept - 1;
  links.forEach((link, i) => (i === index ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  document.querySelectorAll("[data-figures]").forEach((row) => { row.hidden = Number(row.dataset.figures) !== index; });
  showRows(sequence, jumpTo);
  await showCurves();
  await cards.show(sequence);
  frame = 0;
  [skeleton, embedding].forEach((view) => view.show(sequence));
  show(0);
  byId("player").inert = false;
}

async function showCurves() {
  await showProbability(sequence);
  await showError(sequence);
}

/** Merge the first row by the tree; cards and plots keep all behaviours. */
function merge(level) {
  sequence = atLevel(opened, opened.levels[level]);
  showRows(sequence, jumpTo);
  embedding.sequence = sequence;
  embedding.refresh();
  showProbability(sequence);
  show(frame);
}

/** The sequence that the address names, else the first. */
function fromAddress() {
  let name = "";
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { /* not an address of ours */ }
  return Math.max(0, blocks.findIndex((block) => block.dataset.name === name));
}

const KEYS = {
  " ": () => setPlaying(!playing),
  ArrowLeft: (event) => seek(frame - stride(event)),
  ArrowRight: (event) => seek(frame + stride(event)),
  Home: () => seek(0),
  End: () => seek(sequence.kept - 1),
  p: () => seek(neighbour(-1)),
  n: () => seek(neighbour(1)),
};
const stride = (event) => (event.shiftKey ? Math.round(sequence.frame_rate / sequence.step) : 1);

/** Space presses the control that has the focus, if one has it; sliders and links do nothing with it. */
const takesSpace = (element) => element.closest("button, select, summary, input:not([type=range])");

document.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (event.key === " " && takesSpace(event.target)) return;
  if (!act || !sequence || event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
  event.preventDefault();
  act(event);
});
byId("play").addEventListener("click", () => setPlaying(!playing));
byId("scrub").addEventListener("input", () => seek(Number(byId("scrub").value)));
byId("speed").addEventListener("change", () => seek(frame));
byId("sequence").addEventListener("change", () => choose(Number(byId("sequence").value)));
byId("level").addEventListener("change", () => merge(Number(byId("level").value)));
["probability", "error"].map(byId).forEach((curve) => curve.addEventListener("pointerdown", (event) => {
  const box = curve.getBoundingClientRect();
  jumpTo(((event.clientX - box.left) / box.width) * sequence.frames);
}, { capture: true }));
window.addEventListener("hashchange", async () => {
  await choose(fromAddress());
  byId("player").scrollIntoView();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", async () => {
  if (sequence) await showCurves();
  [skeleton, embedding, cards].forEach((view) => view.refresh());
});
new ResizeObserver(() => sequence && show(frame)).observe(byId("tracks"));
if (blocks.length) choose(fromAddress());

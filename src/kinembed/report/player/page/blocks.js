// Reads what kinembed/report/player/blocks.py packs.
const MISSING = -32768;

/** A packed table's values, row after row; NaN where nothing is known. */
async function unpack({ columns, offset, scale, data }) {
  const compressed = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const count = bytes.length / 2;
  const levels = new Int16Array(count); // wraps around, as the differences do
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    levels[i] = (bytes[i] | (bytes[count + i] << 8)) + (i < columns ? 0 : levels[i - columns]);
    values[i] = levels[i] === MISSING ? NaN : offset + scale * levels[i];
  }
  return values;
}

/** A block of data with its long series unpacked. */
async function openBlock(block) {
  const [positions, error, points] = await Promise.all(
    [block.positions, block.error, block.embedding.points].map(unpack),
  );
  const probability = block.probability && (await unpack(block.probability));
  const kept = error.length;
  const rows = block.rows.map((row) => ({ ...row, labels: labelOfKept(row, kept, block.step) }));
  const dimensions = block.embedding.points.columns;
  const extent = extentOf(positions, block.joints.length);
  const pointLabels = labelsOfPoints(block.rows[0], block.embedding.frames);
  return { ...block, positions, error, probability, points, dimensions, kept, rows, extent, pointLabels };
}

/** A sequence whose first row has the labels that a level of the tree merges; no level: as it is. */
function atLevel(opened, level) {
  if (!level) return opened;
  const [row, ...others] = opened.rows;
  const to = (label) => level.labels[label];
  const segments = [];
  row.segments.forEach(([start, stop, label]) => {
    const last = segments[segments.length - 1];
    if (last && last[2] === to(label) && last[1] === start) last[1] = stop;
    else segments.push([start, stop, to(label)]);
  });
  const titles = row.titles.map((title, label) => {
    const joined = row.titles.filter((one, i) => one && to(i) === label);
    return joined.length > 1 ? { short: joined.map((one) => one.short).join(" + "), full: joined.map((one) => one.full).join(" + ") } : title;
  });
  const merged = { ...row, name: `${row.name}, merged to ${level.number}`, segments, titles, probabilities: null };
  merged.labels = labelOfKept(merged, opened.kept, opened.step);
  const pointLabels = labelsOfPoints(merged, opened.embedding.frames);
  return { ...opened, rows: [merged, ...others], pointLabels, probability: null };
}

/** Label of every point of the embedding, at its very frame: none of them was not seen. */
function labelsOfPoints(row, frames) {
  const starts = row.segments.map(([start]) => start);
  return frames.map((frame) => row.segments[lastUpTo(starts, frame)][2]);
}

/** The first of the frames up to this one that were seen without a gap; it is later if this one was not. */
function seenSince({ rows, labels }, frame) {
  return rows[0].segments.reduce(
    (since, [start, stop, label]) => (start <= frame && !labels[label].seen ? stop : since), 0);
}

/** The lowest and highest point of all frames, and how far any joint gets from the root on the ground. */
function extentOf(positions, joints) {
  let [low, high, reach] = [Infinity, -Infinity, 0];
  for (let root = 0; root < positions.length; root += 3 * joints) {
    for (let i = root; i < root + 3 * joints; i += 3) {
      low = Math.min(low, positions[i + 1]);
      high = Math.max(high, positions[i + 1]);
      reach = Math.max(reach, Math.hypot(positions[i] - positions[root], positions[i + 2] - positions[root + 2]));
    }
  }
  return { low, high, reach: Math.max(reach, 0.4 * (high - low)) || 1 };
}

/** Label of every kept frame of a timeline's row. */
function labelOfKept(row, kept, step) {
  const labels = new Int32Array(kept);
  for (const [start, stop, label] of row.segments) {
    labels.fill(label, Math.ceil(start / step), Math.ceil(stop / step));
  }
  return labels;
}

/** Position of the last of ascending numbers that is at most `wanted`; -1 if none is. */
function lastUpTo(numbers, wanted) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

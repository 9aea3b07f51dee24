/* The start page's perceptron: it learns while the reader watches. Nothing leaves the page. */
for (const root of document.querySelectorAll(".ck-play")) play(root);

function play(root) {
  const SIZE = 320, SCALE = 40; // pixels of the picture, pixels for one unit of length
  const DATA = {
    "two groups": (u) => ((k) => [k, (k ? 1.4 : -1.4) + 1.7 * u(), (k ? 1.1 : -1.1) + 1.7 * u()]),
    "groups that touch": (u) => ((k) => [k, (k ? 0.8 : -0.8) + 1.5 * u(), 2.2 * u()]),
    "XOR: no line will do": (u) => ((k, i) => {
      const right = i % 4 < 2 ? 1 : -1;
      return [k, 1.6 * right + 0.7 * u(), 1.6 * right * (k ? -1 : 1) + 0.7 * u()];
    }),
  };
  root.innerHTML = `
    <svg viewBox="0 0 ${SIZE} ${SIZE}" role="img"><g></g></svg>
    <div class="ck-play-controls">
      <button type="button" data-do="step">Show it one point</button>
      <button type="button" data-do="run">Let it learn</button>
      <button type="button" data-do="again">Start again</button>
      <label>Data <select>${Object.keys(DATA).map((name) => `<option>${name}</option>`).join("")}
      </select></label>
      <p role="status"></p>
    </div>`;
  const svg = root.querySelector("svg"), status = root.querySelector("[role=status]");
  const choice = root.querySelector("select"), calm = matchMedia("(prefers-reduced-motion: reduce)");
  let points, w, b, at, mistakes, round, seed = 1, timer = null;

  const x = (value) => SIZE / 2 + SCALE * value, y = (value) => SIZE / 2 - SCALE * value;
  const fires = (p) => (w[0] * p[1] + w[1] * p[2] + b > 0 ? 1 : 0);
  const wrong = () => points.filter((p) => fires(p) !== p[0]).length;

  function random() { // numbers from -1 to 1, most of them near 0, the same for the same seed
    seed = (seed * 48271) % 2147483647;
    const first = seed / 2147483647;
    seed = (seed * 48271) % 2147483647;
    return first + seed / 2147483647 - 1;
  }

  function restart() {
    stop();
    const point = DATA[choice.value](random);
    points = Array.from({ length: 24 }, (_, i) => point(i % 2, i));
    [w, b, at, mistakes, round] = [[0, 0], 0, -1, 0, 1];
    draw(`${points.length} points: circles are 0, squares are 1. The unit knows nothing yet: it answers 0 everywhere.`);
  }

  function step() { // Rosenblatt's rule, for one point
    at += 1;
    if (at === points.length) [at, mistakes, round] = [0, 0, round + 1];
    const p = points[at], error = p[0] - fires(p);
    w = [w[0] + error * p[1], w[1] + error * p[2]];
    b += error;
    mistakes += Math.abs(error);
    const said = error ? `It says ${1 - p[0]}, right is ${p[0]}: the line moves.` : `It says ${p[0]}, and is right: nothing changes.`;
    const left = wrong();
    const end = left ? `${left} of ${points.length} are wrong now.` : "All points are right now.";
    draw(`Round ${round}, point ${at + 1}. ${said} ${end}`);
    return left;
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    root.querySelector("[data-do=run]").textContent = "Let it learn";
    status.setAttribute("aria-live", "polite");
  }

  function run() {
    if (timer) return stop();
    if (calm.matches) { for (let k = 0; k < 480 && step(); k++); return; }
    root.querySelector("[data-do=run]").textContent = "Stop";
    status.setAttribute("aria-live", "off"); // a reader of the screen hears the end, not each step
    timer = setInterval(() => { if (!step() || round > 20) { stop(); draw(status.textContent); } }, 120);
  }

  function draw(text) {
    const [u, v] = w, long = Math.hypot(u, v);
    const foot = long ? [(-b * u) / long ** 2, (-b * v) / long ** 2] : [0, 0];
    const along = long ? [(-9 * v) / long, (9 * u) / long] : [0, 0];
    const corner = (s, t) => `${x(foot[0] + s * along[0] + (t * 18 * u) / long)},${y(foot[1] + s * along[1] + (t * 18 * v) / long)}`;
    const side = long ? `<path class="ck-play-side" d="M${corner(1, 0)} L${corner(-1, 0)} L${corner(-1, 1)} L${corner(1, 1)}Z"/>
      <path class="ck-play-line" d="M${corner(1, 0)} L${corner(-1, 0)}"/>` : "";
    const marks = points.map((p, i) => {
      const kind = `ck-play-${p[0]}${i === at ? " ck-play-now" : ""}`;
      return p[0] ? `<rect class="${kind}" x="${x(p[1]) - 6}" y="${y(p[2]) - 6}" width="12" height="12"/>`
        : `<circle class="${kind}" cx="${x(p[1])}" cy="${y(p[2])}" r="6.5"/>`;
    });
    svg.querySelector("g").innerHTML = side + marks.join("");
    svg.setAttribute("aria-label", `${points.length} points in a plane, and the line that the unit draws: ${wrong()} are on the wrong side.`);
    status.textContent = text;
  }

  const actions = { step: () => { stop(); step(); }, run, again: restart };
  for (const button of root.querySelectorAll("button"))
    button.addEventListener("click", () => actions[button.dataset.do]());
  choice.addEventListener("change", restart);
  restart();
}

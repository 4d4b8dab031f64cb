"use strict";
// The live half of the map page: takes differences from the console over the bridge and draws them; hands clicks back.
// Names from outside reach the page through textContent and fillText only, so that no text can become markup.
(function () {
  const map = window.map_simpul, land = window.geo_json_simpul, WEIGHT = { kecamatan: 1.2, kelurahan: 0.6 };
  const HIT = 11, SHOWN_AFTER = 3, CALM_MS = 250, CROWD = 60, SMALL = 0.6, NEARER = 0.9, LABEL = "11px Inter, 'DejaVu Sans', sans-serif";
  const at = (name) => document.getElementById("folio-" + name);
  const areas = new Map(), layers = { sensor: new Map(), incident: new Map() };
  let theme = null, fills = {}, chosen = null, drawList = [], labels = [], sprites = new Map(), hatch = null;
  let wandered = false, fine = false, loaded = false, fitZoom = 0, bridge = null, drawAsked = false, labelsDue = true, calm = 0, waiting = [];

  // SHOWN_AFTER: the engine keeps up to two frames in flight, so a frame is surely on the screen three frames later.

  // ---- land -------------------------------------------------------------------------------------------------------
  const unit = (lat, lon) => L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lon), 0);

  function takeLand() {
    land.eachLayer((shape) => {
      const { code, name, level, label } = shape.feature.properties;
      areas.set(code, { shape, code, name, level, at: label, unit: unit(label[0], label[1]) });
    });
    // The stock renderer draws a margin of a tenth; a wider one keeps land in sight while it is dragged.
    map.removeLayer(land);
    map.options.renderer = L.canvas({ padding: 0.3 });
    map.addLayer(land);
    areas.forEach((area) => { if (area.level === "kelurahan") area.shape.bringToFront(); });
  }

  function styleOf(area) {
    const picked = chosen && chosen[0] === "territory" && chosen[1] === area.code;
    const filled = (area.level === "kelurahan") === fine, c = fills[area.code], bare = loaded ? hatch : theme.land;
    return {
      fill: filled, fillOpacity: 1, fillColor: c === undefined ? bare : theme.ramp[c], interactive: filled,
      color: picked ? theme.accent : theme.land_line, weight: picked ? 2 : WEIGHT[area.level] || 1,
      opacity: area.level === "kelurahan" && !fine && !picked ? 0.45 : 1,
    };
  }

  function restyle(area) {
    const style = styleOf(area);
    area.shape.options.interactive = style.interactive;
    area.shape.setStyle(style);
  }

  function setFills(changed, reset) {
    if (reset) fills = {};
    for (const [code, c] of Object.entries(changed)) { if (c < 0) delete fills[code]; else fills[code] = c; }
    const isFine = Object.keys(fills).some((code) => areas.has(code) && areas.get(code).level === "kelurahan");
    const all = reset || isFine !== fine;
    fine = isFine;
    if (all) areas.forEach(restyle); else Object.keys(changed).forEach((code) => areas.has(code) && restyle(areas.get(code)));
  }

  function hatched() {
    const tile = document.createElement("canvas"), c = tile.getContext("2d");
    tile.width = tile.height = 6;
    c.fillStyle = theme.panel; c.fillRect(0, 0, 6, 6);
    c.fillStyle = theme.stale_hatch;
    for (let i = 0; i < 6; i++) c.fillRect(i, 5 - i, 1, 1);
    return c.createPattern(tile, "repeat");
  }

  // ---- marks ------------------------------------------------------------------------------------------------------
  const outline = {
    P1: (c) => c.roundRect(-7.5, -7.5, 15, 15, 3),
    P2: (c) => { c.moveTo(0, -8.5); c.lineTo(9, 7); c.lineTo(-9, 7); c.closePath(); },
    P3: (c) => { c.moveTo(0, -9); c.lineTo(9, 0); c.lineTo(0, 9); c.lineTo(-9, 0); c.closePath(); },
    P4: (c) => c.arc(0, 0, 7.5, 0, 7),
    sensor: (c) => c.arc(0, 0, 4.5, 0, 7),
    "sensor-stale": (c) => c.arc(0, 0, 4, 0, 7),
  };

  function drawShape(c, shape, stale) {
    const incident = shape[0] === "P", hollow = shape === "sensor-stale";
    c.lineJoin = "round";
    c.beginPath(); outline[shape](c);
    c.strokeStyle = theme.land_line; c.lineWidth = 3; c.stroke();
    c.fillStyle = hollow ? theme.land : theme[incident ? shape.toLowerCase() : "muted"]; c.fill();
    if (hollow) { c.setLineDash([2, 2]); c.strokeStyle = theme.muted; c.lineWidth = 1.5; c.stroke(); c.setLineDash([]); }
    if (incident) {
      c.fillStyle = theme.mark_ink; c.font = "bold 10px Inter, 'DejaVu Sans', sans-serif"; c.textAlign = "center"; c.textBaseline = "middle";
      c.fillText(shape[1], 0, shape === "P2" ? 2.5 : 0.5);
    }
    if (stale && incident) clockMark(c);
  }

  function clockMark(c) {
    c.beginPath(); c.arc(8, -8, 4, 0, 7); c.fillStyle = theme.panel; c.fill();
    c.strokeStyle = theme.text; c.lineWidth = 1; c.stroke();
    c.beginPath(); c.moveTo(8, -10); c.lineTo(8, -8); c.lineTo(9.5, -8); c.stroke();
  }

  function spriteFor(shape, stale) {
    const key = shape + (stale ? "!" : "");
    if (!sprites.has(key)) {
      const tile = document.createElement("canvas"), c = tile.getContext("2d"), dpr = window.devicePixelRatio;
      tile.width = tile.height = Math.ceil(28 * dpr);
      c.scale(dpr, dpr); c.translate(14, 14);
      drawShape(c, shape, stale);
      sprites.set(key, tile);
    }
    return sprites.get(key);
  }

  function setMarkers(layer, change, reset) {
    const held = layers[layer];
    if (reset) held.clear();
    for (const id of change.gone || []) held.delete(id);
    for (const [id, lat, lon, shape, label, stale] of change.set || []) {
      held.set(id, { layer, id, lat, lon, shape, label, stale, unit: unit(lat, lon) });
    }
  }

  function order() {
    const rank = { sensor: 0, "sensor-stale": 0, P4: 1, P3: 2, P2: 3, P1: 4 };
    drawList = [...layers.sensor.values(), ...layers.incident.values()].filter((m) => outline[m.shape]);
    drawList.sort((a, b) => rank[a.shape] - rank[b.shape]);
    const i = drawList.findIndex((m) => isChosen(m.layer, m.id));
    if (i >= 0) drawList.push(drawList.splice(i, 1)[0]);
  }

  const isChosen = (layer, id) => chosen !== null && chosen[0] === layer && chosen[1] === id;

  // ---- labels -----------------------------------------------------------------------------------------------------
  const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  function placeLabels(c) {
    const k = Math.pow(2, map.getZoom()), taken = [];
    const marks = drawList.map((m) => around(m.unit.x * k, m.unit.y * k, m.layer === "incident" ? 18 : 9, m.layer === "incident" ? 16 : 9));
    const wide = (a) => { const b = a.shape.getBounds(); return (unit(0, b.getEast()).x - unit(0, b.getWest()).x) * k; };
    const queue = [...areas.values()].map((a) => ({ a, picked: isChosen("territory", a.code), size: wide(a) }));
    queue.sort((p, q) => q.picked - p.picked || (p.a.level === "kelurahan") - (q.a.level === "kelurahan") || q.size - p.size);
    labels = [];
    for (const { a, picked, size } of queue) {
      c.font = (picked ? "bold " : "") + LABEL;
      const width = c.measureText(a.name).width;
      if (a.level === "kelurahan" && !picked && (size < width * 1.2 || map.getZoom() < fitZoom + NEARER)) continue;
      const spot = bestSpot(a.unit.x * k, a.unit.y * k, width, taken, marks);
      if (!spot) continue;
      taken.push(spot.box);
      labels.push({ text: a.name, code: a.code, picked, x: spot.x / k, y: spot.y / k });
    }
  }

  const around = (x, y, w, h) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2];

  function bestSpot(x, y, width, taken, marks) {
    let best = null;
    for (const [dx, dy] of [[0, 0], [0, -14], [0, 14], [0, -24], [0, 24], [-width / 3, -12], [width / 3, 12]]) {
      const box = around(x + dx, y + dy, width + 6, 13);
      if (taken.some((t) => overlaps(t, box))) continue;
      const cost = marks.reduce((n, m) => n + overlaps(m, box), 0);
      if (!best || cost < best.cost) best = { x: x + dx, y: y + dy, box, cost };
      if (cost === 0) break;
    }
    return best;
  }

  // ---- drawing ----------------------------------------------------------------------------------------------------
  const canvas = document.createElement("canvas");
  canvas.className = "folio-marks";

  function fitCanvas() {
    const size = map.getSize(), dpr = window.devicePixelRatio;
    canvas.width = Math.round(size.x * dpr); canvas.height = Math.round(size.y * dpr);
    canvas.style.width = size.x + "px"; canvas.style.height = size.y + "px";
    sprites = new Map();
  }

  function draw() {
    if (!theme) return;
    const c = canvas.getContext("2d"), dpr = window.devicePixelRatio, size = map.getSize();
    const k = Math.pow(2, map.getZoom()), corner = map.getPixelBounds().min;
    c.setTransform(dpr, 0, 0, dpr, 0, 0);
    c.clearRect(0, 0, size.x, size.y);
    // Many sensors over a whole city say where they are, no more; nearer by, each gets its mark.
    const crowded = layers.sensor.size > CROWD && map.getZoom() < fitZoom + NEARER;
    drawLabels(c, k, corner);
    for (const m of drawList) {
      const x = m.unit.x * k - corner.x, y = m.unit.y * k - corner.y;
      if (x < -20 || y < -20 || x > size.x + 20 || y > size.y + 20) continue;
      const picked = isChosen(m.layer, m.id), half = m.layer === "sensor" && crowded && !picked ? 14 * SMALL : 14;
      if (picked) ring(c, x, y);
      c.drawImage(spriteFor(m.shape, m.stale), x - half, y - half, 2 * half, 2 * half);
    }
  }

  function drawLabels(c, k, corner) {
    c.textAlign = "center"; c.textBaseline = "middle"; c.lineJoin = "round"; c.lineWidth = 3;
    for (const l of labels) {
      const x = l.x * k - corner.x, y = l.y * k - corner.y;
      c.font = (l.picked ? "bold " : "") + LABEL;
      c.strokeStyle = theme.land; c.globalAlpha = 0.7; c.strokeText(l.text, x, y);
      c.globalAlpha = 1; c.fillStyle = l.picked ? theme.text : inkOn(l.code); c.fillText(l.text, x, y);
    }
  }

  const inkOn = (code) => (fills[code] === undefined ? theme.muted : theme.inks[fills[code]]);

  function ring(c, x, y) {
    c.beginPath(); c.arc(x, y, 13, 0, 7);
    c.strokeStyle = theme.accent; c.lineWidth = 2; c.stroke();
  }

  function redrawSoon() {
    if (drawAsked) return;
    drawAsked = true;
    requestAnimationFrame(() => { drawAsked = false; if (labelsDue) relabel(); draw(); });
  }

  function relabel() {
    labelsDue = false;
    placeLabels(canvas.getContext("2d"));
  }

  function relabelSoon() { labelsDue = true; redrawSoon(); }

  // Labels make way for marks, but not at every move of a mark: names that hop about are hard to read.
  function relabelWhenCalm() {
    clearTimeout(calm);
    calm = setTimeout(relabelSoon, CALM_MS);
  }

  function afterFrames(count, then) { if (count === 0) then(); else requestAnimationFrame(() => afterFrames(count - 1, then)); }

  // A hidden page gets no frames; it must still answer, or the console would wait for it.
  function acknowledge(n) {
    if (document.hidden) { bridge.drawn(n); bridge.painted(n); return; }
    waiting.push(n);
    requestAnimationFrame(() => {
      setTimeout(() => bridge.drawn(n), 0);
      afterFrames(SHOWN_AFTER, () => { waiting = waiting.filter((w) => w !== n); bridge.painted(n); });
    });
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { waiting.forEach((n) => { bridge.drawn(n); bridge.painted(n); }); waiting = []; }
  });

  // ---- view -------------------------------------------------------------------------------------------------------
  function fit() {
    wandered = false;
    if (!areas.size) return;
    const bounds = land.getBounds();
    const room = (left, bottom) => ({ paddingTopLeft: [left, 16], paddingBottomRight: [16, bottom], animate: false });
    map.fitBounds(bounds, room(16, 16));
    const legend = at("legend"), low = map.latLngToContainerPoint(bounds.getSouthWest());
    if (low.y > legend.offsetTop && low.x < legend.offsetLeft + legend.offsetWidth) {
      // The city would lie under the legend: make room below or beside it, whichever leaves the larger map.
      const zoom = (c) => map.getBoundsZoom(bounds, false, L.point(c.paddingTopLeft).add(c.paddingBottomRight));
      const choices = [room(16, legend.offsetHeight + 24), room(legend.offsetWidth + 24, 16)].filter((c) => zoom(c) > 1);
      choices.sort((a, b) => zoom(b) - zoom(a));
      if (choices.length) map.fitBounds(bounds, choices[0]);
    }
    fitZoom = map.getZoom();
  }

  function reveal(point) { if (!map.getBounds().contains(point)) { wandered = true; map.panTo(point, { animate: false }); } }

  function focusOn(code) {
    if (!areas.has(code)) { fit(); return; }
    wandered = true;
    map.fitBounds(areas.get(code).shape.getBounds(), { padding: [48, 48], animate: false });
  }

  // Kecamatan lie under the finer lines of kelurahan, but for the chosen one.
  function lower(area) { if (area.level === "kecamatan") area.shape.bringToBack(); }

  function select(selection) {
    const before = chosen;
    chosen = selection;
    for (const s of [before, chosen]) { if (s && s[0] === "territory" && areas.has(s[1])) restyle(areas.get(s[1])); }
    if (before && before[0] === "territory" && areas.has(before[1])) lower(areas.get(before[1]));
    if (!chosen) return;
    const [layer, id] = chosen;
    if (layer === "territory" && areas.has(id)) { areas.get(id).shape.bringToFront(); reveal(areas.get(id).at); }
    else if (layers[layer] && layers[layer].has(id)) { const m = layers[layer].get(id); reveal([m.lat, m.lon]); }
  }

  // ---- words and colours ------------------------------------------------------------------------------------------
  function setTheme(next) {
    theme = next;
    for (const [token, value] of Object.entries(next)) {
      if (typeof value === "string") document.documentElement.style.setProperty("--" + token.replaceAll("_", "-"), value);
    }
    sprites = new Map(); hatch = hatched();
    areas.forEach(restyle);
    at("swatches").replaceChildren(...next.ramp.map((colour) => {
      const swatch = document.createElement("i");
      swatch.style.background = colour;
      return swatch;
    }));
  }

  function setLegend(legend) {
    at("scale").hidden = !legend;
    if (loaded !== !!legend) { loaded = !!legend; areas.forEach(restyle); }
    if (!legend) return;
    at("title").textContent = legend.title;
    at("range").textContent = legend.low + " – " + legend.high;
    at("missing").textContent = legend.missing;
    at("missing").hidden = at("hatch").hidden = !legend.missing;
  }

  function setWords(words) {
    at("note").textContent = words.note; at("note").hidden = !words.note;
    at("badge").textContent = words.badge; at("badge").hidden = !words.badge;
    map.getContainer().setAttribute("aria-label", words.name);
  }

  // ---- pointer and keys -------------------------------------------------------------------------------------------
  function markAt(point) {
    const k = Math.pow(2, map.getZoom()), corner = map.getPixelBounds().min;
    for (let i = drawList.length - 1; i >= 0; i--) {
      const m = drawList[i], dx = m.unit.x * k - corner.x - point.x, dy = m.unit.y * k - corner.y - point.y;
      if (dx * dx + dy * dy <= HIT * HIT) return m;
    }
    return null;
  }

  function onLand(event) {
    const mark = markAt(event.containerPoint);
    L.DomEvent.stopPropagation(event);
    if (mark) bridge.picked(mark.layer, mark.id);
    else bridge.picked("territory", event.layer.feature.properties.code);
  }

  function onHover(event) {
    const mark = markAt(event.containerPoint), tip = at("tip"), size = map.getSize(), p = event.containerPoint;
    map.getContainer().style.cursor = mark ? "pointer" : "";
    tip.hidden = !mark || !mark.label;
    if (tip.hidden) return;
    tip.textContent = mark.label;
    tip.style.left = Math.max(4, Math.min(p.x + 14, size.x - tip.offsetWidth - 4)) + "px";
    tip.style.top = Math.max(4, Math.min(p.y + 14, size.y - tip.offsetHeight - 4)) + "px";
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // The nearest territory in the arrow's direction, by label point; sideways distance counts double.
  function neighbour([dx, dy]) {
    const usable = [...areas.values()].filter((a) => (a.level === "kelurahan") === fine);
    const centre = map.getCenter(), here = chosen && chosen[0] === "territory" ? areas.get(chosen[1]) : null;
    const from = here ? here.unit : unit(centre.lat, centre.lng);
    const cost = (a) => {
      const ahead = (a.unit.x - from.x) * dx + (a.unit.y - from.y) * dy;
      const aside = Math.abs((a.unit.x - from.x) * dy) + Math.abs((a.unit.y - from.y) * dx);
      return ahead <= 0 ? Infinity : ahead + 2 * aside;
    };
    const best = usable.filter((a) => a !== here).reduce((b, a) => (!b || cost(a) < cost(b) ? a : b), null);
    return best && cost(best) < Infinity ? best : null;
  }

  function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow && event.shiftKey) { wandered = true; map.panBy([arrow[0] * 80, arrow[1] * 80], { animate: false }); }
    else if (arrow) { const next = neighbour(arrow); if (next) bridge.picked("territory", next.code); }
    else if (event.key === "Enter" && chosen) bridge.picked(chosen[0], chosen[1]);
    else if (event.key === "+" || event.key === "=") { wandered = true; map.zoomIn(0.5, { animate: false }); }
    else if (event.key === "-") { wandered = true; map.zoomOut(0.5, { animate: false }); }
    else if (event.key === "0" || event.key === "Home") fit();
    else return;
    event.preventDefault();
  }

  // ---- the bridge -------------------------------------------------------------------------------------------------
  function take(text) {
    const m = JSON.parse(text);
    if (m.theme) setTheme(m.theme);
    if (m.words) setWords(m.words);
    if ("legend" in m) setLegend(m.legend);
    if (m.fills || m.reset) setFills(m.fills || {}, m.reset);
    for (const layer of Object.keys(layers)) {
      const change = (m.markers || {})[layer];
      if (change || m.reset) setMarkers(layer, change || {}, m.reset);
    }
    if ("selection" in m) select(m.selection);
    if (m.focus) focusOn(m.focus.code);
    if (m.markers || m.reset || "selection" in m) order();
    if ((m.words || "legend" in m) && !wandered) fit();
    if (m.reset || m.theme || "selection" in m) labelsDue = true;
    else if (m.markers) relabelWhenCalm();
    redrawSoon();
    acknowledge(m.n);
  }

  function listen() {
    const box = map.getContainer();
    box.appendChild(canvas);
    box.tabIndex = 0;
    document.addEventListener("keydown", onKey);
    window.addEventListener("focus", () => box.focus());
    map.on("move", draw);
    map.on("zoomend", relabelSoon);
    map.on("resize", () => { fitCanvas(); if (!wandered) fit(); relabelSoon(); });
    map.on("dragstart", () => { wandered = true; });
    box.addEventListener("wheel", () => { wandered = true; }, { passive: true });
    map.on("mousemove", onHover);
    map.on("mouseout", () => { at("tip").hidden = true; });
    map.on("click", (event) => { const mark = markAt(event.containerPoint); if (mark) bridge.picked(mark.layer, mark.id); });
    land.on("click", onLand);
  }

  document.addEventListener("securitypolicyviolation", (e) => { if (bridge) bridge.violated(e.effectiveDirective, e.blockedURI); });
  takeLand();
  listen();
  fitCanvas();
  fit();
  new QWebChannel(qt.webChannelTransport, (channel) => {
    bridge = channel.objects.bridge;
    bridge.pushed.connect(take);
    bridge.ready();
  });
})();

'use strict';

// The page asks for /api/stats every two seconds while it is seen, and for what changes more slowly every ten. It makes no HTML of texts:
// whatever a table or a key is called, it is shown as text.

const SECOND = 1000;
const STATS_EVERY = 2 * SECOND;
const SLOW_EVERY = 10 * SECOND;
const RATE_OVER = 10 * SECOND;
const AFTER_TYPING = SECOND / 5;
const MOST_ROWS = 100;
const MOST_HOT = 20;
const TOKEN = 'daxproxy-admin-token';

const $ = id => document.getElementById(id);
const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

let token = sessionStorage.getItem(TOKEN) ?? '';
let stats = null;
let samples = [];
let slowAt = -SLOW_EVERY;
let timer = 0;
let hour = null;
const rows = new Map();

// ---- What things look like ----

function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (; n >= 1024 && unit < units.length - 1; unit++) n /= 1024;
  return `${unit === 0 || n >= 100 ? Math.round(n) : decimal.format(n)} ${units[unit]}`;
}

function span(seconds) {
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const at = parts.findIndex(([size]) => seconds >= size);
  if (at < 0) return `${decimal.format(seconds)} s`;
  const [size, name] = parts[at];
  const rest = parts[at + 1] && Math.floor(seconds % size / parts[at + 1][0]);
  return `${Math.floor(seconds / size)} ${name}${rest ? ` ${rest} ${parts[at + 1][1]}` : ''}`;
}

const micros = us => us >= 10000 ? `${whole.format(Math.round(us / 1000))} ms`
  : us >= 1000 ? `${decimal.format(us / 1000)} ms`
  : `${whole.format(Math.round(us))} µs`;
const percent = (part, all) => all > 0 ? `${decimal.format(100 * part / all)} %` : '–';
const count = n => (n >= 1e6 ? compact : whole).format(n);
const life = seconds => seconds > 0 ? span(seconds) : 'off';

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function make(name, text, className) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** Fills a list of terms; keeps the elements, so that nothing jumps and a screen reader is not told what stays. */
function facts(list, pairs) {
  pairs.forEach(([name, value, small], index) => {
    let group = list.children[index];
    if (!group) {
      group = make('div');
      group.append(make('dt'), make('dd'));
      group.lastChild.append(make('span'), make('small'));
      list.append(group);
    }
    set(group.firstChild, name);
    set(group.lastChild.firstChild, value);
    set(group.lastChild.lastChild, small ?? '');
  });
  while (list.children.length > pairs.length) list.lastChild.remove();
}

// ---- Asking ----

async function ask(path, body) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST', headers, body, cache: 'no-store', credentials: 'omit', redirect: 'error',
  });
  if (answer.status === 401) {
    askForToken();
    throw new Error('no secret');
  }
  return answer;
}

async function json(path) {
  const answer = await ask(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

function askForToken() {
  if (token) set($('sign-in-fault'), 'It was not accepted.');
  token = '';
  sessionStorage.removeItem(TOKEN);
  stop();
  $('figures').hidden = true;
  if ($('sign-in').hidden) {
    $('sign-in').hidden = false;
    $('token').focus();
  }
}

async function poll() {
  stop();
  if (document.hidden) return;
  try {
    const now = await json(`/api/stats?tables=${MOST_ROWS}&like=${encodeURIComponent($('filter').value.trim())}`);
    const last = samples.at(-1);
    if (stats?.process.startedAt !== now.process.startedAt || (last && performance.now() - last.at > RATE_OVER)) samples.length = 0;
    stats = now;
    samples.push({ at: performance.now(), ...stats.traffic });
    while (samples.length > 2 && samples.at(-1).at - samples[1].at > RATE_OVER) samples.shift();
    show();
    if (performance.now() - slowAt >= SLOW_EVERY) {
      slowAt = performance.now();
      await pollSlowly();
    }
    set($('stale'), '');
  } catch (fault) {
    if (!$('sign-in').hidden) return;
    health('No answer', 'bad');
    set($('stale'), stats ? 'These figures are from before.' : '');
  }
  stop();
  timer = setTimeout(poll, STATS_EVERY);
}

async function pollSlowly() {
  const probe = path => fetch(path, { cache: 'no-store', credentials: 'omit' });
  const [ready, backend, past, hot] = await Promise.all([
    probe('/health/ready'), probe('/health/backend'), json('/api/history'), json('/api/hot-keys'),
  ]);
  const text = (await (ready.ok && !backend.ok ? backend : ready).text()).trim();
  health(text.charAt(0).toUpperCase() + text.slice(1), !ready.ok || !backend.ok ? 'bad' : text === 'ready' ? 'good' : '');
  hour = past;
  showHistory();
  showHot('hot-items', hot.items, hot.shows);
  showHot('hot-queries', hot.queries, hot.shows);
}

function stop() {
  clearTimeout(timer);
  timer = 0;
}

// ---- Showing ----

function health(text, className) {
  set($('health'), text);
  $('health').className = `badge ${className}`;
}

function show() {
  $('sign-in').hidden = true;
  $('figures').hidden = false;
  const p = stats.process;
  facts($('facts'), [
    ['Mode', p.mode], ['Backend', p.endpoint ? `${p.backend}, ${p.endpoint}` : p.backend],
    ['Up', span(p.uptimeSeconds)], ['Version', p.version],
  ]);
  showNow();
  showTables();
  showState();
  showLog();
}

function showNow() {
  const first = samples[0], last = samples.at(-1);
  const seconds = (last.at - first.at) / SECOND;
  const requests = last.requests - first.requests, reads = last.reads - first.reads, hits = last.hits - first.hits;
  const times = name => {
    const at = hour ? hour.at.length - 1 : -1;
    const recent = at >= 0 && hour[`${name}Count`][at] > 0;
    const t = recent
      ? { p50Microseconds: hour[`${name}P50Microseconds`][at], p99Microseconds: hour[`${name}P99Microseconds`][at] }
      : stats.traffic[name];
    return [
      t.p50Microseconds > 0 ? micros(t.p50Microseconds) : '–',
      t.p99Microseconds > 0 ? `99th percentile ${micros(t.p99Microseconds)}` : 'none yet',
    ];
  };
  const p = stats.process;
  facts($('tiles'), [
    ['Requests per second', seconds > 0 ? decimal.format(requests / seconds) : '–', `${whole.format(stats.traffic.requests)} in all`],
    [
      'Answered from a cache', percent(reads > 0 ? hits : last.hits, reads > 0 ? reads : last.reads),
      `${whole.format(last.hits)} of ${whole.format(last.reads)} reads`,
    ],
    ['Hits, median', ...times('hit')],
    ['Misses, median', ...times('miss')],
    ['Backend, median', ...times('backend')],
    ['Saved a day', dollars(stats.savings.dollarsPerDay), `${whole.format(stats.savings.readUnits)} read units in all, or ${decimal.format(stats.savings.readCapacityUnits)} of provisioned capacity; prices of ${stats.savings.listPricesOf}`],
    ['Memory', bytes(p.memoryBytes), `of ${bytes(p.availableBytes)}`],
  ]);
}

const dollars = n => n === 0 ? '$0' : n < 0.01 ? '< $0.01' : `$${n < 100 ? n.toFixed(2) : whole.format(n)}`;

const sum = (table, ...names) => names.reduce((all, name) => all + (table?.[name] ?? 0), 0);

function figuresOf(name) {
  const items = stats.cache[name], pages = stats.queryCache[name], how = stats.tables[name];
  const stream = Object.hasOwn(stats.streams ?? {}, name) ? stats.streams[name] : undefined;
  const hits = sum(items, 'hits', 'negativeHits') + sum(pages, 'hits');
  const notKnown = sum(items, 'misses') + sum(pages, 'missesAbsent');
  const written = sum(pages, 'missesWritten'), forgotten = sum(pages, 'missesForgotten');
  const lag = !stream ? '–'
    : !stream.fresh ? `not followed${stream.fault ? `: ${stream.fault}` : ''}`
    : stream.lagSeconds === undefined ? '–' : `${decimal.format(stream.lagSeconds)} s`;
  const ofItems = !how?.cachesItems ? 'off' : how.timeToLiveSeconds > 0 ? span(how.timeToLiveSeconds) : 'no end';
  const saved = sum(items, 'readUnitsSaved') + sum(pages, 'readUnitsSaved');
  const ttl = how ? `${ofItems} / ${life(how.queryTimeToLiveSeconds)}` : '–';
  return {
    name, weight: hits + notKnown + written + forgotten,
    cells: [
      count(hits), percent(hits, hits + notKnown + written + forgotten),
      count(notKnown), count(written), count(forgotten),
      count(sum(items, 'entries') + sum(pages, 'entries')), bytes(sum(items, 'bytes') + sum(pages, 'bytes')),
      ttl, how?.rules.join(', ') || '–', [how?.groupMode, lag].filter(part => part && part !== '–').join(', ') || '–',
      count(how?.throttled ?? 0), count(Math.round(saved)), dollars(saved * stats.savings.dollarsOfMillionReadRequestUnits / 1e6),
    ],
  };
}

function rowOf(name) {
  let row = rows.get(name);
  if (!row) {
    row = make('tr');
    const head = make('th', name);
    head.scope = 'row';
    row.append(head);
    ['n', 'n', 'n', 'n', 'n', 'n', 'n', 'n', '', 'n', 'n', 'n', 'n'].forEach(kind => row.append(make('td', '', kind)));
    const button = make('button', 'Evict…');
    button.type = 'button';
    button.setAttribute('aria-label', `Evict table ${name}`);
    button.addEventListener('click', () => confirmEviction(name, button));
    const cell = make('td');
    cell.append(button);
    row.append(cell);
    rows.set(name, row);
  }
  return row;
}

function showTables() {
  const wanted = $('filter').value.trim().toLowerCase();
  const names = Object.keys(stats.tables);
  // The answer may be to what was in the filter before.
  const shown = names.filter(name => name.toLowerCase().includes(wanted)).map(figuresOf);
  shown.sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  const body = $('tables').tBodies[0];
  const kept = new Set(shown.map(table => table.name));
  for (const [name, row] of rows) {
    if (!kept.has(name)) {
      row.remove();
      rows.delete(name);
    }
  }
  // A row that moves would lose the focus; the order can wait until the focus is elsewhere.
  const mayMove = !body.contains(document.activeElement);
  shown.forEach((table, index) => {
    const row = rowOf(table.name);
    table.cells.forEach((text, cell) => set(row.children[cell + 1], text));
    if (!row.isConnected) body.insertBefore(row, body.children[index] ?? null);
    else if (mayMove && body.children[index] !== row) body.insertBefore(row, body.children[index]);
  });
  set($('tables-note'), stats.tablesKnown === 0 ? 'No table has been read or written yet.'
    : shown.length < stats.tablesKnown
      ? `${whole.format(shown.length)} of ${whole.format(stats.tablesKnown)} shown${shown.length < stats.tablesFound ? ', those used most' : ''}`
    : '');
}

function showState() {
  const pairs = [];
  const group = stats.group, p = stats.process;
  if (group) {
    pairs.push(['Group', group.joined ? `joined, ${group.mode}` : 'not joined: the caches do not answer']);
    pairs.push(['Lease left', `${decimal.format(group.leaseLeftSeconds)} s`]);
    pairs.push(['Members', group.members.join(', ') || 'none']);
    if (group.lost.length > 0) pairs.push(['Lost members', group.lost.join(', ')]);
  } else {
    pairs.push(['Group', 'alone']);
  }
  if (stats.auditor) {
    const found = Object.values(stats.auditor.tables);
    const of = name => found.reduce((all, table) => all + table[name], 0);
    const [equal, stale, unknown] = ['equal', 'stale', 'unknown'].map(name => whole.format(of(name)));
    pairs.push(['Auditor', `${equal} right, ${stale} stale, ${unknown} unknown`]);
  } else {
    pairs.push(['Auditor', 'off']);
  }
  const used = kind => Object.values(stats[kind]).reduce((all, table) => all + table.bytes, 0);
  pairs.push(['Item cache', `${bytes(used('cache'))} of ${bytes(p.itemCacheMaxBytes)}`]);
  pairs.push(['Query cache', `${bytes(used('queryCache'))} of ${bytes(p.queryCacheMaxBytes)}`]);
  pairs.push(['Heap', bytes(p.heapBytes)]);
  pairs.push(['Faults of the caches', whole.format(stats.cacheHealth?.faults ?? 0)]);
  if (stats.backend) {
    const b = stats.backend;
    const repeated = b.retriesThrottled + b.retriesNeverSent + b.retriesUnknown, refused = b.refusedBroken + b.refusedFull;
    pairs.push([
      'Backend',
      `${whole.format(b.requests)} requests, ${whole.format(repeated)} repeated, ${whole.format(refused)} refused here`,
    ]);
    const since = b.outageSince && new Date(b.outageSince).toLocaleTimeString('en-GB');
    pairs.push(['Outages of the backend', b.outages === 0 ? 'none' : `${whole.format(b.outages)}${since ? `, one since ${since}` : ''}`]);
    if (b.broken > 0) pairs.push(['Refused now', `${whole.format(b.broken)} tables or verbs`]);
  }
  facts($('state'), pairs);
}

function showLog() {
  const list = $('log');
  const key = stats.recentLog.map(line => line.at + line.count).join();
  $('log-none').hidden = stats.recentLog.length > 0;
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...stats.recentLog.map(line => {
    const entry = make('li');
    const time = make('time', new Date(line.at).toLocaleTimeString('en-GB'));
    time.dateTime = line.at;
    entry.append(
      time, make('span', `${line.level} [${line.event}] `, line.level),
      line.count > 1 ? `${line.text} (${line.count} times)` : line.text);
    return entry;
  }));
}

function showHot(id, reads, shows) {
  const body = $(id).tBodies[0];
  if (shows === 'off' || reads.length === 0) {
    const cell = make('td', shows === 'off' ? 'Telemetry.HotKeys is off.' : 'Nothing has been read often enough yet.', 'note');
    cell.colSpan = 4;
    const row = make('tr');
    row.append(cell);
    body.replaceChildren(row);
    return;
  }
  body.replaceChildren(...reads.slice(0, MOST_HOT).map(read => {
    const key = read.key ? Object.values(read.key).map(value => Object.values(value)[0]).join(' / ')
      : read.operation === 'Scan' ? 'Scan' : `#${read.hash}`;
    const row = make('tr');
    const head = make('th', key);
    head.scope = 'row';
    head.title = read.key ? JSON.stringify(read.key) : read.hash;
    row.append(
      head, make('td', read.index ? `${read.table}, ${read.index}` : read.table),
      make('td', decimal.format(read.readsPerSecond), 'n'), make('td', percent(read.share, 1), 'n'));
    return row;
  }));
}

// ---- Charts ----

function showHistory() {
  const seconds = hour.seconds;
  const rate = hour.requests.map((n, i) => seconds[i] > 0 ? n / seconds[i] : 0);
  const share = hour.hits.map((n, i) => hour.reads[i] > 0 ? n / hour.reads[i] : null);
  const top = Math.max(1, ...rate);
  chart('rate-chart', rate, top, `Requests per second over the last 60 minutes, at most ${decimal.format(top)}`);
  const known = share.filter(value => value !== null);
  chart('share-chart', share, 1, known.length === 0
    ? 'Share of reads answered from a cache: no reads yet'
    : `Share of reads answered from a cache, between ${percent(Math.min(...known), 1)} and ${percent(Math.max(...known), 1)}`);
  set($('rate-last'), rate.length > 0 ? `${decimal.format(rate.at(-1))}, at most ${decimal.format(top)}` : '');
  set($('share-last'), known.length > 0 ? percent(known.at(-1), 1) : '');
}

/** Draws values, the newest at the right edge, over ten minutes at least; null leaves a gap. */
function chart(id, values, top, label) {
  const width = 600, height = 120, most = Math.max(values.length, 600 / hour.intervalSeconds);
  const x = index => (width - (values.length - 1 - index) * width / (most - 1)).toFixed(1);
  const y = value => (height - 2 - value / top * (height - 6)).toFixed(1);
  let line = '', area = '', from = null;
  values.forEach((value, index) => {
    if (value !== null) {
      line += `${from === null ? 'M' : 'L'}${x(index)} ${y(value)}`;
      area += `${from === null ? `M${x(index)} ${height}` : ''}L${x(index)} ${y(value)}`;
      from ??= index;
    }
    if (from !== null && (value === null || index === values.length - 1)) {
      area += `L${x(value === null ? index - 1 : index)} ${height}Z`;
      from = null;
    }
  });
  const svg = $(id);
  set(svg.parentElement.querySelector('.from'), `${Math.round(most * hour.intervalSeconds / 60)} min ago`);
  svg.setAttribute('aria-label', label);
  svg.replaceChildren(
    ...[.25, .5, .75].map(part => shape('line', { class: 'grid', x1: 0, x2: width, y1: y(part * top), y2: y(part * top) })),
    shape('path', { class: 'area', d: area }), shape('path', { class: 'line', d: line }));
}

function shape(name, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// ---- Doing ----

function confirmEviction(table, opener) {
  const dialog = $('confirm');
  set($('confirm-text'), table === null ? 'Forget everything that is cached?' : `Forget everything that is cached of the table ${table}?`);
  dialog.returnValue = '';
  dialog.onclose = async () => {
    opener.focus();
    if (dialog.returnValue !== 'evict') return;
    try {
      const answer = await ask('/api/evict', JSON.stringify(table === null ? { all: true } : { table }));
      tell(answer.ok, answer.ok ? `Evicted: ${table ?? 'everything'}.` : `Not evicted: ${(await answer.json()).error}`);
    } catch (fault) {
      if ($('sign-in').hidden) tell(false, 'Not evicted: the proxy does not answer.');
    }
    poll();
  };
  dialog.showModal();
}

function tell(isDone, text) {
  $('done').className = isDone ? 'unseen' : 'fault';
  set($('done'), text);
}

async function explain(event) {
  event.preventDefault();
  const shown = $('explanation');
  let request;
  try {
    request = JSON.parse($('request').value);
  } catch (fault) {
    shown.replaceChildren(make('p', `The request is no JSON: ${fault.message}`, 'fault'));
    return;
  }
  try {
    const answer = await ask('/api/explain', JSON.stringify({ target: $('target').value, request }));
    const told = await answer.json();
    if (!answer.ok) {
      shown.replaceChildren(make('p', told.error, 'fault'));
      return;
    }
    const words = {
      hit: 'It would be a hit', partial: 'A part would be a hit', miss: 'It would be a miss', bypass: 'It would pass the caches by',
    };
    const lines = [make('p', `${words[told.answer]}: ${told.because.join(', ')}.`)];
    if (told.entry) {
      const e = told.entry;
      const end = e.leftSeconds === undefined ? 'and has no end' : `and lives ${span(e.leftSeconds)} more`;
      const before = e.endedBy.length > 0 ? `Ended before by ${e.endedBy.join(', ')}.` : '';
      lines.push(make('p', `The ${e.kind} was stored ${span(e.ageSeconds)} ago, takes ${bytes(e.bytes)}, ${end}. ${before}`));
    }
    if (told.cacheStatus) lines.push(make('pre', `Cache-Status: ${told.cacheStatus}`));
    if (told.reads) {
      const reads = told.reads.map(read => `${read.operation}: ${read.answer}, ${read.because.join(', ')}`);
      lines.push(make('pre', reads.join('\n')));
    }
    if (told.keys) {
      const keys = told.keys.map((key, index) => `key ${index + 1}: ${key.answer}, ${key.because.join(', ')}`);
      lines.push(make('pre', keys.join('\n')));
    }
    shown.replaceChildren(...lines);
  } catch (fault) {
    if ($('sign-in').hidden) shown.replaceChildren(make('p', 'The proxy does not answer.', 'fault'));
  }
}

$('sign-in-form').addEventListener('submit', event => {
  event.preventDefault();
  token = $('token').value.trim();
  if (!/^[!-~]+$/.test(token)) {
    token = '';
    set($('sign-in-fault'), 'A secret is visible ASCII characters without blanks.');
    return;
  }
  sessionStorage.setItem(TOKEN, token);
  $('token').value = '';
  set($('sign-in-fault'), '');
  slowAt = -SLOW_EVERY;
  poll();
});
$('explain-form').addEventListener('submit', explain);
$('filter').addEventListener('input', () => {
  if (!stats) return;
  showTables();
  clearTimeout(timer);
  timer = setTimeout(poll, AFTER_TYPING);
});
$('evict-all').addEventListener('click', event => confirmEviction(null, event.currentTarget));
document.addEventListener('visibilitychange', () => document.hidden ? stop() : poll());
poll();

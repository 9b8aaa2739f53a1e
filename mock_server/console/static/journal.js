// The requests of the partner who is signed in, as they come.
import { act, byId, download, element, tell } from "./elements.js";
import { ask, kept, read } from "./session.js";

const MOST = 200;
let shown = [];
let following = null;

export function stop() {
  following?.abort();
  following = null;
  shown = [];
}

export async function start() {
  stop();
  shown = await read(`/_sandbox/requests?limit=${MOST}`);
  draw();
  follow();
}

async function follow() {
  const mine = (following = new AbortController());
  while (following === mine) {
    try {
      const after = shown[0]?.id ?? 0;
      const answer = await ask(`/_sandbox/requests/events?seconds=60&after=${after}`, { signal: mine.signal });
      byId("live").textContent = "live";
      await readEvents(answer.body, mine);
    } catch (error) {
      if (mine.signal.aborted) return;
      byId("live").textContent = "not connected";
      if (!kept()) return;
      await new Promise((wake) => setTimeout(wake, 1000));
    }
  }
}

async function readEvents(body, mine) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done || following !== mine) return;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.split("\n").find((line) => line.startsWith("data: "));
      if (data) arrived(JSON.parse(data.slice(6)));
    }
  }
}

function arrived(entry) {
  if (shown.some((one) => one.id === entry.id)) return;
  shown = [entry, ...shown].slice(0, MOST);
  draw();
  document.dispatchEvent(new Event("arrived"));
}

function draw() {
  const form = new FormData(byId("filter"));
  const text = form.get("text").toLowerCase();
  const wanted = shown.filter(
    (entry) =>
      String(entry.answer.status).startsWith(form.get("status")) &&
      [entry.request.url, entry.operation, entry.request.body, entry.answer.body].join(" ").toLowerCase().includes(text),
  );
  const open = new Set([...byId("requests").querySelectorAll(".detail")].map((row) => row.dataset.id));
  byId("requests").replaceChildren(
    ...wanted.flatMap((entry) => (open.has(String(entry.id)) ? [row(entry), detail(entry)] : [row(entry)])),
  );
  byId("no-requests").hidden = shown.length > 0;
}

// A request may name a host that no URL can have.
function target(text) {
  const url = URL.canParse(text) ? new URL(text) : { pathname: text, search: "" };
  return url.pathname + url.search;
}

function row(entry) {
  const toggle = (event) => {
    const line = event.target.closest("tr");
    const next = line.nextElementSibling;
    const isOpen = next?.classList.contains("detail");
    if (isOpen) next.remove();
    else line.after(detail(entry));
    event.target.closest("button").setAttribute("aria-expanded", String(!isOpen));
  };
  const name = element("code", { textContent: `${entry.request.method} ${target(entry.request.url)}` });
  const good = entry.answer.status > 0 && entry.answer.status < 400;
  return element(
    "tr",
    {},
    element("td", { textContent: entry.received_at.slice(11, 23) }),
    element("td", {}, element("button", { type: "button", className: "row-button", "aria-expanded": "false", onclick: toggle }, name)),
    element("td", { className: `status ${good ? "good" : "bad"}`, textContent: entry.answer.status || "lost" }),
    element("td", { textContent: entry.operation ?? "none" }),
    element("td", { textContent: entry.milliseconds }),
  );
}

function detail(entry) {
  const cell = element("td", { colSpan: 5 });
  if (entry.scenario) cell.append(element("p", { textContent: `It met the scenario ${entry.scenario}.` }));
  if (entry.refused) {
    cell.append(heading("What refused it"), element("p", { textContent: entry.refused.detail }));
    cell.append(element("ul", {}, ...entry.refused.errors.map((fault) => element("li", { textContent: `${fault.pointer} ${fault.detail}` }))));
  } else {
    const checked = entry.operation ? `by ${entry.operation} of ${entry.contract}` : "by nothing";
    cell.append(element("p", { className: "quiet", textContent: `Parameters, credentials and body were checked ${checked}; nothing was refused.` }));
  }
  const copy = act(async () => {
    await navigator.clipboard.writeText(entry.curl);
    tell("The line is copied.");
  });
  cell.append(
    heading("Send it again"),
    block(entry.curl),
    element(
      "p",
      { className: "bar" },
      element("button", { type: "button", className: "plain", textContent: "Copy", onclick: copy }),
      element("button", { type: "button", className: "plain", textContent: "Send", onclick: act(() => replay(entry)) }),
    ),
    heading("Request"),
    block([...entry.request.headers.map((header) => `${header.name}: ${header.value}`), "", pretty(entry.request)].join("\n")),
    ...answered(entry),
  );
  return element("tr", { className: "detail", "data-id": String(entry.id) }, cell);
}

function answered(entry) {
  if (!entry.answer.status) return [heading("Answer"), element("p", { textContent: "None: the connection was dropped." })];
  return [
    heading(`Answer ${entry.answer.status}`),
    block([...entry.answer.headers.map((header) => `${header.name}: ${header.value}`), "", pretty(entry.answer)].join("\n")),
  ];
}

const NOT_OURS = new Set(["host", "connection", "content-length", "authorization", "cookie", "user-agent", "origin", "referer"]);

async function replay(entry) {
  const headers = Object.fromEntries(
    entry.request.headers.filter(({ name }) => !NOT_OURS.has(name) && !name.startsWith("sec-")).map(({ name, value }) => [name, value]),
  );
  headers.Authorization = `Bearer ${kept().token}`;
  const body = entry.request.body_bytes ? entry.request.body : undefined;
  // On this page's own origin, whatever host the request named.
  const answer = await fetch(target(entry.request.url), { method: entry.request.method, headers, body, credentials: "omit" });
  tell(`Sent again: ${answer.status}.`);
}

function heading(text) {
  return element("h3", { textContent: text });
}

function block(text) {
  return element("pre", {}, element("code", { textContent: text }));
}

function pretty(message) {
  const cut = message.body_bytes > 65536 ? `\n(the first 64 KiB of ${message.body_bytes} bytes)` : "";
  try {
    return JSON.stringify(JSON.parse(message.body), null, 1) + cut;
  } catch {
    return message.body + cut;
  }
}

async function archive() {
  download(await (await ask("/_sandbox/requests/archive")).blob(), "understudy.har");
}

async function forget() {
  await ask("/_sandbox/requests", { method: "DELETE" });
  shown = [];
  draw();
}

byId("filter").addEventListener("input", draw);
byId("filter").addEventListener("submit", (event) => event.preventDefault());
byId("har").addEventListener("click", act(archive));
byId("forget").addEventListener("click", act(forget));

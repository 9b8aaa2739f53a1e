// Elements are made, never written as markup: whatever a request, an answer or a contract holds stays text.
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

export function tell(text) {
  byId("notice").textContent = text;
}

// Looks that are asked for one after the other answer so: what is older never covers what is newer.
export function inTurn(look) {
  let last = Promise.resolve();
  return () => (last = last.then(look, look));
}

const drawn = new Map();

// Draws the rows of a table, only when what they tell has changed: who reads or stands on one is not thrown out of it.
export function drawRows(id, told, row) {
  const text = JSON.stringify(told);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  const body = byId(id);
  const label = body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  const open = new Set([...body.querySelectorAll("details[open]")].map((one) => one.dataset.id));
  body.replaceChildren(...told.map(row));
  for (const one of body.querySelectorAll("details")) one.open = open.has(one.dataset.id);
  if (label) [...body.querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label") === label)?.focus();
}

export function cell(...content) {
  return element("td", {}, ...content);
}

// An instant of a partner's clock, in one piece.
export function instant(text) {
  return element("time", { dateTime: text, textContent: text.slice(0, 19).replace("T", " ") });
}

export function button(text, label, work) {
  return element("button", { type: "button", className: "plain", textContent: text, "aria-label": label, onclick: act(work) });
}

// A table that scrolls by itself where it is too wide for a page.
export function table(label, heads, rows) {
  return element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": label }, element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...heads.map((textContent) => element("th", { scope: "col", textContent })))),
    element("tbody", {}, ...rows),
  ));
}

// Runs what a button does; what goes wrong is told beside it.
export function act(work) {
  return async (event) => {
    event?.preventDefault();
    try {
      tell("");
      await work(event);
    } catch (error) {
      tell(error.message);
    }
  };
}

// Hands a file to whoever looks at the page.
export function download(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

// How one resource stands, what happened to it and why; and what somebody outside does to it.
import { act, byId, element } from "./elements.js";
import { read, send } from "./session.js";

const HEAD = ["At", "What", "From", "To", "By"];
const form = byId("resource");
const asked = () => Object.fromEntries(new FormData(form));

async function explain() {
  const { lifecycle, key } = asked();
  const told = await read(`/_sandbox/resources/${encodeURIComponent(lifecycle)}/${encodeURIComponent(key)}`);
  const due = told.due_at ? ` The next transition by time is due at ${told.due_at.slice(0, 19).replace("T", " ")}.` : "";
  const rows = told.history.map((one) => element("tr", {}, ...cells(one).map((text) => element("td", { textContent: text }))));
  byId("resource-told").replaceChildren(
    element("h3", { textContent: `${told.lifecycle} ${told.key}${told.state ? ` is ${told.state}` : ""}` }),
    element("p", { textContent: `It lives at ${told.path}.${due}` }),
    element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "What happened to it" }, element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...HEAD.map((text) => element("th", { scope: "col", textContent: text })))),
      element("tbody", {}, ...rows),
    )),
    element("pre", { textContent: JSON.stringify(told.representation, null, 2) }),
  );
}

function cells(one) {
  const by = one.by === "time" ? "time" : `${one.by} ${one.cause}`;
  const along = one.transition ? `, transition ${one.transition}${one.guard ? ` as ${one.guard}` : ""}` : "";
  return [one.at.slice(0, 19).replace("T", " "), one.what, one.from ?? "", one.to ?? "", by + along];
}

form.addEventListener("submit", act(explain));
byId("play-event").addEventListener("click", act(async () => {
  await send("/_sandbox/events", asked());
  await explain();
}));

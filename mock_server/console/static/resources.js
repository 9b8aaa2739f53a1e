// What lives in this world, how each stands, what happened to it and why; and what somebody outside does to it.
import { act, button, byId, cell, drawRows, element, instant, inTurn, table, tell } from "./elements.js";
import { read, send } from "./session.js";

const form = byId("resource");
const asked = () => Object.fromEntries(new FormData(form));

export const refresh = inTurn(async () => {
  const latest = await read("/_sandbox/resources?limit=50");
  byId("no-resources").hidden = latest.length > 0;
  drawRows("resource-rows", latest, row);
});

function row(one) {
  const look = async () => {
    form.elements.lifecycle.value = one.lifecycle;
    form.elements.key.value = one.key;
    await explain();
  };
  return element(
    "tr",
    {},
    cell(one.lifecycle),
    cell(element("code", { textContent: one.key })),
    cell(one.state ?? (one.first_day ? "an example" : "")),
    cell(one.due_at ? instant(one.due_at) : ""),
    cell(button("Why?", `Why is ${one.lifecycle} ${one.key} as it is?`, look)),
  );
}

async function explain() {
  const { lifecycle, key } = asked();
  const told = await read(`/_sandbox/resources/${encodeURIComponent(lifecycle)}/${encodeURIComponent(key)}`);
  const due = told.due_at ? ["The next transition by time is due at ", instant(told.due_at), "."] : [];
  byId("resource-told").replaceChildren(
    element("h3", { textContent: `${told.lifecycle} ${told.key}${told.state ? ` is ${told.state}` : ""}` }),
    element("p", {}, `It lives at ${told.path} of ${told.contract}. `, ...due),
    table("What happened to it", ["At", "What", "From", "To", "By"], told.history.map(entry)),
    element("pre", { textContent: JSON.stringify(told.representation, null, 2) }),
  );
}

function entry(one) {
  const by = one.by === "time" ? "time" : `${one.by} ${one.cause}`;
  const along = one.transition ? `, transition ${one.transition}${one.guard ? ` as ${one.guard}` : ""}` : "";
  return element("tr", {}, cell(instant(one.at)), cell(one.what), cell(one.from ?? ""), cell(one.to ?? ""), cell(by + along));
}

form.addEventListener("submit", act(explain));
byId("play-event").addEventListener("click", act(async () => {
  const { lifecycle, key, event } = asked();
  if (!lifecycle || !key || !event) throw new Error("Say of which lifecycle, under which key, and which event.");
  const told = await (await send("/_sandbox/events", { lifecycle, key, event })).json();
  await Promise.all([explain(), refresh()]);
  tell(`${told.from} became ${told.to}.`);
}));

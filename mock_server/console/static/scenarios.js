// What goes wrong on purpose, and for which requests.
import { act, button, byId, cell, drawRows, element, inTurn } from "./elements.js";
import { ask, read, send } from "./session.js";

export const refresh = inTurn(async () => {
  const told = await read("/_sandbox/scenarios");
  const select = byId("scenario-name");
  if (!select.options.length) {
    select.append(...Object.entries(told.named).map(([name, one]) => element("option", { value: name, textContent: `${name}: ${one.summary}` })));
  }
  drawRows("scenario-rows", told.set, row);
});

function row(one) {
  const chance = one.probability < 1 ? ` with probability ${one.probability}` : "";
  return element(
    "tr",
    {},
    cell((one.scenario ?? JSON.stringify(one.effect)) + chance),
    cell(one.operation ?? "any"),
    cell(String(one.left ?? "all")),
    cell(String(one.played)),
    cell(button("Drop", `Drop scenario ${one.id}`, () => drop(one.id))),
  );
}

async function drop(id) {
  await ask(`/_sandbox/scenarios/${id}`, { method: "DELETE" });
  await refresh();
}

byId("scenario").addEventListener("submit", act(async (event) => {
  const form = new FormData(event.target);
  const operation = form.get("operation");
  const times = form.get("times");
  await send("/_sandbox/scenarios", {
    scenario: form.get("scenario"),
    times: times === "all" ? null : Number(times),
    ...(operation ? { operation } : {}),
  });
  await refresh();
}));

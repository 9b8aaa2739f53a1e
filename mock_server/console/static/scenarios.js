// What goes wrong on purpose, and for which requests.
import { act, byId, element } from "./elements.js";
import { ask, read, send } from "./session.js";

export async function refresh() {
  const told = await read("/_sandbox/scenarios");
  const select = byId("scenario-name");
  if (!select.options.length) {
    select.append(...Object.entries(told.named).map(([name, one]) => element("option", { value: name, textContent: `${name}: ${one.summary}` })));
  }
  byId("scenario-rows").replaceChildren(
    ...told.set.map((one) =>
      element(
        "tr",
        {},
        element("td", { textContent: one.scenario ?? JSON.stringify(one.effect) }),
        element("td", { textContent: one.operation ?? "any" }),
        element("td", { textContent: one.left ?? "all" }),
        element("td", { textContent: one.played }),
        element("td", {}, element("button", { type: "button", className: "plain", textContent: "Drop", "aria-label": `Drop scenario ${one.id}`, onclick: act(() => drop(one.id)) })),
      ),
    ),
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

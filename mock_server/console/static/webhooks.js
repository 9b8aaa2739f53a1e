// Where a partner is told of states, what was sent there, how often it was tried, and once more on demand.
import { act, button, byId, cell, drawRows, element, instant, inTurn, tell } from "./elements.js";
import { ask, read, send } from "./session.js";

export const refresh = inTurn(async () => {
  const [{ webhooks }, deliveries] = await Promise.all([read("/_sandbox/webhooks"), read("/_sandbox/webhooks/deliveries?limit=50")]);
  drawRows("webhook-rows", webhooks, target);
  drawRows("delivery-rows", deliveries, delivery);
});

function target(one) {
  return element(
    "tr",
    {},
    cell(one.url),
    cell(one.events.join(", ") || "all"),
    cell(folded("Show", `Secret of ${one.url}`, one.id, element("code", { textContent: one.secret }))),
    cell(button("Remove", `Remove the webhook to ${one.url}`, () => remove(one.id))),
  );
}

function delivery(one) {
  const body = element("pre", { textContent: JSON.stringify(one.body, null, 1) });
  return element(
    "tr",
    {},
    cell(one.event),
    cell(one.url),
    cell(one.status),
    element("td", { className: "attempts" }, ...tries(one)),
    cell(folded("Show", `Body of ${one.id}`, one.id, body)),
    cell(button("Resend", `Resend ${one.id}`, () => resend(one.id))),
  );
}

function folded(text, label, id, content) {
  return element("details", { "data-id": id }, element("summary", { textContent: text, "aria-label": label }), content);
}

function tries(one) {
  const made = one.attempts.map(({ at, code, error }) => element("p", {}, instant(at), ` ${code ?? error}`));
  return one.next_at ? [...made, element("p", { className: "quiet" }, "next at ", instant(one.next_at))] : made;
}

async function remove(id) {
  await ask(`/_sandbox/webhooks/${encodeURIComponent(id)}`, { method: "DELETE" });
  await refresh();
}

async function resend(id) {
  await send(`/_sandbox/webhooks/deliveries/${encodeURIComponent(id)}/resend`);
  tell("It is sent once more.");
  await refresh();
}

byId("webhook").addEventListener("submit", act(async (event) => {
  const form = new FormData(event.target);
  const events = form.get("events").split(",").map((one) => one.trim()).filter(Boolean);
  await send("/_sandbox/webhooks", { url: form.get("url"), ...(events.length ? { events } : {}) });
  event.target.reset();
  await refresh();
}));

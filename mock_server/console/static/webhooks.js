// Where a partner is told of states, what was sent there, how often it was tried, and once more on demand.
import { act, byId, element, tell } from "./elements.js";
import { ask, read, send } from "./session.js";

export async function refresh() {
  const [{ webhooks }, deliveries] = await Promise.all([read("/_sandbox/webhooks"), read("/_sandbox/webhooks/deliveries?limit=50")]);
  byId("webhook-rows").replaceChildren(
    ...webhooks.map((one) => row([one.url, one.events.join(", ") || "all"], "Remove", `Remove the webhook to ${one.url}`, () => remove(one.id))),
  );
  byId("delivery-rows").replaceChildren(
    ...deliveries.map((one) => row([one.event, one.url, one.status, tries(one), JSON.stringify(one.body)], "Resend", `Resend ${one.id}`, () => resend(one.id))),
  );
}

function row(texts, verb, label, work) {
  const button = element("button", { type: "button", className: "plain", textContent: verb, "aria-label": label, onclick: act(work) });
  return element("tr", {}, ...texts.map((textContent) => element("td", { textContent })), element("td", {}, button));
}

function tries(one) {
  const made = one.attempts.map(({ at, code, error }) => `${at.slice(0, 19).replace("T", " ")}: ${code ?? error}`);
  return [...made, ...(one.next_at ? [`next at ${one.next_at.slice(0, 19).replace("T", " ")}`] : [])].join("; ");
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
  await send("/_sandbox/webhooks", { url: new FormData(event.target).get("url") });
  await refresh();
}));

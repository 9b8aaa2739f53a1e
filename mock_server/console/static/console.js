// Signing in and out; the sections of a partner are there only while somebody is signed in.
import { act, byId, tell } from "./elements.js";
import * as journal from "./journal.js";
import * as resources from "./resources.js";
import * as scenarios from "./scenarios.js";
import { keep, kept, signIn, signOut } from "./session.js";
import * as webhooks from "./webhooks.js";
import * as world from "./world.js";

const OF_A_PARTNER = ["journal", "world", "submissions", "resources", "webhooks", "what-if"];
const EVERY = 3000;
const refresh = () => Promise.all([world, resources, scenarios, webhooks].map((one) => one.refresh()));
let timer = null;

async function show() {
  const who = kept();
  for (const id of OF_A_PARTNER) {
    byId(id).hidden = !who;
    document.querySelector(`nav a[href="#${id}"]`).parentElement.hidden = !who;
  }
  byId("sign-in").hidden = Boolean(who);
  byId("signed-in").hidden = !who;
  byId("who").textContent = who?.clientId ?? "";
  clearInterval(timer);
  if (!who) {
    journal.stop();
    return;
  }
  timer = setInterval(() => document.hidden || refresh().catch(() => {}), EVERY);
  await refresh();
  await journal.start();
}

async function enter(clientId, clientSecret) {
  await signIn(clientId, clientSecret);
  await show();
}

byId("sign-in").addEventListener("submit", act((event) => {
  const form = new FormData(event.target);
  return enter(form.get("client_id"), form.get("client_secret"));
}));
for (const button of document.querySelectorAll("[data-client-id]")) {
  button.addEventListener("click", act(async () => {
    const { clientId, clientSecret, token } = button.dataset;
    if (!token) return enter(clientId, clientSecret);
    keep(clientId, token); // of whoever shows no credentials
    await show();
  }));
}
byId("sign-out").addEventListener("click", act(async () => {
  signOut();
  await show();
}));
document.addEventListener("signed-out", () => {
  signOut();
  tell("The token has expired, or the partner is gone. Sign in again.");
  show();
});
document.addEventListener("arrived", () => refresh().catch(() => {}));
act(show)();

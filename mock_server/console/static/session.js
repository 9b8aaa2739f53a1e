// Who is signed in, and what is asked of the sandbox in that name. The token is kept for this tab only.
const root = document.body.dataset.root;
const KEPT = "understudy";

export function kept() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
}

export async function signIn(clientId, clientSecret) {
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret });
  const answer = await fetch(`${root}/oauth2/token`, { method: "POST", body, credentials: "omit" }); // or the browser asks for a password of its own
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error_description ?? "The sandbox gave no token.");
  keep(clientId, told.access_token);
}

export function keep(clientId, token) {
  sessionStorage.setItem(KEPT, JSON.stringify({ clientId, token }));
}

export function signOut() {
  sessionStorage.removeItem(KEPT);
}

export async function ask(path, options = {}) {
  const headers = { ...options.headers, Authorization: `Bearer ${kept()?.token}` };
  const answer = await fetch(`${root}${path}`, { ...options, headers, credentials: "omit" });
  if (answer.ok) return answer;
  if (answer.status === 401) document.dispatchEvent(new Event("signed-out"));
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.detail ?? `The sandbox answered ${answer.status}.`);
}

export async function read(path) {
  return (await ask(path)).json();
}

export async function send(path, value) {
  const headers = { "Content-Type": "application/json" };
  const body = value === undefined ? undefined : JSON.stringify(value);
  return ask(path, { method: "POST", headers, body });
}

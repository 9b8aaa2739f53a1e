// The partner's clock, what its world holds, and why each item of a submission is in its state.
import { act, button, byId, cell, download, drawRows, element, instant, inTurn, table, tell } from "./elements.js";
import { ask, read, send } from "./session.js";

let world = null;

export const refresh = inTurn(async () => {
  world = await read("/_sandbox/world");
  const { now, frozen } = world.clock;
  byId("now").textContent = now.slice(0, 19).replace("T", " ");
  const waits = frozen && world.due.length ? " What was sent waits for it to move on." : "";
  byId("clock-state").textContent = frozen ? `(frozen).${waits}` : "(running, UTC)";
  byId("freeze").textContent = frozen ? "Let it run" : "Freeze";
  byId("to-due").disabled = world.due.length === 0;
  byId("counts").replaceChildren(
    ...[...Object.entries(world.items), ...Object.entries(world.records).map(([name, count]) => [`saved ${name}`, count])].map(([name, count]) =>
      element("p", {}, element("strong", { textContent: count }), ` ${name}`),
    ),
  );
  await submissions();
});

async function submissions() {
  const latest = await read("/_sandbox/submissions?limit=50");
  drawRows("submission-rows", latest, submission);
  offer(latest);
}

function submission(one) {
  const items = Object.entries(one.items).map(([state, count]) => `${count} ${state}`).join(", ");
  const id = one.status_check_id;
  return element(
    "tr",
    {},
    cell(element("code", { textContent: id })),
    cell(one.operation),
    cell(instant(one.due_at)),
    cell(items),
    cell(button("Why?", `Why is ${id} as it is?`, () => explain(id))),
  );
}

async function explain(id) {
  const told = await read(`/_sandbox/submissions/${encodeURIComponent(id)}`);
  const rows = told.items.map((item) => element("tr", {}, ...cells(item).map((text) => element("td", { textContent: text }))));
  byId("explanation").replaceChildren(
    element("h3", { textContent: `${told.operation}, by the lifecycle ${told.lifecycle}` }),
    table("Items", ["Item", "State", "Decided by", "Collided with", "Errors"], rows),
  );
}

// The operations to which something was sent, so that one can be chosen.
function offer(latest) {
  const select = byId("cases").elements.operation;
  const names = [...new Set(latest.map((one) => `${one.contract}:${one.operation}`))];
  const known = [...select.options].map((one) => one.value);
  select.append(...names.filter((one) => !known.includes(one)).map((name) => element("option", { value: name, textContent: name })));
  byId("cases").hidden = select.options.length === 0;
}

byId("cases").addEventListener("submit", act(async (event) => {
  const name = new FormData(event.target).get("operation");
  const answer = await ask(`/_sandbox/cases?operation=${encodeURIComponent(name)}`);
  download(await answer.blob(), `${name.split(":")[1]}.yaml`);
}));

function cells(item) {
  const row = item.decided_by;
  const other = item.collided_with;
  return [
    item.index,
    item.state,
    row ? `row ${row.row}: ${row.when}, then ${row.then} (${row.source ?? row.silence ?? "of the contract"})` : "not yet",
    other ? (other.record ? `the record of ${other.record.status_check_id}, item ${other.record.index}` : `item ${other.item} of this request`) : "nothing",
    item.validation_errors.join("; "),
  ];
}

async function change(value) {
  await send("/_sandbox/clock", value);
  await refresh();
}

async function toDue() {
  const due = world.due[0]?.due_at;
  if (due && due > world.clock.now) await change({ at: due });
  await refresh();
}

byId("freeze").addEventListener("click", act(async () => {
  if (world === null) await refresh(); // whoever is faster than the first look
  await change({ freeze: !world.clock.frozen });
}));
for (const one of document.querySelectorAll("[data-advance]")) {
  one.addEventListener("click", act(() => change({ advance: Number(one.dataset.advance) })));
}
byId("to-due").addEventListener("click", act(toDue));
const SNAPSHOT = "/_sandbox/snapshots/console";
byId("snapshot").addEventListener("click", act(async () => {
  const taken = await (await ask(SNAPSHOT, { method: "PUT" })).json();
  tell(`This world is kept as of ${taken.clock.slice(0, 19).replace("T", " ")}.`);
}));
byId("go-back").addEventListener("click", act(async () => {
  await send(`${SNAPSHOT}/restore`);
  await refresh();
  tell("This world is as it was.");
}));
byId("reset").addEventListener("click", act(async () => {
  await send("/_sandbox/reset");
  byId("explanation").replaceChildren();
  await refresh();
}));

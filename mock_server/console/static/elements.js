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

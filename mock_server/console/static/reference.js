// Swagger UI on one contract; requests carry the token of whoever is signed in at the console.
import { kept } from "./session.js";

const place = document.getElementById("reference");
const who = kept();
document.getElementById("who").textContent = who
  ? `Requests are sent as ${who.clientId}.`
  : "Sign in at the console to send requests as a partner.";

// Swagger UI leaves some of its fields without a name; they are named as they are drawn.
const NAMES = {
  "#servers": "Server",
  "select.content-type": "Media type",
  ".examples-select-element": "Example",
  ".parameters-col_description select": "Value",
  textarea: "Body",
  ".copy-to-clipboard button": "Copy",
};
const DRAWN = { childList: true, subtree: true };
new MutationObserver(() => {
  for (const [selector, name] of Object.entries(NAMES)) {
    for (const field of place.querySelectorAll(`${selector}:not([aria-label])`)) field.setAttribute("aria-label", name);
  }
  for (const box of place.querySelectorAll(":is(.microlight, .responses-wrapper):not([tabindex])")) box.tabIndex = 0; // they scroll
}).observe(place, DRAWN);

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: false, // its links would stand inside buttons
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor(request) {
    const isOurs = new URL(request.url, location.href).origin === location.origin;
    if (who && isOurs && !request.headers.Authorization) request.headers.Authorization = `Bearer ${who.token}`;
    return request;
  },
});

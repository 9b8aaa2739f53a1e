// Swagger UI on one contract; requests carry the token of whoever is signed in at the console.
import { kept } from "./session.js";

const place = document.getElementById("reference");
const who = kept();
document.getElementById("who").textContent = who
  ? `Requests are sent as ${who.clientId}.`
  : "Sign in at the console to send requests as a partner.";

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor(request) {
    const isOurs = new URL(request.url, location.href).origin === location.origin;
    if (who && isOurs && !request.headers.Authorization) request.headers.Authorization = `Bearer ${who.token}`;
    return request;
  },
});

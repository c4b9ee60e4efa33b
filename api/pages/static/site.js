// What pages do beyond what they say without JavaScript.
import { initAll } from "./govuk-frontend.js";
import { SortableTable } from "./moj-frontend.js";

initAll();
for (const table of document.querySelectorAll('[data-module="moj-sortable-table"]')) {
  new SortableTable(table);
}

// Without a connection a form that is sent is lost to the browser's own page: keep it here.
const offline = document.getElementById("offline");
const OFFLINE = "No connection. What you typed stays on this page: send it once you are back.";

function tell() {
  offline.hidden = navigator.onLine;
  offline.textContent = navigator.onLine ? "" : OFFLINE;
}

addEventListener("online", tell);
addEventListener("offline", tell);
document.addEventListener("submit", (event) => {
  if (navigator.onLine) return;
  event.preventDefault();
  tell();
  offline.scrollIntoView();
});
tell();

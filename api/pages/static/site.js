// What pages do beyond what they say without JavaScript.
import { initAll as initGovuk } from "./govuk-frontend.js";
import { SortableTable } from "./moj-frontend.js";

function begin(scope) {
  initGovuk({ scope });
  for (const table of scope.querySelectorAll('[data-module="moj-sortable-table"]')) {
    if (!table.hasAttribute("data-moj-sortable-table-init")) new SortableTable(table);
  }
}

begin(document);

// What htmx has put into the page begins as the page did.
document.addEventListener("htmx:after:swap", () => begin(document));

// What pages do beyond what they say without JavaScript.
import { initAll } from "./govuk-frontend.js";
import { SortableTable } from "./moj-frontend.js";

initAll();
for (const table of document.querySelectorAll('[data-module="moj-sortable-table"]')) {
  new SortableTable(table);
}

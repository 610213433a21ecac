// A board whose administrator has not said its address shows the one that the reader came by.
"use strict";

for (const place of document.querySelectorAll("[data-address]")) {
  const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    text.data = text.data.replace(place.dataset.address, window.location.origin);
  }
}

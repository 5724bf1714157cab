// A page that is streamed hears of news at once; where the stream is silent it asks, as
// without this file.
const SILENT = 40_000; // the server says every 15 seconds that it lives
const place = document.querySelector("[data-stream]");
let heard = -Infinity;

const hears = () => { heard = performance.now(); place.dataset.told = "stream"; };
const over = () => !place.querySelector("[hx-get]");

if (place?.dataset.stream && !over()) {
  const stream = new EventSource(place.dataset.stream);
  stream.addEventListener("alive", hears);
  stream.addEventListener("message", (news) => {
    hears();
    place.innerHTML = news.data;
    if (over()) stream.close();
    htmx.process(place);
  });
  stream.addEventListener("error", () => { heard = -Infinity; delete place.dataset.told; });
  // HTMX asks every three seconds: not while the stream speaks.
  place.addEventListener("htmx:beforeRequest", (event) => {
    if (performance.now() - heard < SILENT) event.preventDefault();
  });
}

// Days chosen in one chart stand out in every chart of the same integration: by a click, by drawing over several,
// or by the arrow keys; Escape, a second click and a double click show all again. Where a day lies is read from the marks, to
// which Vega binds its rows, so that one script serves the pages (charts in shadow roots) and the report.
{
  const DAY = 864e5;
  const words = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });
  const chartOf = (event) => event.composedPath().find((one) => one.matches?.(".th-chart[data-days]"));
  let chosen, begun, veils = [];

  // What is chosen stays in sight wherever one scrolls to.
  const bar = document.createElement("div"), said = document.createElement("span"), back = document.createElement("button");
  bar.className = "th-chosen";
  said.setAttribute("role", "status");
  back.textContent = "Show all days";
  back.addEventListener("click", () => choose());

  // A chart as drawn: its plot, the days of its marks, and the way from a time to a place on the screen and back.
  const seen = (chart) => {
    const root = chart.querySelector("marimo-mime-renderer")?.shadowRoot ?? chart.querySelector(".th-live");
    const plot = root?.querySelector("svg.marks .background")?.getBoundingClientRect();
    const groups = [...(root?.querySelectorAll("svg.marks g[class^=mark-]") ?? [])];
    const rows = groups.map((group) => ({ group, items: group.firstChild?.__data__?.mark?.items ?? [] }))
      .filter(({ items }) => items.length > 1 && (items[0].datum?.middle ?? items[0].datum?.on));
    if (!plot?.width || !rows.length) return;
    const { group, items } = rows.find(({ items }) => items[0].datum.middle && !items[0].width) ?? rows[0];
    const time = ({ datum }) => datum.middle ?? datum.on;
    const [first, last] = [items[0], items.at(-1)];
    const left = group.getScreenCTM().e, step = (last.x - first.x) / (time(last) - time(first));
    return {
      plot,
      at: (when) => Math.min(Math.max(left + first.x + (when - time(first)) * step, plot.left), plot.right),
      // The week or the day under a place, as [from, to).
      under: (x) => {
        const when = time(first) + (Math.min(Math.max(x, plot.left + 1), plot.right - 1) - left - first.x) / step;
        const week = items.find(({ datum }) => datum.from <= when && when < datum.to)?.datum;
        const day = Math.floor(when / DAY) * DAY;
        return week ? [week.from, week.to] : [day, day + DAY];
      },
    };
  };

  const veil = () => {
    veils.forEach((one) => one.remove());
    veils = [];
    if (!chosen) return;
    const [from, to] = chosen.days;
    for (const chart of chosen.chart.getRootNode().querySelectorAll(".th-chart[data-days]")) {
      const drawn = chart.dataset.days === chosen.of && seen(chart);
      if (!drawn) continue;
      const { plot, at } = drawn, box = chart.getBoundingClientRect();
      for (const [left, right] of [[plot.left, at(from)], [at(to), plot.right]]) {
        const over = chart.appendChild(document.createElement("div"));
        veils.push(over);
        over.className = "th-veil";
        over.style = `left:${left - box.left}px;width:${right - left}px;top:${plot.top - box.top}px;height:${plot.height}px`;
      }
    }
  };

  const choose = (chart, days) => {
    chosen = chart && { chart, of: chart.dataset.days, days };
    veil();
    said.textContent = chosen ? `${words.formatRange(days[0], days[1] - 1).replace(/(\d)\s–\s(\d)/, "$1–$2")} in the charts of ${chosen.of}` : "";
    chosen ? document.body.append(bar) : bar.remove();
  };
  bar.append(said, back);

  addEventListener("pointerdown", (event) => {
    const chart = event.button === 0 && chartOf(event), drawn = chart && seen(chart);
    begun = drawn && event.clientX >= drawn.plot.left && event.clientX <= drawn.plot.right && { chart, x: event.clientX };
  });
  addEventListener("pointerup", (event) => {
    const drawn = begun && seen(begun.chart);
    if (drawn) {
      const [low, high] = [begun.x, event.clientX].sort((a, b) => a - b).map(drawn.under), days = [low[0], high[1]];
      chosen?.chart === begun.chart && `${chosen.days}` === `${days}` ? choose() : choose(begun.chart, days);
    }
    begun = undefined;
  });
  addEventListener("pointercancel", () => { begun = undefined; });
  addEventListener("dblclick", (event) => chartOf(event) && choose());
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) choose();
    const chart = chartOf(event), by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const drawn = by && chart && seen(chart);
    if (!drawn) return;
    event.preventDefault();
    const mine = chosen?.of === chart.dataset.days && chosen.days;
    const { left, right } = drawn.plot;
    const next = mine ? drawn.under(by < 0 ? drawn.at(mine[0]) - 1 : drawn.at(mine[1]) + 1) : drawn.under(by < 0 ? right - 1 : left + 1);
    choose(chart, event.shiftKey && mine ? [Math.min(mine[0], next[0]), Math.max(mine[1], next[1])] : next);
  });
  // What was folded, far away or of another width is drawn anew without a word to us.
  setInterval(() => chosen && !begun && (chosen.chart.isConnected ? veil() : choose()), 500);
}

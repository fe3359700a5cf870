// A chart becomes live when it comes near the window: hidden places have no width. Where that fails the still one stays.
const draw = (place) => {
  const live = place.appendChild(document.createElement("div"));
  live.className = "th-live";
  const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const options = { actions: false, renderer: "svg", ast: true, tooltip: { theme } };
  vegaEmbed(live, JSON.parse(place.querySelector("script").textContent), options)
    .then(() => place.classList.add("th-is-live"), () => live.remove());
};
const watch = new IntersectionObserver((seen) => {
  for (const one of seen.filter((one) => one.isIntersecting)) {
    watch.unobserve(one.target);
    draw(one.target);
  }
}, { rootMargin: "600px" });
document.querySelectorAll(".th-chart:has(> script)").forEach((place) => watch.observe(place));

// In a frame without an address of its own a link to a part would load the page around it.
document.querySelectorAll("nav a").forEach((link) => link.addEventListener("click", (event) => {
  if (location.protocol !== "about:") return;
  event.preventDefault();
  document.querySelector(link.hash).scrollIntoView();
}));

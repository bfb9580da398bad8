// The saved choice of light or dark, before the first paint.
(function () {
  try {
    var saved = localStorage.getItem("theme");
    if (saved === "light" || saved === "dark") document.documentElement.dataset.theme = saved;
  } catch (error) { /* Storage is off: the system's choice stands. */ }
})();

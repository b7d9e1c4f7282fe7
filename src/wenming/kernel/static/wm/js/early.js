// Runs before the first paint, so that nothing that needs a script flashes as if there were none.
document.documentElement.classList.add("js");

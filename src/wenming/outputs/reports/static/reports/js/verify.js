// The chosen file's name beside our own button: browsers label theirs in their own language.
const input = document.getElementById("id_file");
const name = document.querySelector("[data-file-name]");
const none = name.textContent;
input.addEventListener("change", () => { name.textContent = input.files.length ? input.files[0].name : none; });

/** Large type (适老化): everything is sized from the root, which early.js and this switch enlarge. */

/** Wires the switch in the header up. */
export function createTypeSwitch() {
  const root = document.documentElement;
  const control = document.getElementById("type-switch");
  const show = () => control.setAttribute("aria-pressed", String(root.classList.contains("large-type")));
  control.addEventListener("click", () => {
    const large = root.classList.toggle("large-type");
    show();
    try {
      localStorage.setItem("cewen.type", large ? "large" : "");
    } catch {
      // Forbidden storage: it lasts until the page is left.
    }
  });
  show();
}

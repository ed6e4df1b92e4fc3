/* Large type, if it was chosen, before anything is painted: a module would come too late. */
try {
  document.documentElement.classList.toggle("large-type", localStorage.getItem("cewen.type") === "large");
} catch (error) {
  // Without storage the type is as usual.
}

/** Parts of a page whose code and style are fetched when first wanted. */

import { problem } from "./dom.js";

const INCOMPLETE = "页面没有加载完整，请检查服务是否在运行，然后刷新";
const made = new Map();

/**
 * The part that stands in `place`, made once: `load()` resolves to the function that makes it.
 * Where its code or style does not come, the place says so and `instead` is the part.
 */
export function part(place, style, load, instead) {
  if (!made.has(place)) made.set(place, make(place, style, load, instead));
  return made.get(place);
}

async function make(place, style, load, instead) {
  try {
    const [create] = await Promise.all([load(), addStyle(style)]);
    return create(place);
  } catch (error) {
    console.error(error);
    place.replaceChildren(problem(new Error(INCOMPLETE), () => location.reload()));
    return instead;
  }
}

/** Resolves when the style is there, so that the page is not seen without it. */
function addStyle(name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = `/static/${name}`;
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error(name));
    document.head.append(link);
  });
}

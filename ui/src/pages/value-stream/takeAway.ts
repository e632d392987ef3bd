/** The drawing as a file: the very same one, with the page's colours written into it. */

const colour = /var\((--[\w-]+)\)/g;

/** The drawing as text that stands by itself: no variables of the page, no links, a ground of its own. */
export function drawingText(svg: SVGSVGElement): string {
  const style = getComputedStyle(document.documentElement);
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  for (const name of ['aria-hidden', 'class', 'style']) copy.removeAttribute(name);
  for (const link of copy.querySelectorAll('a')) {
    for (const { name } of [...link.attributes]) link.removeAttribute(name);
  }
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const name of ['width', 'height']) ground.setAttribute(name, '100%');
  ground.setAttribute('fill', 'var(--paper)');
  copy.prepend(ground);
  const text = new XMLSerializer().serializeToString(copy);
  return text.replace(colour, (_, name: string) => style.getPropertyValue(name).trim());
}

/** Pixels to each unit of the drawing: sharp on a slide. */
const scale = 2;

/** The same as a picture. The page's policy allows images from data: alone. */
export async function pictureOf(svg: SVGSVGElement): Promise<Blob> {
  const { width, height } = svg.viewBox.baseVal;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawingText(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => {
      if (blob) done(blob);
      else fail(new Error('The browser made no picture of the map.'));
    }, 'image/png');
  });
}

export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers read it only after the click is over.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
}

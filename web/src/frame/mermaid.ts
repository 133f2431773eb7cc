// Draws a diagram in the sandboxed frame. The page around it sends the code
// and hears how high the picture is, or that the code is none. Nothing else
// gets in or out: the frame has no origin and may connect to nothing.
import mermaid from 'mermaid';
import type { Drawing, FromFrame } from './messages.ts';

const place = document.getElementById('diagram')!;
const tell = (message: FromFrame) => parent.postMessage(message, '*');
let count = 0;

// As dark and as light as the cards around the frame.
const colours = {
  light: {
    background: '#ffffff', primaryColor: '#e0f2e7', primaryTextColor: '#131816', primaryBorderColor: '#0b6b35', lineColor: '#505b56',
    secondaryColor: '#eff2f0', tertiaryColor: '#f7f9f8', textColor: '#131816', edgeLabelBackground: '#ffffff',
  },
  dark: {
    darkMode: true, background: '#101413', primaryColor: '#10281a', primaryTextColor: '#e9eeeb', primaryBorderColor: '#45e06f', lineColor: '#a0aca6',
    secondaryColor: '#171c1a', tertiaryColor: '#0d100f', textColor: '#e9eeeb', edgeLabelBackground: '#101413',
  },
};

let latest: Drawing | undefined;

async function draw({ code, title, dark }: Drawing): Promise<void> {
  const turn = ++count;
  // Where nobody sees it nothing can be measured; it is drawn once it shows.
  if (innerWidth === 0) return;
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  document.body.style.cssText = 'margin:0;background:transparent;font-family:system-ui,sans-serif';
  // "strict" leaves out scripts and clicks; what it draws is sanitised.
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: 'base', themeVariables: dark ? colours.dark : colours.light, fontFamily: 'system-ui, sans-serif' });
  try {
    await mermaid.parse(code);
    const { svg } = await mermaid.render(`drawing${turn}`, code);
    if (turn !== count) return;
    place.innerHTML = svg;
    const picture = place.querySelector('svg');
    if (picture) {
      picture.setAttribute('role', 'img');
      picture.setAttribute('aria-label', title);
      picture.style.maxWidth = '100%';
    }
    tell({ height: Math.ceil(place.getBoundingClientRect().height) });
  } catch (e) {
    if (turn !== count) return;
    place.replaceChildren();
    document.getElementById(`ddrawing${turn}`)?.remove();
    tell({ problem: e instanceof Error ? e.message.split('\n', 4).join('\n').slice(0, 500) : 'It cannot be read.' });
  }
}

addEventListener('message', (e: MessageEvent<Drawing>) => {
  if (e.source !== parent) return;
  latest = e.data;
  void draw(latest);
});
addEventListener('resize', () => {
  if (latest && innerWidth > 0) void draw(latest);
});
tell({ ready: true });

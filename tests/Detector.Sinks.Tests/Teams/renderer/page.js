// Renders cards with Microsoft's renderer, and writes what came of each into the page: events of the parser, elements that could do more than show
// text, and the text itself. The colours are those of the client, light and dark.
const theme = document.body.dataset.theme;
const colours = theme === 'dark'
  ? { ground: '#292929', text: '#ffffff', subtle: '#adadad', attention: '#ff7b8a', warning: '#ffd335', accent: '#7f85f5' }
  : { ground: '#ffffff', text: '#242424', subtle: '#616161', attention: '#c4314b', warning: '#986f0b', accent: '#5b5fc7' };
const shade = (name) => ({ default: name, subtle: name });
const foreground = {
  default: { default: colours.text, subtle: colours.subtle },
  dark: shade(colours.text), light: shade(colours.text),
  accent: shade(colours.accent), good: shade(colours.accent), warning: shade(colours.warning), attention: shade(colours.attention),
};
const style = { backgroundColor: colours.ground, foregroundColors: foreground };
const config = new AdaptiveCards.HostConfig({
  fontFamily: 'Segoe UI, Liberation Sans, sans-serif',
  fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
  spacing: { small: 6, default: 8, medium: 14, large: 20, extraLarge: 30, padding: 16 },
  separator: { lineThickness: 1, lineColor: theme === 'dark' ? '#525252' : '#e0e0e0' },
  supportsInteractivity: true,
  actions: { maxActions: 6, spacing: 'default', buttonSpacing: 8, actionsOrientation: 'horizontal', actionAlignment: 'left' },
  containerStyles: { default: style, emphasis: style },
});
document.body.style.background = colours.ground;
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const cards = JSON.parse(new TextDecoder().decode(bytes(document.body.dataset.cards)));
const results = cards.map((content) => {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = config;
  const context = new AdaptiveCards.SerializationContext();
  card.parse(content, context);
  const events = [];
  for (let i = 0; i < context.eventCount; i++) events.push(context.getEventAt(i).message);
  const element = card.render();
  document.body.appendChild(element);
  const validation = card.validateProperties();
  for (const failed of validation.validationEvents ?? []) events.push(failed.message);
  const alive = [...element.querySelectorAll('a, img, script, iframe, ul, ol, li, strong, em, video, object, form')].map((found) => found.tagName);
  const runs = [...element.querySelectorAll('.ac-richTextBlock span, .ac-textRun')].map((found) => found.textContent);
  return { events, alive, runs, text: element.textContent };
});
const out = document.createElement('pre');
out.id = 'out';
out.style.display = 'none';
out.textContent = btoa(Array.from(new TextEncoder().encode(JSON.stringify(results)), (byte) => String.fromCharCode(byte)).join(''));
document.body.appendChild(out);

"""What runs inside of the page: one input a frame, and how long each frame took."""

INTERACTIVE = """() => new Promise((resolve) => {
  const look = () => {
    if (!document.querySelector('[data-node]')) return requestAnimationFrame(look);
    // Painted once, and the main thread is free again.
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))));
  };
  look();
})"""

FRAMES = """
  const frames = [];
  const perFrame = (count, act) => new Promise((resolve) => {
    let before = performance.now(), done = 0;
    const step = () => {
      const now = performance.now();
      if (done > 0) frames.push(now - before);
      before = now;
      if (done >= count) return resolve(frames);
      act(done);
      done += 1;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
"""

DRAG = (
    """async (count) => {"""
    + FRAMES
    + """
  const card = document.querySelector('.react-flow__node[data-id=n1]');
  const box = card.getBoundingClientRect();
  const at = (x, y) => ({bubbles: true, cancelable: true, view: window, button: 0, buttons: 1,
    clientX: box.x + 60 + x, clientY: box.y + 20 + y});
  card.dispatchEvent(new MouseEvent('mousedown', at(0, 0)));
  window.dispatchEvent(new MouseEvent('mousemove', at(2, 2)));
  await perFrame(count, (n) => window.dispatchEvent(new MouseEvent('mousemove', at(2 + n * 3, 2 + n * 2))));
  const moved = card.getBoundingClientRect().x - box.x;
  window.dispatchEvent(new MouseEvent('mouseup', at(2 + count * 3, 2 + count * 2)));
  if (moved < 30) throw new Error('the node did not move');
  return frames;
}"""
)

PAN = (
    """async (count) => {"""
    + FRAMES
    + """
  const pane = document.querySelector('.react-flow__pane');
  const view = document.querySelector('.react-flow__viewport');
  const before = view.style.transform;
  await perFrame(count, () => pane.dispatchEvent(new WheelEvent('wheel',
    {bubbles: true, cancelable: true, deltaX: 12, deltaY: 8, clientX: 700, clientY: 500})));
  if (view.style.transform === before) throw new Error('the canvas did not move');
  return frames;
}"""
)

WATCH_TYPING = """() => {
  window.typed = [];
  window.addEventListener('keydown', (event) => {
    const began = event.timeStamp;
    requestAnimationFrame(() => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => window.typed.push(performance.now() - began);
      port2.postMessage(0);
    });
  }, true);
}"""

WATCH_RUN = """() => {
  window.live = {paints: [], longest: 0};
  let isDue = false;
  new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => { isDue = false; window.live.paints.push(performance.now()); });
  }).observe(document.querySelector('.react-flow'),
    {subtree: true, attributes: true, attributeFilter: ['data-status']});
  new PerformanceObserver((list) => {
    const durations = list.getEntries().map((entry) => entry.duration);
    window.live.longest = Math.max(window.live.longest, ...durations);
  }).observe({entryTypes: ['longtask']});
}"""

ALL_DONE = """() => {
  const drawn = [...document.querySelectorAll('[data-node]')];
  return drawn.length > 0 && drawn.every((card) => card.dataset.status === 'succeeded');
}"""

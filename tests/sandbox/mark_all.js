// Walk over every object that code can reach, mark those that can be changed, count the marks found.
const seen = new Set();
const queue = [globalThis,
  DateTime, DateTime.now(), DateTime.now().zone, Duration.fromMillis(1), $now, $today,
  $input, $('A'), $('A').item, $node, $items, $item, $execution, $env, console, setTimeout, clearTimeout, Promise,
  Reflect, Error, Function, process, Intl, new Intl.DateTimeFormat('en'), new Intl.DateTimeFormat('en').format,
  $jmespath, $if, max, $getPairedItem, new Intl.Segmenter(), [][Symbol.iterator](), (function* () {})(),
  async () => {}, new Map().keys(), new Set().values(), 'x'.matchAll(/x/g), Symbol, new Proxy({}, {}), $now.loc, $now.loc.relFormatter(), $now.loc.dtFormatter($now),
  $now.loc.numberFormatter(), $now.setZone('utc').zone, $now.setZone('+3').zone, $now.setZone('nowhere'), $now.diffNow(),
  DateTime.invalid('x'), Interval.after($now, 5), Duration.fromObject({ days: 1 }, { conversionAccuracy: 'longterm' })];
let marked = 0, found = 0;
while (queue.length) {
  const value = queue.pop();
  if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue;
  seen.add(value);
  if (Object.hasOwn(value, 'canary')) found += 1;
  if (Object.isExtensible(value)) { try { value.canary = 1; marked += 1 } catch {} }
  for (const key of Reflect.ownKeys(value)) {
    try { queue.push(value[key]) } catch {}
    const { get, set } = Object.getOwnPropertyDescriptor(value, key) ?? {};
    queue.push(get, set);
  }
  queue.push(Object.getPrototypeOf(value));
}
return { seen: seen.size, marked, found };

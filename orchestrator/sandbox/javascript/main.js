'use strict';
// The child's loop: read a frame, answer it, wait for the next; lines that code writes go before the
// answer. User code runs in a separate realm and gets strings only; nothing of this realm is ever
// handed to it.
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const IN = 3;
const OUT = 4;
const WAIT = new Int32Array(new SharedArrayBuffer(4));
const SCRIPTS = ['freeze', 'names', 'text', 'lists', 'dates', 'hash', 'rewrite', 'evaluate', 'code'];

const context = vm.createContext(vm.constants?.DONT_CONTEXTIFY ?? {}, {
  codeGeneration: { strings: false, wasm: false },
  microtaskMode: 'afterEvaluate',
});
const drainScript = new vm.Script('0');

function run(source, filename) {
  return new vm.Script(source, { filename }).runInContext(context);
}

function load() {
  const folder = process.argv[2];
  const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
  const kit = run('({})', 'kit');
  kit.say = (text) => writeFrame(text);
  run(`globalThis.luxon=(function(){${read('vendor/luxon.min.js')};return luxon})();0`, 'luxon');
  kit.jmespath = run(`(function(){const exports={};${read('vendor/jmespath.js')};return exports})()`, 'jmespath');
  for (const name of SCRIPTS) run(read(`javascript/${name}.js`), name)(kit);
  kit.seal();
  return kit;
}

// The line and column that V8 shows above a syntax error: "file:LINE\nsource\n   ^^^".
function syntaxProblem(error) {
  const lines = String(error.stack).split('\n');
  const line = Number(/:(\d+)$/.exec(lines[0])?.[1] ?? 1);
  const caret = lines.find((text) => /^\s*\^/.test(text));
  return { message: String(error.message), line, column: caret ? caret.indexOf('^') : 0 };
}

function compile(kit, wanted) {
  for (const [key, names, body, check] of JSON.parse(wanted)) {
    try {
      if (check) new vm.Script(check, { filename: key });
      kit.define(key, vm.compileFunction(body, names, { filename: key, parsingContext: context }));
    } catch (error) {
      const found = syntaxProblem(error);
      kit.refuse(key, found.message, found.line, found.column);
    }
  }
}

function drain() {
  drainScript.runInContext(context);
}

function answer(kit, text) {
  const wanted = kit.prepare(text);
  if (wanted !== '') compile(kit, wanted);
  let reply = kit.perform();
  while (reply === '') {
    drain();
    const sleep = kit.pause();
    if (sleep > 0) Atomics.wait(WAIT, 0, 0, sleep);
    reply = kit.proceed();
  }
  if (kit.mayLinger()) drain();
  return reply;
}

const first = Buffer.allocUnsafeSlow(65536);

function readFrame() {
  let have = fs.readSync(IN, first, 0, first.length);
  if (have === 0) return null;
  while (have < 4) {
    const more = fs.readSync(IN, first, have, first.length - have);
    if (more === 0) return null;
    have += more;
  }
  const size = first.readUInt32LE(0);
  if (size <= have - 4) return first.toString('utf8', 4, 4 + size);
  const body = Buffer.allocUnsafeSlow(size);
  first.copy(body, 0, 4, have);
  for (let at = have - 4; at < size; ) {
    const more = fs.readSync(IN, body, at, size - at);
    if (more === 0) return null;
    at += more;
  }
  return body.toString('utf8');
}

function writeFrame(text) {
  const size = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(size + 4);
  frame.writeUInt32LE(size, 0);
  frame.write(text, 4);
  for (let at = 0; at < frame.length; ) at += fs.writeSync(OUT, frame, at, frame.length - at);
}

// Should an object of this realm ever leak, there is nothing on it to change.
function freezeOwnRealm(kit) {
  const names = `Object Function Array Error TypeError RangeError SyntaxError ReferenceError EvalError URIError
    AggregateError Promise Symbol String Number Boolean BigInt Date RegExp Map Set WeakMap WeakSet JSON Math
    Reflect Proxy Iterator`.split(/\s+/);
  Object.defineProperty(Error, 'stackTraceLimit', { value: 0, writable: false });
  kit.freezeAll(Object.fromEntries(names.map((name) => [name, globalThis[name]])), Object.freeze);
}

const kit = load();
freezeOwnRealm(kit);
writeFrame('{"ready":true}');
for (;;) {
  const text = readFrame();
  if (text === null) process.exit(0);
  writeFrame(answer(kit, text));
}

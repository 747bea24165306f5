// What expressions can name: the items of the step, other nodes, the run, the time.
(function (kit) {
  'use strict';
  const { DateTime, Duration, Interval, Settings, IANAZone, FixedOffsetZone, InvalidZone, SystemZone } = luxon;
  const { freeze } = Object;
  const EMPTY = freeze({});

  // Luxon keeps one object for each zone and gives it to everyone.
  const createZone = IANAZone.create;
  IANAZone.create = (name) => freeze(createZone(name));
  const sample = DateTime.fromMillis(0, { zone: 'Europe/Oslo' });
  const presets = Object.getOwnPropertyNames(DateTime).filter((name) => /^(?:DATE|TIME)/.test(name));
  kit.exposed.push(
    FixedOffsetZone.utcInstance,
    SystemZone.instance,
    FixedOffsetZone.instance(60),
    new InvalidZone('none'),
    DateTime.invalid('sample').invalid ?? null,
    sample.loc,
    sample.loc.dtFormatter(sample),
    sample.loc.relFormatter(),
    sample.loc.numberFormatter(),
    sample.loc.listFormatter(),
    Duration.fromMillis(1).matrix,
    Duration.fromObject({ days: 1 }, { conversionAccuracy: 'longterm' }).matrix,
    ...presets.map((name) => DateTime[name]),
  );

  let call = null; // the call being answered
  let row = 0; // which of its items
  let nodeViews = null;

  kit.begin = function begin(next) {
    call = next;
    nodeViews = null;
    const zone = call.shared.timezone || 'UTC';
    if (kit.zone !== zone) {
      Settings.defaultZone = zone;
      kit.zone = zone;
    }
  };
  kit.turn = function turn(next) {
    row = next;
  };

  const place = () => (call.indexes ? call.indexes[row] : row);
  const jsonAt = (index) => (call.whole ? call.items[index] : call.items[call.indexes ? call.indexes.indexOf(index) : index]);
  const json = () => (call.whole ? call.items[place()] : call.items[row]) ?? {};
  const asItem = (value, index) => ({ json: value, pairedItem: { item: index } });

  function inputView() {
    const all = () => call.items.map(asItem);
    return {
      all,
      first: () => all()[0],
      last: () => all().at(-1),
      item: asItem(json(), place()),
      params: call.shared.prev_node?.params ?? {},
      context: {},
    };
  }

  function missing(name) {
    return new ExpressionFault(
      `“${name}” has not run in this branch`,
      `connect “${name}” before this node, or ask $('${name}').isExecuted first`,
    );
  }

  // What a node gave: on the output that leads here, in the turn this step descends from, unless said.
  function given(name, data, output, turn) {
    if (output === undefined && turn === undefined) return data.items;
    if (!data.turns) {
      throw new ExpressionFault(
        `Only a run knows what each output of “${name}” gave in each turn`,
        `write $('${name}').all() for what came here`,
      );
    }
    const outputs = turn === -1 ? data.turns.at(-1) : data.turns[turn ?? data.place[0]];
    return outputs && (outputs[output ?? data.place[1]] ?? []);
  }

  class NodeView {
    #name;
    #data;
    constructor(name, data) {
      this.#name = name;
      this.#data = data;
    }
    get #ran() {
      if (!this.#data.ran) throw missing(this.#name);
      return this.#data;
    }
    get isExecuted() {
      return this.#data.ran === true;
    }
    get params() {
      return this.#data.params ?? {};
    }
    get context() {
      return {};
    }
    get item() {
      return this.itemMatching(place(), this.#ran.paired?.[row]);
    }
    get pairedItem() {
      return () => this.item;
    }
    get json() {
      return this.item.json;
    }
    all(output, turn) {
      const data = this.#ran;
      const found = given(this.#name, data, output, turn);
      if (!found) throw new ExpressionFault(`“${this.#name}” has no turn ${turn}`, `it ran ${data.turns.length} times; turns count from 0`);
      return found.map(asItem);
    }
    first(output, turn) {
      return this.all(output, turn)[0];
    }
    last(output, turn) {
      return this.all(output, turn).at(-1);
    }
    itemMatching(index, linked) {
      const data = this.#ran;
      if (index === undefined) throw new ExpressionFault('itemMatching needs the place of an item', 'write itemMatching(0)');
      let at = linked;
      if (at === undefined) at = data.paired?.[call.indexes ? call.indexes.indexOf(index) : index];
      if (at === undefined || at === null || at >= data.items.length) {
        throw new ExpressionFault(
          `This item does not come from an item of “${this.#name}”`,
          `use $('${this.#name}').first() or $('${this.#name}').all()`,
        );
      }
      return asItem(data.items[at], at);
    }
  }

  class ExpressionFault extends Error {
    constructor(message, hint) {
      super(message);
      Object.defineProperty(this, 'hint', { value: hint });
    }
  }
  kit.ExpressionFault = ExpressionFault;

  function node(name) {
    nodeViews ??= new Map();
    let view = nodeViews.get(name);
    if (!view) {
      const data = Object.hasOwn(call.nodes, name) ? call.nodes[name] : null;
      if (!data) throw new ExpressionFault(`The node name “${String(name)}” must be written out in quotes`, "write $('Name of the node')");
      view = new NodeView(name, data);
      nodeViews.set(name, view);
    }
    return view;
  }

  function items(name, output, turn) {
    if (name === undefined) return call.items.map(asItem);
    const data = call.nodes[name];
    if (!data?.ran) throw missing(name);
    return given(name, data, output, turn)?.map(asItem);
  }

  const moment = () => DateTime.fromMillis(call.shared.now_ms || Date.now(), { zone: kit.zone });
  const closed = () => {
    throw new ExpressionFault('The data of a run cannot be set here', 'put it into an item, or keep it with the node Remember');
  };
  const execution = () => {
    const run = call.shared.run ?? EMPTY;
    const custom = run.custom_data ?? {};
    return {
      ...run,
      resumeUrl: run.resume_url ?? run.resumeUrl,
      resumeFormUrl: run.resume_form_url,
      customData: {
        get: (key) => custom[key],
        getAll: () => ({ ...custom }),
        set: closed,
        setAll: closed,
      },
    };
  };
  const noEnvironment = new Proxy(EMPTY, {
    get: (_, name) => {
      if (typeof name !== 'string') return undefined;
      const hint = "set it in the workflow's settings and read $vars, or keep a secret in a credential";
      throw new ExpressionFault(`The environment of the server is closed: $env.${name}`, hint);
    },
  });
  const previous = () => {
    const from = call.shared.prev_node ?? EMPTY;
    return { name: from.name, outputIndex: from.output_index ?? 0, runIndex: from.run_index ?? 0, output: from.output };
  };

  // Each is worked out only for expressions that mention it.
  kit.roots = {
    __proto__: null,
    $json: json,
    $data: json,
    $binary: () => call.files?.[row] ?? {},
    $input: inputView,
    $: () => node,
    $node: () => new Proxy({}, { get: (_, name) => (typeof name === 'string' ? node(name) : undefined) }),
    $items: () => items,
    $item: () => (index) => ({ $json: jsonAt(index) ?? {}, $itemIndex: index }),
    $getPairedItem: () => (name, _incoming, pair) => {
      const data = call.nodes[name];
      if (!data?.ran) throw missing(name);
      return asItem(data.items[pair.item], pair.item);
    },
    $itemIndex: place,
    $position: place,
    $runIndex: () => call.shared.run_index ?? 0,
    $run: () => call.shared.run ?? {},
    $execution: execution,
    $workflow: () => call.shared.workflow ?? {},
    $vars: () => call.shared.vars ?? {},
    $memory: () => call.shared.memory ?? {},
    $prevNode: previous,
    $parameter: () => call.shared.params ?? {},
    $nodeVersion: () => call.shared.node_version ?? 1,
    $nodeName: () => call.shared.node_name,
    $env: () => noEnvironment,
    $now: moment,
    $today: () => moment().startOf('day'),
  };
  kit.exposed.push(node, items, closed, NodeView, ExpressionFault);

  const isEmpty = (value) =>
    value === undefined || value === null || value === '' || (typeof value === 'object' && !kit.isDate(value) && Object.keys(value).length === 0);
  const numbers = (list) => (list.length === 1 && Array.isArray(list[0]) ? list[0] : list);
  const average = (...list) => numbers(list).reduce((sum, next) => sum + Number(next), 0) / (numbers(list).length || 1);
  const not = (value) => !value;
  const min = (...list) => Math.min(...numbers(list));
  const max = (...list) => Math.max(...numbers(list));
  const numberList = (start, end) => {
    const count = Math.abs(end - start) + 1;
    return Array.from({ length: count }, (_, at) => (start <= end ? start + at : start - at));
  };
  const zip = (keys, values) => {
    if (keys.length !== values.length) throw new ExpressionFault('zip: both lists must be of equal length', 'make the lists equally long');
    return Object.fromEntries(keys.map((key, at) => [key, values[at]]));
  };
  const globals = {
    DateTime,
    Duration,
    Interval,
    $jmespath: (value, query) => kit.jmespath.search(value, query),
    $jmesPath: (value, query) => kit.jmespath.search(value, query),
    $if: (condition, yes, no) => (condition ? yes : no),
    $ifEmpty: (value, otherwise) => (isEmpty(value) ? otherwise : value),
    $max: max,
    $min: min,
    $average: average,
    $not: not,
    max,
    min,
    average,
    not,
    numberList,
    zip,
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, enumerable: false });
  }
  kit.isEmpty = isEmpty;
  kit.isDate = (value) => value instanceof Date || DateTime.isDateTime(value);
});

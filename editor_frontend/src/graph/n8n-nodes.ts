/** One converter for each n8n node that has a counterpart here. */
import type { Params } from './document'
import type { N8nNode } from './n8n'
import { dataConverters } from './n8n-data-nodes'
import { type Converted, type Converter, list, record, text } from './n8n-values'

export function convertN8nNode(node: N8nNode): Converted {
  const converter = converters[node.type.replace(/^(n8n-nodes-base|@n8n\/n8n-nodes-langchain)\./, '')]
  if (converter) return converter(node.parameters ?? {})
  const problem = `${node.type} has no counterpart here yet; its settings are kept for reference`
  return { type: 'flow.noop', params: {}, problem }
}

function webhook(given: Params): Converted {
  const respond: Record<string, string> = { lastNode: 'when_finished', responseNode: 'by_node' }
  return {
    type: 'trigger.webhook',
    params: {
      path: text(given.path, 'webhook'),
      method: text(given.httpMethod, 'GET'),
      respond: respond[text(given.responseMode)] ?? 'at_once',
    },
  }
}

function schedule(given: Params): Converted {
  const rule = list(record(given.rule).interval)[0] ?? {}
  const minute = Number(rule.triggerAtMinute ?? 0)
  const hour = Number(rule.triggerAtHour ?? 0)
  const byField: Record<string, string> = {
    minutes: `*/${text(rule.minutesInterval, '5')} * * * *`,
    hours: `${minute} */${text(rule.hoursInterval, '1')} * * *`,
    days: `${minute} ${hour} * * *`,
    weeks: `${minute} ${hour} * * ${Array.isArray(rule.triggerAtDay) ? rule.triggerAtDay.join(',') : '1'}`,
    months: `${minute} ${hour} ${text(rule.triggerAtDayOfMonth, '1')} * *`,
    cronExpression: text(rule.expression),
  }
  return byCron(byField[text(rule.field, 'days')] ?? `${minute} ${hour} * * *`)
}

function byCron(expression: string): Converted {
  return { type: 'trigger.schedule', version: 2, params: { when: { kind: 'cron', expression } } }
}

function namedValues(group: unknown): Params {
  return Object.fromEntries(list(record(group).parameters).map((entry) => [text(entry.name), entry.value]))
}

function httpRequest(given: Params): Converted {
  const query = namedValues(given.queryParameters)
  const headers = namedValues(given.headerParameters)
  const params: Params = {
    method: text(given.method, text(given.requestMethod, 'GET')),
    url: text(given.url),
  }
  if (Object.keys(query).length > 0) params.query = query
  if (Object.keys(headers).length > 0) params.headers = headers
  if (given.sendBody) params.body = httpBody(given)
  const needsLogin = text(given.authentication, 'none') !== 'none'
  return { type: 'http.request', params, ...(needsLogin && { problem: 'choose a credential' }) }
}

function httpBody(given: Params): Params {
  if (given.contentType === 'form-urlencoded')
    return { kind: 'form', fields: namedValues(given.bodyParameters) }
  if (given.contentType === 'raw') return { kind: 'text', text: text(given.body) }
  return {
    kind: 'json',
    json: given.specifyBody === 'json' ? parsed(given.jsonBody) : namedValues(given.bodyParameters),
  }
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || value.startsWith('=')) return value ?? {}
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

function set(given: Params): Converted {
  if (given.mode === 'raw')
    return { type: 'data.set', params: { mode: 'json', json: parsed(given.jsonOutput) } }
  const assigned = list(record(given.assignments).assignments)
  const old = Object.values(record(given.values)).flatMap(list)
  const fields = [...assigned, ...old].map(({ name, value }) => ({ name: text(name), value: value ?? '' }))
  const isReplacing = given.keepOnlySet === true || (assigned.length > 0 && !given.includeOtherFields)
  return { type: 'data.set', params: { mode: 'fields', fields, keep: isReplacing ? 'none' : 'all' } }
}

const operators: Record<string, string> = {
  equals: 'eq',
  equal: 'eq',
  notEquals: 'ne',
  notEqual: 'ne',
  larger: 'gt',
  largerEqual: 'gte',
  smaller: 'lt',
  smallerEqual: 'lte',
  contains: 'contains',
  notContains: 'not_contains',
  startsWith: 'starts_with',
  notStartsWith: 'not_starts_with',
  endsWith: 'ends_with',
  notEndsWith: 'not_ends_with',
  regex: 'matches',
  notRegex: 'not_matches',
  exists: 'exists',
  notExists: 'not_exists',
  empty: 'is_empty',
  isEmpty: 'is_empty',
  notEmpty: 'is_not_empty',
  isNotEmpty: 'is_not_empty',
  true: 'is_true',
  false: 'is_false',
  before: 'before',
  after: 'after',
  beforeOrEquals: 'not_after',
  afterOrEquals: 'not_before',
  lengthEquals: 'length_eq',
  lengthGt: 'length_gt',
  lengthLt: 'length_lt',
  gt: 'gt',
  gte: 'gte',
  lt: 'lt',
  lte: 'lte',
}

function conditions(given: unknown): Params[] {
  const modern = list(record(given).conditions)
  if (modern.length > 0)
    return modern.map((one) => condition(one.leftValue, text(record(one.operator).operation), one.rightValue))
  return Object.values(record(given))
    .flatMap(list)
    .map((one) => condition(one.value1, text(one.operation, 'equal'), one.value2))
}

function condition(left: unknown, operation: string, right: unknown): Params {
  const op = operators[operation] ?? 'eq'
  const hasRight = !/^(exists|not_exists|is_)/.test(op)
  return { left: left ?? '', op, ...(hasRight && { right: right ?? '' }) }
}

function combine(given: Params): string {
  const word = text(record(given.conditions).combinator, text(given.combineOperation, 'and'))
  return word === 'or' || word === 'any' ? 'or' : 'and'
}

function ifNode(given: Params): Converted {
  return { type: 'flow.if', params: { conditions: conditions(given.conditions), combine: combine(given) } }
}

function switchNode(given: Params): Converted {
  if (given.mode === 'expression') {
    const count = Number(given.numberOutputs ?? given.outputsAmount ?? 4)
    const outputs = Array.from({ length: count }, (_, index) => `output ${index}`)
    return { type: 'flow.switch', params: { mode: 'expression', outputs, output: given.output ?? 0 } }
  }
  const rules = list(record(given.rules).values ?? record(given.rules).rules).map((rule, index) => ({
    output: text(rule.outputKey) || `output ${index + 1}`,
    conditions: conditions(rule.conditions),
    combine: combine(rule),
  }))
  const hasFallback = record(given.options).fallbackOutput === 'extra'
  const sendToAll = record(given.options).allMatchingOutputs === true
  return {
    type: 'flow.switch',
    params: { rules, fallback: hasFallback ? 'extra' : 'none', send_to: sendToAll ? 'all' : 'first' },
  }
}

function wait(given: Params): Converted {
  const mode =
    given.resume === 'specificTime'
      ? { kind: 'until', moment: text(given.dateTime) }
      : { kind: 'interval', amount: given.amount ?? 5, unit: text(given.unit, 'seconds') }
  return { type: 'flow.wait', params: { mode } }
}

function code(given: Params): Converted {
  const isPython = text(given.language).toLowerCase().startsWith('python')
  return {
    type: 'data.code',
    params: {
      language: isPython ? 'python' : 'javascript',
      mode: given.mode === 'runOnceForEachItem' ? 'item' : 'batch',
      source: text(given.jsCode, text(given.functionCode, text(given.pythonCode))),
    },
    ...(isPython && {
      problem: 'look through the Python code: it sees `items`, and fields as `item.json["name"]`',
    }),
  }
}

function respond(given: Params): Converted {
  const status = record(given.options).responseCode ?? 200
  const isText = given.respondWith === 'text'
  const hasBody = isText || given.respondWith === 'json'
  return {
    type: 'http.respond',
    params: {
      status,
      content_type: isText ? 'text' : 'json',
      ...(hasBody && { body: parsed(given.responseBody) }),
    },
  }
}

function email(given: Params): Converted {
  return {
    type: 'notify.email',
    params: {
      to: text(given.toEmail),
      subject: text(given.subject),
      text: text(given.text, text(given.message)),
    },
    problem: 'choose an SMTP credential',
  }
}

function stop(given: Params): Converted {
  return { type: 'flow.stop', params: { message: text(given.errorMessage, 'Stopped') } }
}

function loop(given: Params): Converted {
  return { type: 'flow.loop', params: { size: given.batchSize ?? 1 } }
}

const converters: Record<string, Converter> = {
  webhook,
  scheduleTrigger: schedule,
  cron: () => ({ ...byCron('0 9 * * *'), problem: 'set the schedule again' }),
  manualTrigger: () => ({ type: 'trigger.manual', params: {} }),
  start: () => ({ type: 'trigger.manual', params: {} }),
  httpRequest,
  set,
  if: ifNode,
  filter: (given) => ({ ...ifNode(given), type: 'flow.filter' }),
  switch: switchNode,
  wait,
  code,
  function: code,
  functionItem: (given) => code({ ...given, mode: 'runOnceForEachItem' }),
  respondToWebhook: respond,
  emailSend: email,
  stopAndError: stop,
  splitInBatches: loop,
  noOp: () => ({ type: 'flow.noop', params: {} }),
  ...dataConverters,
}

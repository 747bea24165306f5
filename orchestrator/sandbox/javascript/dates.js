// Extension methods of Date and Luxon's DateTime.
(function (kit) {
  'use strict';
  const { DateTime, Duration, Interval } = luxon;
  const fault = (message, hint) => new kit.ExpressionFault(message, hint);
  const UNITS = { second: 'second', minute: 'minute', hour: 'hour', day: 'day', week: 'week', month: 'month', quarter: 'quarter', year: 'year', millisecond: 'millisecond' };

  function moment(value) {
    if (DateTime.isDateTime(value)) return value;
    if (value instanceof Date) return DateTime.fromJSDate(value);
    if (typeof value === 'number') return DateTime.fromMillis(value);
    if (typeof value === 'string') return value.toDateTime();
    throw fault(`${JSON.stringify(value)} is not a date`, 'give a date, a DateTime or ISO text');
  }
  const length = (amount, unit) => (typeof amount === 'number' ? { [unit ?? 'milliseconds']: amount } : amount);
  const like = (sample, value) => (sample instanceof Date ? value.toJSDate() : value);
  const unitOf = (unit) => UNITS[String(unit).replace(/s$/, '')] ?? unit;

  const { plus, minus } = DateTime.prototype;
  const methods = {
    plus: (date, amount, unit) => plus.call(moment(date), length(amount, unit)),
    minus: (date, amount, unit) => minus.call(moment(date), length(amount, unit)),
    beginningOf: (date, unit) => moment(date).startOf(unitOf(unit ?? 'week')),
    endOfMonth: (date) => moment(date).endOf('month'),
    extract: (date, part) => {
      const value = moment(date);
      if (part === 'yearDayNumber') return value.ordinal;
      if (part === 'week' || part === undefined) return value.weekNumber;
      if (part === 'dayOfWeek') return value.weekday;
      return value.get(part);
    },
    format: (date, pattern, options) => moment(date).toFormat(pattern ?? 'yyyy-MM-dd', options),
    isBetween: (date, from, to) => {
      if (from === undefined || to === undefined) throw fault('isBetween needs two dates', 'write isBetween(start, end)');
      const [start, end] = [moment(from), moment(to)];
      const [early, late] = start < end ? [start, end] : [end, start];
      return moment(date) > early && moment(date) < late;
    },
    isDst: (date) => moment(date).isInDST,
    isInLast: (date, amount, unit) => {
      const now = DateTime.now();
      return moment(date) <= now && moment(date) >= minus.call(now, { [unit ?? 'minutes']: amount });
    },
    isWeekend: (date) => moment(date).weekday > 5,
    toDateTime: (date) => moment(date),
    diffTo: (date, other, unit) => spread(moment(date), moment(other), unit),
    diffToNow: (date, unit) => spread(DateTime.now(), moment(date), unit, true),
    toInt: (date) => moment(date).toMillis(),
    toFloat: (date) => moment(date).toMillis(),
    toBoolean: () => undefined,
    isEmpty: () => false,
    isNotEmpty: () => true,
    toJsonString: (date) => JSON.stringify(date),
  };
  function spread(later, earlier, unit, flip) {
    const units = [unit ?? 'days'].flat().map((name) => (name.endsWith('s') ? name : `${name}s`));
    const found = (flip ? earlier.diff(later, units) : later.diff(earlier, units)).toObject();
    return units.length === 1 ? found[units[0]] : found;
  }

  const SAME_KIND = new Set(['plus', 'minus', 'beginningOf', 'endOfMonth']);
  const asMethod = ([name, method]) => [
    name,
    function (...values) {
      const result = method(this, ...values);
      return SAME_KIND.has(name) ? like(this, result) : result;
    },
  ];
  const installed = Object.fromEntries(Object.entries(methods).map(asMethod));
  kit.install(Date.prototype, { ...installed, startOf: installed.beginningOf });
  kit.install(DateTime.prototype, installed);
  kit.install(Duration.prototype, { isEmpty: () => false, isNotEmpty: () => true });
  void Interval;
});

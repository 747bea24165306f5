import { describe, expect, it } from 'vitest'
import { readTable, tableFragment } from './table'

describe('a table', () => {
  it('is read with its types', () => {
    expect(readTable('name,total,paid\nAda,12.5,true\nBob,007,\n')).toEqual([
      { name: 'Ada', total: 12.5, paid: true },
      { name: 'Bob', total: '007', paid: null },
    ])
  })

  it('may quote separators, quotes and line ends', () => {
    expect(readTable('a;b\r\n"x;""y""";"two\nlines"\r\n')).toEqual([{ a: 'x;"y"', b: 'two\nlines' }])
  })

  it('gets names for columns without one, and for twins', () => {
    expect(readTable('a\t\ta\n1\t2\t3')).toEqual([{ a: 1, column_2: 2, a_2: 3 }])
  })

  it('is not just any text', () => {
    expect(readTable('hello\nworld')).toBeNull()
    expect(readTable('a,b')).toBeNull()
  })

  it('becomes a node with the rows and one that makes items of them', () => {
    const { nodes, edges } = tableFragment('orders.csv', [{ a: 1 }])
    expect(nodes.map(({ name, type }) => [name, type])).toEqual([
      ['orders', 'data.set'],
      ['Rows of orders', 'data.split_out'],
    ])
    expect(edges).toHaveLength(1)
  })
})

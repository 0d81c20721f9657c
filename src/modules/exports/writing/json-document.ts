import { headOf, type Section } from './section.js';

/** One JSON document, a record on each line. */
export async function* jsonDocument(at: Date, sections: AsyncIterable<Section>): AsyncGenerator<string> {
  yield JSON.stringify(headOf(at)).slice(0, -1);
  for await (const { name, records } of sections) {
    yield `,\n${JSON.stringify(name)}:`;
    yield* jsonArray(records);
  }
  yield '}\n';
}

export async function* jsonArray(records: AsyncIterable<object>): AsyncGenerator<string> {
  yield '[';
  let separator = '\n';
  for await (const record of records) {
    yield separator + JSON.stringify(record);
    separator = ',\n';
  }
  yield '\n]';
}

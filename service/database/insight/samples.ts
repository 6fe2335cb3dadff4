import { type MetricName, metrics } from '../../contract/metrics';
import type { Row } from './questions';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of a metric in the rows of a result; none where the column is missing or null. */
export const samplesIn = (rows: readonly Row[], metric: MetricName): Sample[] =>
  rows.flatMap((row) => {
    const value = row[metric];
    if (value === null || value === undefined) return [];
    const labels = Object.fromEntries(metrics[metric].labels.map((label) => [label, String(row[label])]));
    // Numbers of 64 bits come as text.
    return [{ labels, value: Number(value) }];
  });

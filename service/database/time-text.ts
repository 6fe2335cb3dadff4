/** SQL for a time as ISO 8601 text: the server formats it for less than a `Date` and its `toISOString` cost here. */
export const timeText = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
